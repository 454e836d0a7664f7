// What a handler hands back: an answer, a promise to answer later, a stop.
// Knows nothing of who asked or of how the answer travels.
import { timeoutInvalid } from "./call-errors.ts";
import type { ExitReason } from "./exit-reason.ts";

/** Stands for "the state stays as it is", so that `undefined` can be a state. */
export const UNCHANGED: unique symbol = Symbol("unchanged");

/** What a handler may hand back that is no state, so that one look tells the two apart. */
export class Directive {}

/** An answer to a call, made by {@link reply}. */
export class Reply<Value, State> {
  readonly value: Value;
  readonly state: State | typeof UNCHANGED;

  constructor(value: Value, state: State | typeof UNCHANGED) {
    this.value = value;
    this.state = state;
  }
}
// Not `extends`: with a derived constructor, calls in a mixed load were 15 to 25 % slower, and there is a reply per call.
Object.setPrototypeOf(Reply.prototype, Directive.prototype);

/** An answer that comes later, made by {@link noReply} and {@link replyLater}. */
export class NoReply<Value, State> extends Directive {
  readonly state: State | typeof UNCHANGED;
  readonly work: Promise<Value> | undefined;

  constructor(state: State | typeof UNCHANGED, work: Promise<Value> | undefined) {
    super();
    this.state = state;
    this.work = work;
  }
}

/** A call turned down, made by {@link refuse}. */
export class Refusal<State> extends Directive {
  readonly error: unknown;
  readonly state: State | typeof UNCHANGED;

  constructor(error: unknown, state: State | typeof UNCHANGED) {
    super();
    this.error = error;
    this.state = state;
  }
}

/** The end of the actor, made by {@link stop} and {@link stopWithReply}. */
export class Stop<Value, State> extends Directive {
  readonly reason: ExitReason;
  readonly state: State | typeof UNCHANGED;
  readonly answer: { readonly value: Value } | undefined;

  constructor(reason: ExitReason, state: State | typeof UNCHANGED, answer: { readonly value: Value } | undefined) {
    super();
    this.reason = reason;
    this.state = state;
    this.answer = answer;
  }
}

/** "There is nothing to start", made by {@link ignore}. */
export class Ignore extends Directive {
  readonly ignored = true;
}

/** What is to happen after a handler's result was taken, made by {@link next}. */
export class Next<Result> extends Directive {
  readonly result: Result;
  readonly following: NextOptions;

  constructor(result: Result, following: NextOptions) {
    super();
    this.result = result;
    this.following = following;
  }
}

/** What {@link next} asks for: one of the two. */
export type NextOptions =
  | {
      /** Runs `handleContinue` with this before any message that waits. */
      readonly continueWith: unknown;
      readonly timeoutMs?: never;
    }
  | {
      /** Milliseconds until `handleInfo` gets a `Timeout`, unless a message arrives before. */
      readonly timeoutMs: number;
      readonly continueWith?: never;
    };

/** The caller of one call, kept aside to be answered when the answer is there. */
export interface From<Value> {
  /** Whether the caller still waits. False after an answer, a timeout, an abort or the actor's end. */
  readonly isOpen: boolean;
  /** Answers the call. A second answer is dropped and reported as `runtime.message.dropped`. */
  reply(value: Value): void;
  /** Makes the caller's promise reject with `error`; the actor goes on. */
  fail(error: unknown): void;
}

/** What a call handler may return (or resolve to). */
export type CallResult<Value, State> =
  | Reply<Value, State>
  | NoReply<Value, State>
  | Refusal<State>
  | Stop<Value, State>
  | Next<Reply<Value, State> | NoReply<Value, State> | Refusal<State>>;

const IGNORE = new Ignore();

/** Answers the call; with one argument the state stays as it is. */
export function reply<Value>(value: Value): Reply<Value, never>;
export function reply<Value, State>(value: Value, state: State): Reply<Value, State>;
export function reply<Value, State>(value: Value, ...next: [] | [State]): Reply<Value, State> {
  return new Reply(value, next.length === 0 ? UNCHANGED : (next[0] as State));
}

/**
 * Leaves the call unanswered for now: keep `self.from` and answer through it when the answer is there.
 *
 * Hand in the `from` (of `self.replyTo<Value>()`) to tell the compiler what the answer will be. If the actor ends before
 * it answered, the caller gets ACTOR_DOWN.
 */
export function noReply(): NoReply<never, never>;
export function noReply<State>(state: State): NoReply<never, State>;
export function noReply<State, Value>(state: State, from: From<Value>): NoReply<Value, State>;
export function noReply<State>(...next: [] | [State, From<never>?]): NoReply<never, State> {
  return new NoReply<never, State>(next.length === 0 ? UNCHANGED : next[0], undefined);
}

/**
 * Answers the call with the outcome of work that has been started; the actor takes its next message meanwhile.
 *
 * If the work rejects, the caller gets that error and the actor goes on. If the actor ends first, the caller gets ACTOR_DOWN
 * and the outcome is dropped; hand `self.signal` to the work, so that it ends too.
 */
export function replyLater<Value>(work: Promise<Value>): NoReply<Value, never>;
export function replyLater<Value, State>(work: Promise<Value>, state: State): NoReply<Value, State>;
export function replyLater<Value, State>(work: Promise<Value>, ...next: [] | [State]): NoReply<Value, State> {
  return new NoReply<Value, State>(next.length === 0 ? UNCHANGED : (next[0] as State), work);
}

/** Makes the caller's promise reject with `error`; the actor goes on. */
export function refuse(error: unknown): Refusal<never>;
export function refuse<State>(error: unknown, state: State): Refusal<State>;
export function refuse<State>(error: unknown, ...next: [] | [State]): Refusal<State> {
  return new Refusal(error, next.length === 0 ? UNCHANGED : (next[0] as State));
}

/** Ends the actor with `reason` after its `terminate` has run. A call being handled gets ACTOR_DOWN. */
export function stop(reason: ExitReason): Stop<never, never>;
export function stop<State>(reason: ExitReason, state: State): Stop<never, State>;
export function stop<State>(reason: ExitReason, ...next: [] | [State]): Stop<never, State> {
  return new Stop<never, State>(reason, next.length === 0 ? UNCHANGED : (next[0] as State), undefined);
}

/** Answers the call and ends the actor; `terminate` has run when the caller has its answer. */
export function stopWithReply<Value>(reason: ExitReason, value: Value): Stop<Value, never>;
export function stopWithReply<Value, State>(reason: ExitReason, value: Value, state: State): Stop<Value, State>;
export function stopWithReply<Value, State>(
  reason: ExitReason,
  value: Value,
  ...next: [] | [State]
): Stop<Value, State> {
  return new Stop(reason, next.length === 0 ? UNCHANGED : (next[0] as State), { value });
}

/** From `init`: there is nothing to run. A spawn rejects with START_IGNORED, a supervisor keeps the spec without an actor. */
export function ignore(): Ignore {
  return IGNORE;
}

/**
 * Hands back a result and says what comes next: `handleContinue` at once, or a `Timeout` if nothing arrives in time.
 *
 * `continueWith` runs ahead of everything that waits, so `init` can answer its starter and then do the slow part before
 * any message. `timeoutMs: 0` fires if no message waits already; any message that arrives before the time is up, of
 * whatever kind, withdraws the timeout.
 * @throws OPTION_INVALID for a timeout that is no number ≥ 0.
 * @example
 * init: (path: string) => next({ path, lines: [] }, { continueWith: "load" }),
 */
export function next<Result>(result: Result, following: NextOptions): Next<Result> {
  const { timeoutMs } = following;
  if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs >= 0)) throw timeoutInvalid(timeoutMs);
  return new Next(result, following);
}
