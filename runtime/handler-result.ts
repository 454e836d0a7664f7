// What a handler hands back: an answer, a promise to answer later, a stop.
// Knows nothing of who asked or of how the answer travels.
import type { ExitReason } from "./exit-reason.ts";

/** Stands for "the state stays as it is", so that `undefined` can be a state. */
export const UNCHANGED: unique symbol = Symbol("unchanged");

/** An answer to a call, made by {@link reply}. */
export class Reply<Value, State> {
  readonly value: Value;
  readonly state: State | typeof UNCHANGED;

  constructor(value: Value, state: State | typeof UNCHANGED) {
    this.value = value;
    this.state = state;
  }
}

/** An answer that comes later, made by {@link noReply} and {@link replyLater}. */
export class NoReply<Value, State> {
  readonly state: State | typeof UNCHANGED;
  readonly work: Promise<Value> | undefined;

  constructor(state: State | typeof UNCHANGED, work: Promise<Value> | undefined) {
    this.state = state;
    this.work = work;
  }
}

/** A call turned down, made by {@link refuse}. */
export class Refusal<State> {
  readonly error: unknown;
  readonly state: State | typeof UNCHANGED;

  constructor(error: unknown, state: State | typeof UNCHANGED) {
    this.error = error;
    this.state = state;
  }
}

/** The end of the actor, made by {@link stop} and {@link stopWithReply}. */
export class Stop<Value, State> {
  readonly reason: ExitReason;
  readonly state: State | typeof UNCHANGED;
  readonly answer: { readonly value: Value } | undefined;

  constructor(reason: ExitReason, state: State | typeof UNCHANGED, answer: { readonly value: Value } | undefined) {
    this.reason = reason;
    this.state = state;
    this.answer = answer;
  }
}

/** "There is nothing to start", made by {@link ignore}. */
export class Ignore {
  readonly ignored = true;
}

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
  | Stop<Value, State>;

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
