// What a handler is given to act with: its actor's own view of the world.
// Knows nothing of how it is made; tests make their own (`dspex/testing`).
import type {
  ActorRef,
  AnyActorRef,
  AnyBehaviour,
  CallArguments,
  CallName,
  CastArguments,
  CastName,
  PayloadOf,
  ReplyOf,
  StartArguments,
} from "./actor-ref.ts";
import type { ActorSystem, SpawnOptions } from "./actor-system.ts";
import type { Timer } from "./base/index.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { From } from "./handler-result.ts";

/** One watch over one actor, as `monitor` returns it. */
export interface Monitor {
  readonly monitorId: number;
  readonly ref: AnyActorRef | undefined;
  /** A way to send to the watcher that closes with the monitor; there where it was asked for. */
  readonly alias?: Alias;
}

/** How an actor is watched. */
export interface MonitorOptions {
  /** Makes an alias that closes with the monitor; `reply` ends both at the first message that comes through it. */
  readonly alias?: "demonitor" | "reply";
}

/** A way to send to an actor that the actor can close: what is sent through it afterwards is dropped and reported. */
export interface Alias {
  readonly isOpen: boolean;
  send(message: unknown): void;
  /** False where it was closed already. */
  close(): boolean;
}

/** A message that waits for its time. */
export interface PendingSend extends Timer {
  /** Calls the message off; the milliseconds that were left, or undefined where it has been sent or called off already. */
  cancel(): number | undefined;
}

/**
 * The actor itself, as its handlers see it.
 *
 * Everything done through it is fenced: once the actor has ended, a handler still suspended in an `await` can go on computing, but its
 * sends, casts, links, names and spawns have no effect. What it does through a reference it kept is not fenced.
 */
export interface Self {
  readonly ref: AnyActorRef;
  readonly system: ActorSystem;
  /** Aborts once when the actor ends, before anyone hears of it. Made when first read. */
  readonly signal: AbortSignal;
  /** The caller of the call being handled. @throws CALLER_MISSING outside a call */
  readonly from: From<unknown>;
  /** The same as `from`, with the type of the answer said. */
  replyTo<Value>(): From<Value>;
  /** Sends any message to a reference or a name. @throws NAME_UNKNOWN */
  send(target: AnyActorRef | string, message: unknown): void;
  /** Sends a message to a reference or name after `delayMs`; dropped if this actor ended before. */
  sendAfter(delayMs: number, target: AnyActorRef | string, message: unknown): PendingSend;
  /** `ref.call` with the fence; also knows at any time that it would be calling itself (CALLING_SELF). */
  call<B extends AnyBehaviour, Name extends CallName<B>>(
    ref: ActorRef<B>,
    name: Name,
    ...rest: CallArguments<PayloadOf<B["handleCall"][Name]>>
  ): Promise<ReplyOf<B["handleCall"][Name]>>;
  /** `ref.cast` with the fence. */
  cast<B extends AnyBehaviour, Name extends CastName<B>>(
    ref: ActorRef<B>,
    name: Name,
    ...rest: CastArguments<PayloadOf<B["handleCast"][Name]>>
  ): void;
  /** Sends what `toMessage` makes of the work's outcome to this actor. If either fails, the actor ends with that failure. */
  pipe<Value>(work: Promise<Value>, toMessage: (value: Value) => unknown): void;
  /** Ties two actors: if one ends abnormally the other does, or, if it traps exits, gets an EXIT message. */
  link(ref: AnyActorRef): void;
  /** Unties; an EXIT of that actor still in the mailbox is taken out. */
  unlink(ref: AnyActorRef): void;
  /** Asks for one DOWN message when the actor ends, at once (`noproc`) if it is gone or nobody has the name. */
  monitor(target: AnyActorRef | string, options?: MonitorOptions): Monitor;
  /** Makes a way to send to this actor that can be closed. */
  alias(): Alias;
  /** Withdraws a monitor and closes its alias; a DOWN of it still in the mailbox is taken out. */
  demonitor(monitor: Monitor): void;
  /** Ends this actor with `reason`, once `terminate` has run. Never returns. */
  exit(reason: ExitReason): never;
  /** Sends an exit signal to another actor, in this one's name: a child that traps exits obeys its parent's. */
  sendExit(ref: AnyActorRef, reason: ExitReason): void;
  /** Gives this actor one more name. @throws NAME_TAKEN */
  register(name: string): void;
  /** Starts an actor on its own. Rejects as `system.spawn` does. */
  spawn<B extends AnyBehaviour>(behaviour: B, ...rest: StartArguments<B, SpawnOptions>): Promise<ActorRef<B>>;
  /** Starts an actor linked to this one, which becomes its parent: it obeys this one's end and exit signals. */
  spawnLink<B extends AnyBehaviour>(behaviour: B, ...rest: StartArguments<B, SpawnOptions>): Promise<ActorRef<B>>;
}
