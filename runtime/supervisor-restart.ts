// Starts, stops and restarts the children of a static supervisor, as its plan says.
// Knows nothing of requests: who may ask for what is said in supervisor-administration.ts.
import { type StartOutcome, startChildOf, startReason, stopChildOf } from "./child-run.ts";
import type { FullChildSpec } from "./child-spec.ts";
import type { MaybePromise } from "./define-actor.ts";
import { describeReason, type ExitReason } from "./exit-reason.ts";
import { type Stop, stop } from "./handler-result.ts";
import { eachInTurn, whenThere } from "./in-turn.ts";
import { restartPlan } from "./restart-plan.ts";
import { RestartWindow } from "./restart-window.ts";
import type { Self } from "./self.ts";
import type { SupervisorFlags } from "./supervisor-flags.ts";
import { endedOddly, type RestartsSoFar, reportChild } from "./supervisor-reports.ts";
import { ChildTable, type SupervisorState } from "./supervisor-state.ts";
import { type Child, endedWith, movedOn, newChild, readied } from "./supervisor-table.ts";

/** A message of the supervisor to itself: requests that came meanwhile get in before the next attempt. */
export class Retry {
  readonly childId: string;
  readonly reason: ExitReason;

  constructor(childId: string, reason: ExitReason) {
    this.childId = childId;
    this.reason = reason;
  }
}

/** The first start of all children; those that came up are stopped again where one does not. */
export function startAll(
  self: Self,
  flags: SupervisorFlags,
  specs: readonly FullChildSpec[],
): MaybePromise<SupervisorState | Stop<unknown, SupervisorState>> {
  const children = new ChildTable();
  const state: SupervisorState = { flags, children, restarts: new RestartWindow() };
  const failure = eachInTurn(specs, (spec) =>
    whenThere(startChildOf(self, spec), (outcome) => {
      if (outcome.status === "failed") return { spec, reason: startReason(outcome.error) };
      if (outcome.status === "running" || spec.restart !== "temporary")
        children.set(afterStart(newChild(spec), outcome));
      return undefined;
    }),
  );
  return whenThere(failure, (found): MaybePromise<SupervisorState | Stop<unknown, SupervisorState>> => {
    if (found === undefined) return state;
    const { spec, reason } = found;
    reportChild(self, "start_error", reason, { spec }, soFar(state));
    return whenThere(stopAll(self, state), () => stop({ shutdown: { failedToStart: spec.id, reason } }));
  });
}

/** One after the other, last first: each is down before the next is asked. */
export function stopAll(self: Self, state: SupervisorState): MaybePromise<undefined> {
  return eachInTurn(state.children.all().toReversed(), (child) =>
    whenThere(toStopped(self, child, soFar(state)), () => undefined),
  );
}

/** The child after it was stopped, whatever it was doing. */
export function toStopped(self: Self, child: Child, restarts: RestartsSoFar): MaybePromise<Child> {
  if (child.status === "restarting") return movedOn(child, "cancelled");
  if (child.status !== "running" || child.ref === undefined) return child;
  return whenThere(stopChildOf(self, child.spec.id, child.ref, child.spec.shutdown), (reason) => {
    if (endedOddly(child.spec, reason)) reportChild(self, "shutdown_error", reason, child, restarts);
    return endedWith(movedOn(child, "ended"), reason);
  });
}

/** Restarts a child and whom its end concerns, or gives up. */
export function restart(
  state: SupervisorState,
  child: Child,
  reason: ExitReason,
  self: Self,
): MaybePromise<SupervisorState | Stop<unknown, SupervisorState>> {
  const { children } = state;
  const { strategy, limit } = state.flags;
  const childId = child.spec.id;
  const { bus, clock } = self.system;
  if (state.restarts.add(clock.now(), limit) === "too-many") {
    const name = self.ref.actorName;
    bus.emitLazy("runtime.supervisor.gave-up", name, () => ({
      measures: { restarts: state.restarts.count - 1, periodMs: limit.periodMs },
      about: { supervisor: name, childId, reason: describeReason(reason) },
    }));
    reportChild(self, "shutdown", { shutdown: "too many restarts" }, child, soFar(state));
    children.set(movedOn(child, child.status === "running" ? "ended" : "cancelled"));
    return stop("shutdown", state);
  }
  const ready = readied(child);
  children.set(ready);
  if (strategy === "one_for_one") {
    return whenThere(startChildOf(self, ready.spec), (outcome) => {
      children.set(afterStart(ready, outcome));
      return startedAgain(state, [childId], child, reason, self, failureOf(ready, outcome));
    });
  }
  const plan = restartPlan(
    strategy,
    children.all().map(({ spec }) => spec),
    childId,
  );
  const stopped = eachInTurn(plan.stop, (id) => {
    const other = children.get(id);
    if (other === undefined) return undefined;
    return whenThere(toStopped(self, other, soFar(state)), (after) => {
      children.set(after);
      return undefined;
    });
  });
  return whenThere(stopped, () => {
    for (const id of plan.remove) children.remove(id);
    return startAgain(state, plan.start, child, reason, self);
  });
}

/** Starts those that are down, one after the other, up to one that does not come up. */
function startAgain(
  state: SupervisorState,
  ids: readonly string[],
  child: Child,
  reason: ExitReason,
  self: Self,
): MaybePromise<SupervisorState> {
  const { children } = state;
  const failure = eachInTurn(ids, (id) => {
    const waiting = children.get(id);
    if (waiting === undefined) return undefined;
    const ready = readied(waiting);
    return whenThere(startChildOf(self, waiting.spec), (outcome) => {
      children.set(afterStart(ready, outcome));
      return failureOf(waiting, outcome);
    });
  });
  return whenThere(failure, (found) => startedAgain(state, ids, child, reason, self, found));
}

/** One that did not come up. */
interface FailedStart {
  readonly waiting: Child;
  readonly reason: ExitReason;
}

function failureOf(waiting: Child, outcome: StartOutcome): FailedStart | undefined {
  return outcome.status === "failed" ? { waiting, reason: startReason(outcome.error) } : undefined;
}

/** All are up, or one is not, and the supervisor tells itself to try again. */
function startedAgain(
  state: SupervisorState,
  ids: readonly string[],
  child: Child,
  reason: ExitReason,
  self: Self,
  found: FailedStart | undefined,
): MaybePromise<SupervisorState> {
  const { children, restarts } = state;
  const { bus } = self.system;
  const childId = child.spec.id;
  if (found === undefined) {
    if (!bus.has("runtime.child.restarted")) return state;
    const supervisor = self.ref.actorName;
    const { strategy } = state.flags;
    bus.emit(
      "runtime.child.restarted",
      supervisor,
      { restarts: restarts.count },
      { supervisor, childId, reason: describeReason(reason), strategy },
    );
    return state;
  }
  const name = self.ref.actorName;
  const { id } = found.waiting.spec;
  bus.emitLazy("runtime.child.failed", name, () => ({
    measures: { restarts: restarts.count },
    about: { supervisor: name, childId: id, reason: describeReason(found.reason) },
  }));
  reportChild(self, "start_error", found.reason, found.waiting, soFar(state));
  self.send(self.ref, new Retry(id, found.reason));
  settle(children, ids);
  // Not at once: attempts that all fail in one turn would leave nobody the time to ask for their end.
  return Promise.resolve(state);
}

/** The restarts that a report speaks of. */
export function soFar(state: SupervisorState): RestartsSoFar {
  return { restarts: state.restarts, limit: state.flags.limit };
}

/** Those not reached wait for the next attempt, which starts from the one that failed (or from the first, in one_for_all). */
function settle(children: ChildTable, ids: readonly string[]): void {
  for (const id of ids) {
    const child = children.get(id);
    if (child?.status === "starting") children.set(movedOn(child, "refused"));
  }
}

function afterStart(ready: Child, outcome: StartOutcome): Child {
  switch (outcome.status) {
    case "running":
      return movedOn(ready, "started", outcome);
    case "ignored":
      return movedOn(ready, "ignored");
    case "failed":
      return movedOn(ready, "failed");
  }
}
