// A supervisor with a fixed order of children: one_for_one, one_for_all, rest_for_one. It is a behaviour like any other.
// Knows nothing of the kernel: it acts through `self` alone, and its plans are made in restart-plan.ts.
import { defineActor, type HandlerResult, type MaybePromise } from "./define-actor.ts";
import { stop } from "./handler-result.ts";
import { afterExit } from "./restart-plan.ts";
import type { Self } from "./self.ts";
import {
  countChildren,
  deleteChild,
  getChildSpec,
  reconfigure,
  restartChild,
  startChild,
  terminateChild,
  whichChild,
  whichChildren,
} from "./supervisor-administration.ts";
import { type SupervisorOptions, toFlags, toSpecs } from "./supervisor-flags.ts";
import { isReported, reportChild } from "./supervisor-reports.ts";
import { Retry, restart, soFar, startAll, stopAll } from "./supervisor-restart.ts";
import type { SupervisorState } from "./supervisor-state.ts";
import { type Child, endedWith, movedOn, toView } from "./supervisor-table.ts";
import { type Exit, isExit } from "./system-message.ts";

/**
 * A supervisor: starts its children in order and restarts them as the strategy says.
 *
 * While a child starts or stops, the supervisor takes no other message. If a child does not come up in the first start, those before
 * it are stopped and the supervisor's own start fails.
 * @throws CHILD_SPEC_INVALID, CHILD_ALREADY_PRESENT for an id given twice, OPTION_INVALID
 * @example
 * await system.spawn(supervisor({ strategy: "one_for_one", children: [child("counter", counter, 10)] }));
 */
export function supervisor(options: SupervisorOptions) {
  const flags = toFlags(options);
  const specs = toSpecs(flags, options.children);
  return defineActor({
    behaviourName: "supervisor",
    kind: "supervisor",
    trapExit: true,
    init: (_: void, self) => startAll(self, flags, specs),
    handleCall: {
      startChild,
      terminateChild,
      restartChild,
      deleteChild,
      whichChildren,
      whichChild,
      getChildSpec,
      countChildren,
      reconfigure,
    },
    handleInfo: superviseInfo,
    childrenOf: (state) => state.children.all().map(toView),
    terminate: (_reason, state, self) => stopAll(self, state),
  });
}

/** What a static supervisor does by itself: restarts, further attempts, the end that its children bring about. */
export function superviseInfo(
  state: SupervisorState,
  message: unknown,
  self: Self,
): MaybePromise<HandlerResult<SupervisorState>> {
  if (message instanceof Retry) {
    const child = state.children.get(message.childId);
    return child?.status === "restarting" ? restart(state, child, message.reason, self) : state;
  }
  return isExit(message) ? childEnded(state, message, self) : state;
}

function childEnded(
  state: SupervisorState,
  { from, reason }: Exit,
  self: Self,
): MaybePromise<HandlerResult<SupervisorState>> {
  // A child that the supervisor stopped itself has another reference by now, or none: its late EXIT finds nobody.
  const known = from === undefined ? undefined : state.children.ofRef(from);
  if (known === undefined) return state;
  const child = endedWith(known, reason);
  if (isReported(child.spec, reason)) reportChild(self, "child_terminated", reason, child, soFar(state));
  const after = afterExit(child.spec.restart, reason);
  if (after === "restart") return restart(state, child, reason, self);
  if (after === "keep") state.children.set(movedOn(child, "ended"));
  else state.children.remove(child.spec.id);
  return isTimeToEnd(state, child) ? stop("shutdown", state) : state;
}

/** Whether the end of this child, which is not restarted, is the supervisor's too. */
function isTimeToEnd({ flags, children }: SupervisorState, ended: Child): boolean {
  if (!ended.spec.significant) return false;
  switch (flags.autoShutdown) {
    case "never":
      return false;
    case "any_significant":
      return true;
    case "all_significant":
      return !children
        .all()
        .some(({ spec, status }) => spec.significant && (status === "running" || status === "restarting"));
  }
}
