// A behaviour: a plain object of functions that says what an actor is and does.
// Knows nothing of actors at run time; a behaviour is tested by calling it.
import { BaseError } from "./base/index.ts";
import type { ChildView } from "./child-view.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { CallResult, Ignore, Next, Stop } from "./handler-result.ts";
import type { Self } from "./self.ts";

/** A value, now or later. */
export type MaybePromise<Value> = Value | Promise<Value>;
type Nothing = Readonly<Record<never, never>>;

/** What `init`, casts, infos and continues hand back: the state, an end, or the state and what comes next. */
export type HandlerResult<State> = State | Stop<unknown, State> | Next<State>;

/** Handlers of calls by name: `(state, payload, self) => reply(value, nextState)`. */
export type CallHandlers<State> = Readonly<
  // `never`: what a message carries is each handler's own word, so a slot must take any.
  Record<string, (state: State, payload: never, self: Self) => MaybePromise<CallResult<unknown, State>>>
>;
/** Handlers of casts by name: `(state, payload, self) => nextState`. */
export type CastHandlers<State> = Readonly<
  Record<string, (state: State, payload: never, self: Self) => MaybePromise<HandlerResult<State>>>
>;

/** What every behaviour says, besides whether it traps exits. */
export interface BehaviourParts<Args, State, Calls, Casts> {
  /** Named in crash reports where the actor has no name of its own. */
  readonly behaviourName?: string;
  /** A supervisor goes first when it has something to do, and has all the time it needs to stop. Default `worker`. */
  readonly kind?: "worker" | "supervisor";
  /** Acquires what the actor needs and makes its first state. Runs in the actor; `ignore()` and `stop(reason)` start nothing. */
  readonly init: (args: Args, self: Self) => MaybePromise<HandlerResult<State> | Ignore>;
  /** A supervisor's children, for `system.tree()`; called between two messages. */
  readonly childrenOf?: (state: State) => readonly ChildView[];
  // Intersected, not constrained: only so does the state's type reach handlers whose other parameters are annotated.
  readonly handleCall?: Calls & CallHandlers<State>;
  readonly handleCast?: Casts & CastHandlers<State>;
  /** Goes on where `next(…, { continueWith })` left off, before any message that waits. */
  readonly handleContinue?: (state: State, payload: unknown, self: Self) => MaybePromise<HandlerResult<State>>;
  /** DOWN, EXIT (where exits are trapped), timeouts and whatever else was sent. Without it such messages are dropped and reported. */
  readonly handleInfo?: (state: State, message: unknown, self: Self) => MaybePromise<HandlerResult<State>>;
}

/** A behaviour that releases something must say whether exit signals reach it: untrapped ones end it without `terminate`. */
export type TrapRule<State> =
  | {
      /** Releases what `init` acquired. Runs on a stop, a failure, and a parent's exit where exits are trapped; never on a kill. */
      readonly terminate: (reason: ExitReason, state: State, self: Self) => MaybePromise<void>;
      readonly trapExit: boolean;
    }
  | { readonly terminate?: never; readonly trapExit?: boolean };

/** A behaviour made by {@link defineActor}. */
export interface ActorBehaviour<Args, State, Calls, Casts> {
  readonly behaviourName: string;
  readonly kind: "worker" | "supervisor";
  readonly init: (args: Args, self: Self) => MaybePromise<HandlerResult<State> | Ignore>;
  readonly childrenOf?: (state: State) => readonly ChildView[];
  readonly handleCall: Calls;
  readonly handleCast: Casts;
  readonly handleContinue?: (state: State, payload: unknown, self: Self) => MaybePromise<HandlerResult<State>>;
  readonly handleInfo?: (state: State, message: unknown, self: Self) => MaybePromise<HandlerResult<State>>;
  readonly terminate?: (reason: ExitReason, state: State, self: Self) => MaybePromise<void>;
  readonly trapExit: boolean;
}

/**
 * Says what an actor is: `init` makes its state, handlers take one message each.
 *
 * Calls and casts are records of functions, so that `ref.call("add", 2)` is checked and its reply inferred. Handlers may be
 * async; the next message waits until the promise has settled. A handler that throws ends the actor.
 * @throws BEHAVIOUR_INVALID where a handler is no function, or `terminate` comes without `trapExit`.
 * @example
 * const counter = defineActor({
 *   init: (start: number) => start,
 *   handleCall: { add: (state, n: number) => reply(state + n, state + n) },
 *   handleCast: { reset: (_state, to: number) => to },
 * });
 */
export function defineActor<Args, State, Calls = Nothing, Casts = Nothing>(
  behaviour: BehaviourParts<Args, State, Calls, Casts> & TrapRule<State>,
): ActorBehaviour<Args, State, Calls, Casts> {
  checkBehaviour(behaviour);
  return Object.freeze({
    ...behaviour,
    behaviourName: behaviour.behaviourName ?? "actor",
    kind: behaviour.kind ?? "worker",
    // Where no handlers are given, `Calls` and `Casts` are the empty record.
    handleCall: behaviour.handleCall ?? ({} as Calls),
    handleCast: behaviour.handleCast ?? ({} as Casts),
    trapExit: behaviour.trapExit ?? false,
  });
}

function checkBehaviour(behaviour: object): void {
  const parts = behaviour as Readonly<Record<string, unknown>>;
  if (typeof parts.init !== "function") throw invalid("init", "a function that makes the first state", parts.init);
  for (const part of ["handleContinue", "handleInfo", "terminate"]) {
    if (parts[part] !== undefined && typeof parts[part] !== "function") throw invalid(part, "a function", parts[part]);
  }
  for (const part of ["handleCall", "handleCast"]) {
    const handlers = parts[part];
    if (handlers === undefined) continue;
    if (typeof handlers !== "object" || handlers === null) throw invalid(part, "a record of functions", handlers);
    for (const [name, handler] of Object.entries(handlers)) {
      if (typeof handler !== "function") throw invalid(`${part}.${name}`, "a function", handler);
    }
  }
  if (parts.terminate !== undefined && typeof parts.trapExit !== "boolean") {
    throw invalid(
      "trapExit",
      "true or false, because terminate is defined and runs on an exit signal only if exits are trapped",
      parts.trapExit,
    );
  }
}

function invalid(part: string, expected: string, found: unknown): BaseError {
  const came = found === null ? "null" : typeof found;
  return new BaseError("BEHAVIOUR_INVALID", `Expected ${part} of a behaviour to be ${expected}, found ${came}.`, {
    details: { part, found: came },
  });
}
