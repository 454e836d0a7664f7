// What all actors of one system share.
// Knows nothing of what an actor is made of: it is the same for any kind of cell.
import type { ActorRef, AnyActorRef, AnyBehaviour } from "./actor-ref.ts";
import type { ActorSystem, SpawnOptions } from "./actor-system.ts";
import type { Clock } from "./base/index.ts";
import type { BusCore } from "./create-bus.ts";
import type { Schedulable, Scheduler } from "./scheduler.ts";
import type { TimerWheel } from "./timer-wheel.ts";

/** One system's shared parts. */
export interface Kernel<Cell extends Schedulable> {
  readonly systemName: string;
  readonly clock: Clock;
  readonly bus: BusCore;
  readonly wheel: TimerWheel;
  readonly scheduler: Scheduler<Cell>;
  readonly names: Map<string, Cell>;
  /** The living, in the order in which they were spawned. */
  readonly cells: Set<Cell>;
  readonly system: ActorSystem;
  /** Deaths that are still to be told: told one after the other, so that a long chain of links does not nest. */
  readonly deaths: (() => void)[];
  status: "running" | "stopping" | "stopped";
  nextActorId: number;
  nextMonitorId: number;
  /** The actor whose handler is running synchronously right now. */
  running: Cell | undefined;
  /** Starts an actor; a parent is linked to it. */
  readonly spawn: <B extends AnyBehaviour>(
    behaviour: B,
    args: unknown,
    options: SpawnOptions,
    parent: Cell | undefined,
  ) => Promise<ActorRef<B>>;
  /** Starts an actor without waiting for its `init`; a parent is linked to it. @throws SYSTEM_STOPPED, NAME_TAKEN */
  readonly launch: (behaviour: AnyBehaviour, args: unknown, options: SpawnOptions, parent: Cell | undefined) => Cell;
  /** The cell behind a reference of this system. @throws REF_FOREIGN */
  readonly cellOf: (ref: AnyActorRef) => Cell;
}
