// A system of actors as others see it: where they are started, named, found and stopped.
// Knows nothing of how they are run.
import type { ActorRef, AnyActorRef, AnyBehaviour, StartArguments } from "./actor-ref.ts";
import type { Clock } from "./base/index.ts";
import type { EventBus } from "./event-bus.ts";
import type { RuntimeEvent } from "./events.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { ViaKey } from "./registry.ts";
import type { ObserveOptions, SystemView } from "./system-view.ts";
import type { TreeNode } from "./tree-node.ts";

/** How an actor is started. */
export interface SpawnOptions {
  /** A name nobody living has; taken before `init` runs, free again before anyone hears of the actor's end. */
  readonly name?: string;
  /** A key of a registry, taken before `init` runs: `registry.via(key, value)`. */
  readonly via?: ViaKey;
  /** Milliseconds `init` may take before the actor is killed and the spawn rejects with START_TIMEOUT. Default `Infinity`. */
  readonly initTimeoutMs?: number;
  /**
   * Where it runs: an actor made by `threadHosts` or `processHosts`, or its name. The behaviour is one of `hostedModule`. Default: in this
   * thread.
   */
  readonly host?: AnyActorRef | string;
  /** Milliseconds the actor has for `terminate` when the system stops. Default 5000, for a supervisor `Infinity`. Unused where a supervisor stops it. */
  readonly shutdownMs?: number;
}

/** How {@link ActorSystem.stop} goes about it. */
export interface SystemStopOptions {
  /** Milliseconds until everything still alive is killed. Default 30,000. */
  readonly timeoutMs?: number;
}

/** A system of actors in one thread. */
export interface ActorSystem {
  readonly name: string;
  readonly clock: Clock;
  /** Where the kernel publishes what happened. */
  readonly bus: EventBus<RuntimeEvent>;
  /**
   * Starts an actor and resolves once its `init` is done.
   *
   * Rejects with START_FAILED, START_IGNORED, START_TIMEOUT, NAME_TAKEN, KEY_TAKEN, SYSTEM_STOPPED.
   */
  spawn<B extends AnyBehaviour>(behaviour: B, ...rest: StartArguments<B, SpawnOptions>): Promise<ActorRef<B>>;
  /** The living actor of this name. The type is the caller's word: names carry none. */
  whereis<B extends AnyBehaviour>(name: string): ActorRef<B> | undefined;
  /**
   * A reference that looks the name up for each message, so that it follows restarts. The type is the caller's word.
   *
   * Where nobody has the name, `call` rejects and `send` throws NAME_UNKNOWN, while `cast` is dropped.
   */
  named<B extends AnyBehaviour>(name: string): ActorRef<B>;
  /** Gives a living actor one more name. @throws NAME_TAKEN, ACTOR_DOWN */
  register(name: string, ref: AnyActorRef): void;
  /** Frees a name; false if nobody had it. */
  unregister(name: string): boolean;
  /** Sends any message to a reference or a name. @throws NAME_UNKNOWN */
  send(target: AnyActorRef | string, message: unknown): void;
  /** Resolves with the reason once the actor is down, also where it was before, or with undefined after `timeoutMs`. */
  whenDown(ref: AnyActorRef): Promise<ExitReason>;
  whenDown(ref: AnyActorRef, timeoutMs: number): Promise<ExitReason | undefined>;
  /** Who runs under whom, what waits, how each ended last: as it is now. */
  tree(): readonly TreeNode[];
  /** The system at once and then every second, or as often as asked, until it has stopped. */
  observe(options?: ObserveOptions): AsyncGenerator<SystemView, void, undefined>;
  /** How many actors are alive. */
  readonly actorCount: number;
  /**
   * Stops the actors that were spawned by the system, last first, each with `shutdown` and its own time; then whatever is left.
   *
   * Resolves when none is alive; nothing keeps the process running afterwards. A second call waits for the first.
   */
  stop(options?: SystemStopOptions): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
