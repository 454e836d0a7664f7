// What others hold of an actor: a reference whose calls and casts are checked against its behaviour.
// Knows the loose shape of a behaviour, not what handlers are given to work with.
import type { ExitReason } from "./exit-reason.ts";
import type { Ignore, Next, NoReply, Reply, Stop } from "./handler-result.ts";

// `never` where a handler takes something: any concrete handler fits such a slot, whatever it takes.
type LooseHandler = (state: never, payload: never, self: never) => unknown;

/** Any behaviour, whatever its state and messages; what `typeof counter` always fits. */
export interface AnyBehaviour {
  readonly kind: "worker" | "supervisor";
  readonly init: (args: never, self: never) => unknown;
  readonly handleCall: Readonly<Record<string, LooseHandler>>;
  readonly handleCast: Readonly<Record<string, LooseHandler>>;
  readonly handleContinue?: (state: never, payload: unknown, self: never) => unknown;
  readonly handleInfo?: (state: never, message: unknown, self: never) => unknown;
  readonly terminate?: (reason: ExitReason, state: never, self: never) => unknown;
  readonly trapExit: boolean;
}

/** What a behaviour's `init` takes. */
export type ArgsOf<B extends AnyBehaviour> = Parameters<B["init"]>[0];
/** What a behaviour keeps between messages. */
export type StateOf<B extends AnyBehaviour> = Exclude<
  Awaited<ReturnType<B["init"]>>,
  Ignore | Stop<unknown, unknown> | Next<unknown>
>;
/** The names a behaviour answers to. */
export type CallName<B extends AnyBehaviour> = keyof B["handleCall"] & string;
/** The names a behaviour takes one way. */
export type CastName<B extends AnyBehaviour> = keyof B["handleCast"] & string;
/** What a message must carry; `undefined` where its handler takes nothing. */
export type PayloadOf<Handler> = Handler extends (state: never, payload: infer Payload, self: never) => unknown
  ? unknown extends Payload
    ? Handler extends (state: never) => unknown
      ? undefined
      : Payload
    : Payload
  : never;
/** What a call's handler answers, whether at once or later; `unknown` where it never says. */
export type ReplyOf<Handler> = Handler extends (...args: never) => infer Result
  ? [ValueOf<Awaited<Result>>] extends [never]
    ? unknown
    : ValueOf<Awaited<Result>>
  : never;
type ValueOf<Result> =
  Result extends Reply<infer Value, unknown>
    ? Value
    : Result extends NoReply<infer Value, unknown>
      ? Value
      : Result extends Stop<infer Value, unknown>
        ? Value
        : Result extends Next<infer Inner>
          ? ValueOf<Inner>
          : never;

/** The arguments after a call's name: what it carries, unless that is nothing, and options. */
export type CallArguments<Payload> = undefined extends Payload
  ? [payload?: Payload, options?: CallOptions]
  : [payload: Payload, options?: CallOptions];
/** The arguments after a cast's name. */
export type CastArguments<Payload> = undefined extends Payload ? [payload?: Payload] : [payload: Payload];
/** The arguments that start a behaviour: none need be given where `init` takes nothing. */
export type StartArguments<B extends AnyBehaviour, Options> =
  undefined extends ArgsOf<B> ? [args?: ArgsOf<B>, options?: Options] : [args: ArgsOf<B>, options?: Options];

/** How long a call may take, and who may call it off. */
export interface CallOptions {
  /** Milliseconds until the call rejects with CALL_TIMEOUT. Default 5000; `Infinity` waits for ever. */
  readonly timeoutMs?: number;
  /** Rejects the call with CALL_ABORTED when aborted. The actor is not told; what it answers is dropped. */
  readonly signal?: AbortSignal;
}

/** How {@link AnyActorRef.stop} ends an actor. */
export interface StopOptions {
  /** Default `normal`. */
  readonly reason?: ExitReason;
  /** Milliseconds until the stop rejects with STOP_TIMEOUT and the actor is left alone. Default `Infinity`. */
  readonly timeoutMs?: number;
}

/**
 * One incarnation of an actor, of whatever behaviour.
 *
 * After the actor ended, its reference stays dead for ever: a restarted one has another. For one that follows restarts, name
 * the actor and use `system.named`.
 */
export interface AnyActorRef {
  /** Unique in its system, counting up; 0 for a reference by name. */
  readonly actorId: number;
  /** The first name it was given, or `<behaviour>#<actorId>`. */
  readonly actorName: string;
  /** Whether it has not ended. It may end before you have read the answer. */
  readonly isAlive: boolean;
  /** Sends any message, for `handleInfo`. To a dead actor: dropped. */
  send(message: unknown): void;
  /** Sends an exit signal: `kill` cannot be trapped; `normal` is ignored by an actor that does not trap exits. */
  exit(reason: ExitReason): void;
  /** Ends the actor at once, even in the middle of an `await`; `terminate` does not run. Others see `killed`. */
  kill(): void;
  /**
   * Ends the actor in its turn, behind the messages it already has, running `terminate`; resolves when it is down.
   *
   * Rejects with STOP_TIMEOUT, and with STOP_FAILED where the actor ended abnormally and not with the reason asked for, as when
   * its `terminate` threw. On an actor that is down already it resolves.
   */
  stop(options?: StopOptions): Promise<void>;
}

/** A reference to an actor of a known behaviour: `ActorRef<typeof counter>`. */
export interface ActorRef<B extends AnyBehaviour> extends AnyActorRef {
  /**
   * Calls the actor and waits for its reply.
   *
   * The actor handles it in turn. If the deadline passes, the answer may still come; it is dropped and reported as
   * `runtime.message.dropped`. Rejects with CALL_TIMEOUT, ACTOR_DOWN, CALL_ABORTED, CALLING_SELF, MESSAGE_UNKNOWN, and with what
   * the handler failed the call with.
   */
  call<Name extends CallName<B>>(
    name: Name,
    ...rest: CallArguments<PayloadOf<B["handleCall"][Name]>>
  ): Promise<ReplyOf<B["handleCall"][Name]>>;
  /** Sends a message and does not wait. To a dead actor: dropped. Throws MESSAGE_UNKNOWN for a name without a handler. */
  cast<Name extends CastName<B>>(name: Name, ...rest: CastArguments<PayloadOf<B["handleCast"][Name]>>): void;
}
