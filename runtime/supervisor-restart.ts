// Starts, stops and restarts the children of a static supervisor, as its plan says.
// Knows nothing of requests: who may ask for what is said in supervisor-administration.ts.
import { type StartOutcome, startChildOf, startReason, stopChildOf } from "./child-run.ts";
import type { FullChildSpec } from "./child-spec.ts";
import { describeReason, type ExitReason } from "./exit-reason.ts";
import { type Stop, stop } from "./handler-result.ts";
import { restartPlan } from "./restart-plan.ts";
import { addRestart } from "./restart-window.ts";
import type { Self } from "./self.ts";
import type { SupervisorFlags } from "./supervisor-flags.ts";
import { endedOddly, type RestartsSoFar, reportChild } from "./supervisor-reports.ts";
import { ChildTable, type SupervisorState } from "./supervisor-state.ts";
import { type Child, movedOn, newChild, readied } from "./supervisor-table.ts";

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
export async function startAll(
  self: Self,
  flags: SupervisorFlags,
  specs: readonly FullChildSpec[],
): Promise<SupervisorState | Stop<unknown, SupervisorState>> {
  const children = new ChildTable();
  const state: SupervisorState = { flags, children, restarts: [] };
  for (const spec of specs) {
    const outcome = await startChildOf(self, spec);
    if (outcome.status === "failed") {
      const reason = startReason(outcome.error);
      reportChild(self, "start_error", reason, { spec }, soFar(state));
      await stopAll(self, state);
      return stop({ shutdown: { failedToStart: spec.id, reason } });
    }
    if (outcome.status === "running" || spec.restart !== "temporary") children.set(afterStart(newChild(spec), outcome));
  }
  return state;
}

/** One after the other, last first: each is down before the next is asked. */
export async function stopAll(self: Self, state: SupervisorState): Promise<void> {
  for (const child of state.children.all().toReversed()) await toStopped(self, child, soFar(state));
}

/** The child after it was stopped, whatever it was doing. */
export async function toStopped(self: Self, child: Child, restarts: RestartsSoFar): Promise<Child> {
  if (child.status === "restarting") return movedOn(child, "cancelled");
  if (child.status !== "running" || child.ref === undefined) return child;
  const reason = await stopChildOf(self, child.spec.id, child.ref, child.spec.shutdown);
  if (endedOddly(child.spec, reason)) reportChild(self, "shutdown_error", reason, child, restarts);
  return { ...movedOn(child, "ended"), lastExit: reason };
}

/** Restarts a child and whom its end concerns, or gives up. */
export async function restart(
  state: SupervisorState,
  child: Child,
  reason: ExitReason,
  self: Self,
): Promise<SupervisorState | Stop<unknown, SupervisorState>> {
  const { children } = state;
  const { strategy, limit } = state.flags;
  const childId = child.spec.id;
  const name = self.ref.actorName;
  const { bus, clock } = self.system;
  const { verdict, times } = addRestart(state.restarts, clock.now(), limit);
  const next: SupervisorState = { ...state, restarts: times };
  if (verdict === "too-many") {
    bus.emitLazy("runtime.supervisor.gave-up", name, () => ({
      measures: { restarts: times.length - 1, periodMs: limit.periodMs },
      about: { supervisor: name, childId, reason: describeReason(reason) },
    }));
    reportChild(self, "shutdown", { shutdown: "too many restarts" }, child, soFar(next));
    children.set(movedOn(child, child.status === "running" ? "ended" : "cancelled"));
    return stop("shutdown", next);
  }
  const concerned = strategy === "one_for_one" ? [child] : children.all();
  const plan = restartPlan(
    strategy,
    concerned.map(({ spec }) => spec),
    childId,
  );
  children.set(readied(child));
  for (const id of plan.stop) {
    const other = children.get(id);
    if (other !== undefined) children.set(await toStopped(self, other, soFar(next)));
  }
  for (const id of plan.remove) children.remove(id);
  for (const id of plan.start) {
    const waiting = children.get(id);
    if (waiting === undefined) continue;
    const ready = readied(waiting);
    const outcome = await startChildOf(self, waiting.spec);
    children.set(afterStart(ready, outcome));
    if (outcome.status === "failed") {
      const failure = startReason(outcome.error);
      bus.emitLazy("runtime.child.failed", name, () => ({
        measures: { restarts: times.length },
        about: { supervisor: name, childId: id, reason: describeReason(failure) },
      }));
      reportChild(self, "start_error", failure, waiting, soFar(next));
      self.send(self.ref, new Retry(id, failure));
      settle(children, plan.start);
      return next;
    }
  }
  bus.emitLazy("runtime.child.restarted", name, () => ({
    measures: { restarts: times.length },
    about: { supervisor: name, childId, reason: describeReason(reason), strategy },
  }));
  return next;
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
