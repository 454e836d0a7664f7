// What all actors of one system share.
// Knows nothing of what an actor is made of: it is the same for any kind of cell.
import type { ActorRef, AnyActorRef, AnyBehaviour } from "./actor-ref.ts";
import type { ActorSystem, SpawnOptions } from "./actor-system.ts";
import type { Clock } from "./base/index.ts";
import type { BusCore } from "./create-bus.ts";
import type { HandledMessage } from "./exit-reason.ts";
import type { RunBehaviour } from "./message-entry.ts";
import type { Person, Population } from "./population.ts";
import type { Resting, Restless } from "./restless.ts";
import type { Schedulable, Scheduler } from "./scheduler.ts";
import type { TimerWheel } from "./timer-wheel.ts";

/** One system's shared parts. */
export interface Kernel<Cell extends Schedulable & Person<Cell> & Resting> {
  readonly systemName: string;
  readonly clock: Clock;
  readonly bus: BusCore;
  readonly wheel: TimerWheel;
  readonly scheduler: Scheduler<Cell>;
  readonly names: Map<string, Cell>;
  /** The living. */
  readonly cells: Population<Cell>;
  readonly system: ActorSystem;
  /** Deaths that are still to be told: told one after the other, so that a long chain of links does not nest. */
  readonly deaths: (() => void)[];
  /** Whether a death is being told right now: what has ended may still be listed somewhere. */
  isTelling: boolean;
  status: "running" | "stopping" | "stopped";
  nextActorId: number;
  nextMonitorId: number;
  /** Members of audiences who may have something to do. */
  readonly restless: Restless<Cell>;
  /** Who runs a handler synchronously right now: an actor, or one who lets many handle theirs. */
  running: Runner<Cell> | undefined;
  /** Starts an actor; a parent is linked to it. */
  readonly spawn: <B extends AnyBehaviour>(
    behaviour: B,
    args: unknown,
    options: SpawnOptions,
    parent: Cell | undefined,
  ) => Promise<ActorRef<B>>;
  /** Makes what an actor is made of, and nothing else: `spawn.ts` brings it to life. */
  readonly newCell: (
    behaviour: RunBehaviour,
    name: string | undefined,
    parent: Cell | undefined,
    args: unknown,
  ) => Cell;
  /** Actors that offer places in other threads or processes. */
  readonly places: Map<Cell, HostPlace<Cell>>;
  /** Where names are looked up that nobody here has. */
  elsewhere: NamesElsewhere<Cell> | undefined;
  /** The cell behind a reference of this system. @throws REF_FOREIGN */
  readonly cellOf: (ref: AnyActorRef) => Cell;
}

/** Who runs handlers, in this very moment that of `current`. */
export interface Runner<Cell> {
  readonly current: Cell | undefined;
  /** What that one handles, where it has not taken note of it itself. */
  readonly sharing: HandledMessage | undefined;
}

/** Offers places for actors in another thread or process. */
export interface HostPlace<Cell> {
  /** Makes what stands here for an actor that will run there. @throws HOST_MISMATCHED */
  newCell(behaviour: AnyBehaviour, name: string | undefined, parent: Cell | undefined, args: unknown): Cell;
}

/** Names beyond this system's own. */
export interface NamesElsewhere<Cell> {
  /** What stands here for whoever has the name there, or will have it. */
  find(name: string): Cell | undefined;
  /** Told of each name that is taken here. */
  taken(name: string, cell: Cell): void;
  /** Told of each name that is given up here while its actor lives. */
  freed(name: string): void;
}
