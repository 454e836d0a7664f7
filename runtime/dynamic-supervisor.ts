// A supervisor of children that come and go at run time, in no order and with no relation to each other.
// Knows nothing of the kernel: it acts through `self` alone.
import type { AnyActorRef } from "./actor-ref.ts";
import { BaseError, isBaseError } from "./base/index.ts";
import { type StartOutcome, startChildOf, startReason, stopChildOf } from "./child-run.ts";
import { type AnyChildSpec, type FullChildSpec, specInvalid, toFullSpec } from "./child-spec.ts";
import type { ChildView } from "./child-view.ts";
import { defineActor, type MaybePromise } from "./define-actor.ts";
import { describeReason, type ExitReason } from "./exit-reason.ts";
import { type Refusal, type Reply, refuse, reply, type Stop, stop } from "./handler-result.ts";
import { whenThere } from "./in-turn.ts";
import { afterExit } from "./restart-plan.ts";
import { RestartWindow, toRestartLimit } from "./restart-window.ts";
import type { Self } from "./self.ts";
import { childIgnored, childrenFull, childUnknown, supervisorDynamic } from "./supervisor-errors.ts";
import { endedOddly, isReported, type RestartsSoFar, reportChild } from "./supervisor-reports.ts";
import {
  type Child,
  type ChildCounts,
  countChildrenOf,
  endedWith,
  movedOn,
  readied,
  startedChild,
  toView,
} from "./supervisor-table.ts";
import { isExit } from "./system-message.ts";

/** How a dynamic supervisor is made. */
export interface DynamicSupervisorOptions {
  /** Restarts allowed within `periodMs`, over all children together; the next one ends the supervisor. Default 3. */
  readonly intensity?: number;
  /** Default 5000. */
  readonly periodMs?: number;
  /** Children at one time, those being restarted included. Default `Infinity`. */
  readonly maxChildren?: number;
  /** Only `never`: children that come and go say nothing about their supervisor's end. */
  readonly autoShutdown?: "never";
}

interface DynamicState {
  /**
   * By their present incarnation, or the last one while another is being tried.
   *
   * One map, changed in place: a copy per child would make starting n children quadratic.
   */
  readonly children: Map<AnyActorRef, Child>;
  readonly restarts: RestartWindow;
}

class Retry {
  readonly last: AnyActorRef;
  readonly reason: ExitReason;

  constructor(last: AnyActorRef, reason: ExitReason) {
    this.last = last;
    this.reason = reason;
  }
}

/**
 * A supervisor whose children are started by `startChild` and known by their references.
 *
 * Ids need not be unique. A child that ended for good is forgotten, spec and all. On a stop all children are asked at once, each
 * with its own time.
 * @throws OPTION_INVALID
 */
export function dynamicSupervisor(options: DynamicSupervisorOptions = {}) {
  const limit = toRestartLimit(options.intensity, options.periodMs);
  const { maxChildren = Number.POSITIVE_INFINITY, autoShutdown = "never" } = options;
  if (autoShutdown !== "never") {
    throw new BaseError(
      "OPTION_INVALID",
      `Expected autoShutdown of a dynamic supervisor to be "never", found "${autoShutdown}".`,
      {
        details: { option: "autoShutdown", found: String(autoShutdown) },
      },
    );
  }
  if (!(maxChildren >= 0)) {
    throw new BaseError(
      "OPTION_INVALID",
      `Expected maxChildren to be a number ≥ 0 or Infinity, found ${String(maxChildren)}.`,
      {
        details: { option: "maxChildren", found: String(maxChildren) },
      },
    );
  }

  return defineActor({
    behaviourName: "dynamic-supervisor",
    kind: "supervisor",
    trapExit: true,
    init: (_: void, self): DynamicState => ({ children: new Map(), restarts: new RestartWindow() }),
    handleCall: {
      startChild: (state, spec: AnyChildSpec, self): MaybePromise<Answer<AnyActorRef>> => {
        if (state.children.size >= maxChildren) return refuse(childrenFull(self.ref.actorName, maxChildren));
        const full = dynamicSpec(spec);
        if (full instanceof BaseError) return refuse(full);
        const outcome = startChildOf(self, full);
        return outcome instanceof Promise
          ? outcome.then((there) => started(state, full, there, self))
          : started(state, full, outcome, self);
      },
      terminateChild: (state, ref: AnyActorRef, self): MaybePromise<Answer<undefined>> => {
        const child = childOf(state, ref, self, "terminateChild");
        if (child instanceof BaseError) return refuse(child);
        state.children.delete(ref);
        return whenThere(stopped(self, child, { restarts: state.restarts, limit }), () => reply(undefined, state));
      },
      restartChild: (_state, _child: unknown, self): Refusal<DynamicState> =>
        refuse(supervisorDynamic(self.ref.actorName, "restartChild")),
      deleteChild: (_state, _child: unknown, self): Refusal<DynamicState> =>
        refuse(supervisorDynamic(self.ref.actorName, "deleteChild")),
      whichChild: (state, ref: AnyActorRef, self): Reply<ChildView, DynamicState> | Refusal<DynamicState> => {
        const child = childOf(state, ref, self, "whichChild");
        return child instanceof BaseError ? refuse(child) : reply(toView(child), state);
      },
      getChildSpec: (state, ref: AnyActorRef, self): Reply<FullChildSpec, DynamicState> | Refusal<DynamicState> => {
        const child = childOf(state, ref, self, "getChildSpec");
        return child instanceof BaseError ? refuse(child) : reply(child.spec, state);
      },
      whichChildren: (state): ReturnType<typeof reply<readonly ChildView[]>> =>
        reply([...state.children.values()].map(toView).reverse()),
      countChildren: (state): ReturnType<typeof reply<ChildCounts>> => reply(countChildrenOf(state.children.values())),
    },
    handleInfo: (state, message, self) => {
      if (message instanceof Retry) {
        const child = state.children.get(message.last);
        return child?.status === "restarting" ? restart(state, child, message.last, message.reason, self) : state;
      }
      if (!isExit(message) || message.from === undefined) return state;
      const known = state.children.get(message.from);
      if (known === undefined || known.status !== "running") return state;
      const child = endedWith(known, message.reason);
      if (isReported(child.spec, message.reason)) {
        reportChild(self, "child_terminated", message.reason, child, { restarts: state.restarts, limit });
      }
      if (afterExit(child.spec.restart, message.reason) === "restart") {
        return restart(state, child, message.from, message.reason, self);
      }
      state.children.delete(message.from);
      return state;
    },
    childrenOf: (state) => [...state.children.values()].map(toView),
    terminate: async (_reason, state, self) => {
      await Promise.all(
        [...state.children.values()].map((child) => stopped(self, child, { restarts: state.restarts, limit })),
      );
    },
  });

  function started(state: DynamicState, spec: FullChildSpec, outcome: StartOutcome, self: Self): Answer<AnyActorRef> {
    if (outcome.status === "running") {
      state.children.set(outcome.ref, startedChild(spec, outcome));
      return reply(outcome.ref, state);
    }
    if (outcome.status === "ignored") return refuse(childIgnored(spec.id));
    reportChild(self, "start_error", startReason(outcome.error), { spec }, { restarts: state.restarts, limit });
    return refuse(outcome.error);
  }

  function restart(
    state: DynamicState,
    child: Child,
    last: AnyActorRef,
    reason: ExitReason,
    self: Self,
  ): MaybePromise<DynamicState | Stop<unknown, DynamicState>> {
    const { spec } = child;
    const { restarts } = state;
    const verdict = restarts.add(self.system.clock.now(), limit);
    const name = self.ref.actorName;
    const { bus } = self.system;
    const about = { supervisor: name, childId: spec.id };
    if (verdict === "too-many") {
      state.children.delete(last);
      bus.emitLazy("runtime.supervisor.gave-up", name, () => ({
        measures: { restarts: restarts.count - 1, periodMs: limit.periodMs },
        about: { ...about, reason: describeReason(reason) },
      }));
      reportChild(self, "shutdown", { shutdown: "too many restarts" }, child, { restarts, limit });
      return stop("shutdown", state);
    }
    const ready = readied(child);
    return whenThere(startChildOf(self, spec), (outcome): MaybePromise<DynamicState> => {
      switch (outcome.status) {
        case "running":
          state.children.delete(last);
          state.children.set(outcome.ref, movedOn(ready, "started", outcome));
          bus.emitLazy("runtime.child.restarted", name, () => ({
            measures: { restarts: restarts.count },
            about: { ...about, reason: describeReason(reason), strategy: "one_for_one" },
          }));
          return state;
        case "ignored":
          state.children.delete(last);
          return state;
        case "failed": {
          const failure = startReason(outcome.error);
          state.children.set(last, { ...movedOn(ready, "failed"), ref: last });
          bus.emitLazy("runtime.child.failed", name, () => ({
            measures: { restarts: restarts.count },
            about: { ...about, reason: describeReason(failure) },
          }));
          reportChild(self, "start_error", failure, { spec }, { restarts, limit });
          self.send(self.ref, new Retry(last, failure));
          // Not at once: attempts that all fail in one turn would leave nobody the time to ask for their end.
          return Promise.resolve(state);
        }
      }
    });
  }
}

type Answer<Value> = Reply<Value, DynamicState> | Refusal<DynamicState>;

/** The full spec of a child, or what is wrong with it: the caller's error, not the supervisor's end. */
function dynamicSpec(spec: AnyChildSpec): FullChildSpec | BaseError {
  try {
    const full = toFullSpec(spec);
    if (!full.significant) return full;
    return specInvalid(full.id, "significant", "false, because its supervisor is a dynamic one", true);
  } catch (error) {
    if (isBaseError(error, "CHILD_SPEC_INVALID")) return error;
    throw error;
  }
}

function namesOf(state: DynamicState): readonly string[] {
  return [...state.children.keys()].map((ref) => ref.actorName);
}

/** The child of this reference, or why there is none. */
function childOf(state: DynamicState, ref: AnyActorRef, self: Self, asked: string): Child | BaseError {
  const name = self.ref.actorName;
  // By its id, as a static supervisor's children are known: plain JavaScript gets no help from the types.
  if (typeof ref !== "object" || ref === null) return supervisorDynamic(name, `${asked} by id`);
  return state.children.get(ref) ?? childUnknown(name, ref.actorName, namesOf(state));
}

function stopped(self: Self, child: Child, restarts: RestartsSoFar): MaybePromise<undefined> {
  const { spec, status, ref } = child;
  if (status !== "running" || ref === undefined) return undefined;
  return whenThere(stopChildOf(self, spec.id, ref, spec.shutdown), (reason) => {
    if (endedOddly(spec, reason)) reportChild(self, "shutdown_error", reason, child, restarts);
    return undefined;
  });
}
