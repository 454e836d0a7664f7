// A supervisor with a fixed order of children: one_for_one, one_for_all, rest_for_one. It is a behaviour like any other.
// Knows nothing of the kernel: it acts through `self` alone, and its plans are made in restart-plan.ts.
import { BaseError } from "./base/index.ts";
import { type StartOutcome, startChildOf, startReason, stopChildOf } from "./child-run.ts";
import { type AnyChildSpec, type FullChildSpec, toFullSpec } from "./child-spec.ts";
import { defineActor } from "./define-actor.ts";
import { describeReason, type ExitReason } from "./exit-reason.ts";
import { refuse, reply, type Stop, stop } from "./handler-result.ts";
import { afterExit, restartPlan, type Strategy } from "./restart-plan.ts";
import { addRestart, toRestartLimit } from "./restart-window.ts";
import type { Self } from "./self.ts";
import {
  childAlreadyPresent,
  childAlreadyStarted,
  childRestarting,
  childRunning,
  childUnknown,
} from "./supervisor-errors.ts";
import { find, type SupervisorState, settleReadied, withChild, without } from "./supervisor-state.ts";
import {
  type Child,
  type ChildCounts,
  type ChildView,
  countChildrenOf,
  movedOn,
  newChild,
  readied,
  toView,
} from "./supervisor-table.ts";
import { isExit } from "./system-message.ts";

/** How a supervisor is made. */
export interface SupervisorOptions {
  /** Whom the end of one child concerns. */
  readonly strategy: Strategy;
  /** Started in this order, stopped in the reverse. Default none. */
  readonly children?: readonly AnyChildSpec[];
  /** Restarts allowed within `periodMs`; the next one ends the supervisor with `shutdown`. Default 3. */
  readonly intensity?: number;
  /** Default 5000. A restart exactly that long ago still counts. */
  readonly periodMs?: number;
}

/** A message of the supervisor to itself: requests that came meanwhile get in before the next attempt. */
class Retry {
  readonly childId: string;
  readonly reason: ExitReason;

  constructor(childId: string, reason: ExitReason) {
    this.childId = childId;
    this.reason = reason;
  }
}

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
  const { strategy } = options;
  if (!["one_for_one", "one_for_all", "rest_for_one"].includes(strategy)) throw strategyInvalid(strategy);
  const limit = toRestartLimit(options.intensity, options.periodMs);
  const specs = (options.children ?? []).map(toFullSpec);
  const ids = new Set<string>();
  for (const { id } of specs) {
    if (ids.has(id)) throw childAlreadyPresent("a new supervisor", id, "given twice");
    ids.add(id);
  }

  return defineActor({
    behaviourName: "supervisor",
    kind: "supervisor",
    trapExit: true,
    init: (_: void, self): Promise<SupervisorState | Stop<unknown, SupervisorState>> => startAll(self, specs),
    handleCall: {
      startChild: async (state, spec: AnyChildSpec, self) => {
        const full = toFullSpecOr(spec);
        if (full instanceof BaseError) return refuse(full);
        const known = find(state, full.id);
        const name = self.ref.actorName;
        if (known?.status === "running") return refuse(childAlreadyStarted(name, full.id, known.status));
        if (known !== undefined) return refuse(childAlreadyPresent(name, full.id, known.status));
        const fresh = newChild(full);
        const outcome = await startChildOf(self, full);
        if (outcome.status === "failed") return refuse(outcome.error);
        if (outcome.status === "running") {
          return reply(outcome.ref, {
            ...state,
            children: [...state.children, movedOn(fresh, "started", outcome.ref)],
          });
        }
        const children = full.restart === "temporary" ? state.children : [...state.children, movedOn(fresh, "ignored")];
        return refuse(ignored(full.id), { ...state, children });
      },
      terminateChild: async (state, childId: string, self) => {
        const child = find(state, childId);
        if (child === undefined) return refuse(unknownIn(state, self, childId));
        const stopped = await toStopped(self, child);
        return reply(
          undefined,
          child.spec.restart === "temporary" ? without(state, [childId]) : withChild(state, stopped),
        );
      },
      restartChild: async (state, childId: string, self) => {
        const child = find(state, childId);
        if (child === undefined) return refuse(unknownIn(state, self, childId));
        if (child.status === "restarting") return refuse(childRestarting(self.ref.actorName, childId));
        if (child.status === "running") return refuse(childRunning(self.ref.actorName, childId));
        const ready = readied(child);
        const outcome = await startChildOf(self, child.spec);
        if (outcome.status === "running")
          return reply(outcome.ref, withChild(state, movedOn(ready, "started", outcome.ref)));
        if (outcome.status === "ignored") return refuse(ignored(childId), withChild(state, movedOn(ready, "ignored")));
        return refuse(outcome.error, withChild(state, movedOn(ready, "refused")));
      },
      deleteChild: (state, childId: string, self) => {
        const child = find(state, childId);
        if (child === undefined) return refuse(unknownIn(state, self, childId));
        if (child.status === "restarting") return refuse(childRestarting(self.ref.actorName, childId));
        if (child.status === "running") return refuse(childRunning(self.ref.actorName, childId));
        return reply(undefined, without(state, [childId]));
      },
      whichChildren: (state): ReturnType<typeof reply<readonly ChildView[]>> =>
        reply(state.children.map(toView).reverse()),
      countChildren: (state): ReturnType<typeof reply<ChildCounts>> => reply(countChildrenOf(state.children)),
    },
    handleInfo: (state, message, self) => {
      if (message instanceof Retry) {
        const child = find(state, message.childId);
        return child?.status === "restarting" ? restart(state, child, message.reason, self) : state;
      }
      if (!isExit(message)) return state;
      // A child that the supervisor stopped itself has another reference by now, or none: its late EXIT finds nobody.
      const child = state.children.find(({ ref, status }) => status === "running" && ref === message.from);
      if (child === undefined) return state;
      switch (afterExit(child.spec.restart, message.reason)) {
        case "restart":
          return restart(state, child, message.reason, self);
        case "keep":
          return withChild(state, movedOn(child, "ended"));
        case "remove":
          return without(state, [child.spec.id]);
      }
    },
    terminate: async (_reason, state, self) => {
      await stopAll(self, state.children);
    },
  });

  async function restart(
    state: SupervisorState,
    child: Child,
    reason: ExitReason,
    self: Self,
  ): Promise<SupervisorState | Stop<unknown, SupervisorState>> {
    const childId = child.spec.id;
    const name = self.ref.actorName;
    const { bus, clock } = self.system;
    const { verdict, times } = addRestart(state.restarts, clock.now(), limit);
    const counted = { ...state, restarts: times };
    if (verdict === "too-many") {
      bus.emitLazy("runtime.supervisor.gave-up", name, () => ({
        measures: { restarts: times.length - 1, periodMs: limit.periodMs },
        about: { supervisor: name, childId, reason: describeReason(reason) },
      }));
      return stop("shutdown", withChild(counted, movedOn(child, child.status === "running" ? "ended" : "cancelled")));
    }
    const plan = restartPlan(
      strategy,
      state.children.map(({ spec }) => spec),
      childId,
    );
    let next: SupervisorState = withChild(counted, readied(child));
    for (const id of plan.stop) {
      const other = find(next, id);
      if (other !== undefined) next = withChild(next, await toStopped(self, other));
    }
    next = without(next, plan.remove);
    for (const id of plan.start) {
      const waiting = find(next, id);
      if (waiting === undefined) continue;
      const ready = readied(waiting);
      const outcome = await startChildOf(self, waiting.spec);
      next = withChild(next, afterStart(ready, outcome));
      if (outcome.status === "failed") {
        const failure = startReason(outcome.error);
        bus.emitLazy("runtime.child.failed", name, () => ({
          measures: { restarts: times.length },
          about: { supervisor: name, childId: id, reason: describeReason(failure) },
        }));
        self.send(self.ref, new Retry(id, failure));
        // Those not reached wait for the next attempt, which starts from the one that failed (or from the first, in one_for_all).
        return settleReadied(next);
      }
    }
    bus.emitLazy("runtime.child.restarted", name, () => ({
      measures: { restarts: times.length },
      about: { supervisor: name, childId, reason: describeReason(reason), strategy },
    }));
    return next;
  }
}

async function startAll(
  self: Self,
  specs: readonly FullChildSpec[],
): Promise<SupervisorState | Stop<unknown, SupervisorState>> {
  const children: Child[] = [];
  for (const spec of specs) {
    const outcome = await startChildOf(self, spec);
    if (outcome.status === "failed") {
      await stopAll(self, children);
      return stop({ shutdown: { failedToStart: spec.id, reason: startReason(outcome.error) } });
    }
    if (outcome.status === "running" || spec.restart !== "temporary")
      children.push(afterStart(newChild(spec), outcome));
  }
  return { children, restarts: [] };
}

/** One after the other, last first: each is down before the next is asked. */
async function stopAll(self: Self, children: readonly Child[]): Promise<void> {
  for (const child of [...children].reverse()) await toStopped(self, child);
}

async function toStopped(self: Self, child: Child): Promise<Child> {
  if (child.status === "restarting") return movedOn(child, "cancelled");
  if (child.status !== "running" || child.ref === undefined) return child;
  await stopChildOf(self, child.spec.id, child.ref, child.spec.shutdown);
  return movedOn(child, "ended");
}

function afterStart(ready: Child, outcome: StartOutcome): Child {
  switch (outcome.status) {
    case "running":
      return movedOn(ready, "started", outcome.ref);
    case "ignored":
      return movedOn(ready, "ignored");
    case "failed":
      return movedOn(ready, "failed");
  }
}

function unknownIn(state: SupervisorState, self: Self, childId: string): BaseError {
  return childUnknown(
    self.ref.actorName,
    childId,
    state.children.map(({ spec }) => spec.id),
  );
}

function ignored(childId: string): BaseError {
  return new BaseError("START_IGNORED", `Child "${childId}" chose not to start: its init returned ignore().`, {
    details: { childId },
  });
}

function toFullSpecOr(spec: AnyChildSpec): FullChildSpec | BaseError {
  try {
    return toFullSpec(spec);
  } catch (error) {
    // The caller's mistake is the caller's error, not the supervisor's end.
    if (error instanceof BaseError) return error;
    throw error;
  }
}

function strategyInvalid(found: unknown): BaseError {
  return new BaseError(
    "OPTION_INVALID",
    `Expected strategy to be "one_for_one", "one_for_all" or "rest_for_one", found "${String(found)}".`,
    {
      details: { option: "strategy", found: String(found) },
    },
  );
}
