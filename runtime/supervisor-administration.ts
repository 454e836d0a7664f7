// What one may ask a running static supervisor: its call handlers.
// Knows nothing of restarts: what happens by itself is in supervisor-restart.ts.
import type { AnyActorRef } from "./actor-ref.ts";
import { BaseError, isBaseError } from "./base/index.ts";
import { startChildOf, startReason } from "./child-run.ts";
import type { AnyChildSpec, FullChildSpec } from "./child-spec.ts";
import type { ChildView } from "./child-view.ts";
import { type Refusal, type Reply, refuse, reply } from "./handler-result.ts";
import type { Self } from "./self.ts";
import {
  childAlreadyPresent,
  childAlreadyStarted,
  childIgnored,
  childRestarting,
  childRunning,
  childUnknown,
} from "./supervisor-errors.ts";
import { type SupervisorOptions, toFlags, toSpecs, toSpecUnder } from "./supervisor-flags.ts";
import { reportChild } from "./supervisor-reports.ts";
import { soFar, toStopped } from "./supervisor-restart.ts";
import { ChildTable, type SupervisorState } from "./supervisor-state.ts";
import {
  type Child,
  type ChildCounts,
  countChildrenOf,
  movedOn,
  newChild,
  readied,
  toView,
} from "./supervisor-table.ts";

type Answer<Value> = Reply<Value, SupervisorState> | Refusal<SupervisorState>;

export async function startChild(state: SupervisorState, spec: AnyChildSpec, self: Self): Promise<Answer<AnyActorRef>> {
  const full = orRefusal(() => toSpecUnder(state.flags, spec));
  if (full instanceof BaseError) return refuse(full);
  const known = state.children.get(full.id);
  const name = self.ref.actorName;
  if (known?.status === "running") return refuse(childAlreadyStarted(name, full.id, known.status, known.ref));
  if (known !== undefined) return refuse(childAlreadyPresent(name, full.id, known.status));
  const outcome = await startChildOf(self, full);
  switch (outcome.status) {
    case "running":
      state.children.set(movedOn(newChild(full), "started", outcome));
      return reply(outcome.ref, state);
    case "ignored":
      if (full.restart !== "temporary") state.children.set(movedOn(newChild(full), "ignored"));
      return refuse(childIgnored(full.id), state);
    case "failed":
      reportChild(self, "start_error", startReason(outcome.error), { spec: full }, soFar(state));
      return refuse(outcome.error, state);
  }
}

export async function terminateChild(state: SupervisorState, childId: string, self: Self): Promise<Answer<undefined>> {
  const child = state.children.get(childId);
  if (child === undefined) return refuse(unknownIn(state, self, childId));
  const stopped = await toStopped(self, child, soFar(state));
  if (child.spec.restart === "temporary") state.children.remove(childId);
  else state.children.set(stopped);
  return reply(undefined, state);
}

export async function restartChild(state: SupervisorState, childId: string, self: Self): Promise<Answer<AnyActorRef>> {
  const child = idle(state, childId, self);
  if (child instanceof BaseError) return refuse(child);
  const ready = readied(child);
  const outcome = await startChildOf(self, child.spec);
  switch (outcome.status) {
    case "running":
      state.children.set(movedOn(ready, "started", outcome));
      return reply(outcome.ref, state);
    case "ignored":
      state.children.set(movedOn(ready, "ignored"));
      return refuse(childIgnored(childId), state);
    case "failed":
      reportChild(self, "start_error", startReason(outcome.error), child, soFar(state));
      state.children.set(movedOn(ready, "refused"));
      return refuse(outcome.error, state);
  }
}

export function deleteChild(state: SupervisorState, childId: string, self: Self): Answer<undefined> {
  const child = idle(state, childId, self);
  if (child instanceof BaseError) return refuse(child);
  state.children.remove(childId);
  return reply(undefined, state);
}

export function whichChildren(state: SupervisorState): Answer<readonly ChildView[]> {
  return reply(state.children.all().map(toView).reverse(), state);
}

export function whichChild(state: SupervisorState, childId: string, self: Self): Answer<ChildView> {
  const child = state.children.get(childId);
  return child === undefined ? refuse(unknownIn(state, self, childId)) : reply(toView(child), state);
}

export function getChildSpec(state: SupervisorState, childId: string, self: Self): Answer<FullChildSpec> {
  const child = state.children.get(childId);
  return child === undefined ? refuse(unknownIn(state, self, childId)) : reply(child.spec, state);
}

export function countChildren(state: SupervisorState): Answer<ChildCounts> {
  return reply(countChildrenOf(state.children.all()), state);
}

/** Takes new flags and specs without starting or stopping anybody; those of children that are not named stay, behind the others. */
export function reconfigure(state: SupervisorState, options: SupervisorOptions): Answer<undefined> {
  const changed = orRefusal(() => {
    const flags = toFlags(options);
    return { flags, specs: toSpecs(flags, options.children) };
  });
  if (changed instanceof BaseError) return refuse(changed);
  const children = new ChildTable();
  for (const spec of changed.specs) {
    const known = state.children.get(spec.id);
    children.set(known === undefined ? movedOn(newChild(spec), "ignored") : { ...known, spec });
  }
  for (const child of state.children.all()) {
    if (children.get(child.spec.id) === undefined) children.set(child);
  }
  return reply(undefined, { ...state, flags: changed.flags, children });
}

/** The child, if it neither runs nor is being restarted. */
function idle(state: SupervisorState, childId: string, self: Self): Child | BaseError {
  const child = state.children.get(childId);
  if (child === undefined) return unknownIn(state, self, childId);
  if (child.status === "restarting") return childRestarting(self.ref.actorName, childId);
  if (child.status === "running") return childRunning(self.ref.actorName, childId);
  return child;
}

function unknownIn(state: SupervisorState, self: Self, childId: unknown): BaseError {
  const words = typeof childId === "string" ? childId : "something that is no id";
  return childUnknown(self.ref.actorName, words, state.children.ids());
}

/** What `make` makes, or the caller's mistake: that is the caller's error, not the supervisor's end. */
function orRefusal<Value>(make: () => Value): Value | BaseError {
  try {
    return make();
  } catch (error) {
    if (isBaseError(error)) return error;
    throw error;
  }
}
