// A system of actors: puts the parts together, starts actors, and stops everything in order.
// Knows nothing of supervisors: they are actors like any other. Hosts load it, so it imports nothing that makes names.
import { endCell, signalExit } from "./actor-end.ts";
import type { ActorRef, AnyActorRef, AnyBehaviour, StartArguments } from "./actor-ref.ts";
import type { ActorSystem, SpawnOptions, SystemStopOptions } from "./actor-system.ts";
import { type AnyEvent, BaseError, type Clock, systemClock } from "./base/index.ts";
import { Cell } from "./cell.ts";
import { cellNamed, cellOf, NamedRef, sendCell, whenCellDown } from "./cell-ref.ts";
import { busCore, createBus } from "./create-bus.ts";
import type { EventBus } from "./event-bus.ts";
import type { RuntimeEvent } from "./events.ts";
import type { ExitReason } from "./exit-reason.ts";
import { FrozenCell } from "./frozen-cell.ts";
import type { Kernel } from "./kernel.ts";
import { rememberKernel } from "./kernel-of.ts";
import { registerName, unregisterName } from "./names.ts";
import { observe } from "./observe-system.ts";
import { Population } from "./population.ts";
import { Restless } from "./restless.ts";
import { Scheduler } from "./scheduler.ts";
import { spawnCell } from "./spawn.ts";
import { treeOf } from "./system-tree.ts";
import type { ObserveOptions, SystemView } from "./system-view.ts";
import { TimerWheel } from "./timer-wheel.ts";
import type { TreeNode } from "./tree-node.ts";
import { runTurn } from "./turn.ts";

const DEFAULT_STOP_MS = 30_000;

/** How a system is made. */
export interface SystemOptions<Events extends AnyEvent = RuntimeEvent> {
  /** Named in errors and events. Default a new id. */
  readonly name?: string;
  /** Where time comes from. Default the machine's clock. */
  readonly clock?: Clock;
  /** Where to publish; made by `createBus`, of a union that holds the kernel's events. Default a bus of its own. */
  readonly bus?: EventBus<Events> & ([RuntimeEvent] extends [Events] ? unknown : never);
  /**
   * `frozen`: plain objects and arrays in messages and answers are frozen, deeply, so that who changes what it has sent fails there and
   * then. For tests; it costs a walk through each message. Default `shared`: passed as they are.
   */
  readonly messages?: "shared" | "frozen";
}

export class System<Events extends AnyEvent> implements ActorSystem {
  readonly name: string;
  readonly clock: Clock;
  readonly bus: EventBus<RuntimeEvent>;
  readonly #kernel: Kernel<Cell>;
  #stopping: Promise<void> | undefined;

  constructor(name: string, options: SystemOptions<Events>) {
    this.name = name;
    this.clock = options.clock ?? systemClock;
    // A bus of a wider union carries the kernel's events too; the option's type has checked that it is wider.
    this.bus =
      (options.bus as unknown as EventBus<RuntimeEvent> | undefined) ?? createBus<RuntimeEvent>({ clock: this.clock });
    const bus = busCore(this.bus);
    if (bus === undefined) {
      throw new BaseError("BUS_FOREIGN", "Expected a bus made by createBus, found something else.", {
        details: { system: this.name },
      });
    }
    const CellOfMode = options.messages === "frozen" ? FrozenCell : Cell;
    this.#kernel = {
      systemName: this.name,
      clock: this.clock,
      bus,
      wheel: new TimerWheel(this.clock),
      scheduler: new Scheduler<Cell>(runTurn, (cell) => cell.isReady),
      names: new Map(),
      cells: new Population(),
      system: this,
      deaths: [],
      isTelling: false,
      status: "running",
      nextActorId: 1,
      nextMonitorId: 1,
      running: undefined,
      restless: new Restless(),
      spawn: (behaviour, args, spawnOptions, parent) => this.#spawn(behaviour, args, spawnOptions, parent),
      newCell: (run, name, parent, args) => new CellOfMode(this.#kernel, run, name, parent, args),
      places: new Map(),
      elsewhere: undefined,
      cellOf: (ref) => cellOf(this.#kernel, ref),
    };
    rememberKernel(this, this.#kernel);
    bus.emit("runtime.system.started", this.name, {}, { system: this.name });
  }

  tree(): readonly TreeNode[] {
    return treeOf(this.#kernel.cells);
  }

  observe(options: ObserveOptions = {}): AsyncGenerator<SystemView, void, undefined> {
    return observe(this.#kernel, options);
  }

  get actorCount(): number {
    return this.#kernel.cells.size;
  }

  spawn<B extends AnyBehaviour>(
    behaviour: B,
    ...[args, options]: StartArguments<B, SpawnOptions>
  ): Promise<ActorRef<B>> {
    return this.#spawn(behaviour, args, options ?? {}, undefined);
  }

  whereis<B extends AnyBehaviour>(name: string): ActorRef<B> | undefined {
    // The caller's word for the behaviour, as documented; a wrong one ends in MESSAGE_UNKNOWN.
    return this.#kernel.names.get(name)?.ref as ActorRef<B> | undefined;
  }

  named<B extends AnyBehaviour>(name: string): ActorRef<B> {
    return new NamedRef(this.#kernel, name) as AnyActorRef as ActorRef<B>;
  }

  register(name: string, ref: AnyActorRef): void {
    registerName(cellOf(this.#kernel, ref), name);
  }

  unregister(name: string): boolean {
    return unregisterName(this.#kernel, name);
  }

  send(target: AnyActorRef | string, message: unknown): void {
    if (typeof target === "string") sendCell(cellNamed(this.#kernel, target), message);
    else target.send(message);
  }

  whenDown(ref: AnyActorRef): Promise<ExitReason>;
  whenDown(ref: AnyActorRef, timeoutMs: number): Promise<ExitReason | undefined>;
  whenDown(ref: AnyActorRef, timeoutMs = Number.POSITIVE_INFINITY): Promise<ExitReason | undefined> {
    return whenCellDown(cellOf(this.#kernel, ref), timeoutMs);
  }

  stop(options: SystemStopOptions = {}): Promise<void> {
    this.#stopping ??= this.#stop(options.timeoutMs ?? DEFAULT_STOP_MS);
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #spawn<B extends AnyBehaviour>(
    behaviour: B,
    args: unknown,
    options: SpawnOptions,
    parent: Cell | undefined,
  ): Promise<ActorRef<B>> {
    // The reference of this very behaviour.
    return spawnCell(this.#kernel, behaviour, args, options, parent) as Promise<ActorRef<B>>;
  }

  async #stop(timeoutMs: number): Promise<void> {
    const kernel = this.#kernel;
    const { bus, cells } = kernel;
    const startedAt = bus.has("runtime.system.stopped") ? this.clock.now() : 0;
    kernel.status = "stopping";
    let killed = 0;
    const lastCall = kernel.wheel.after(timeoutMs, () => {
      killed += cells.size;
      for (const cell of [...cells].reverse()) endCell(cell, "killed");
    });
    // In rounds: what is stopped may leave actors behind that it had started unlinked, or that outlived their parent.
    while (cells.size > 0) {
      // Whoever has no living parent to stop it, last spawned first.
      for (const cell of cells.tops().toReversed()) {
        if (!cell.isAlive) continue;
        signalExit(cell, undefined, "shutdown", "obeys");
        if ((await whenCellDown(cell, cell.shutdownMs)) !== undefined) continue;
        killed++;
        endCell(cell, "killed");
      }
    }
    lastCall.cancel();
    kernel.wheel.close();
    kernel.status = "stopped";
    if (bus.has("runtime.system.stopped")) {
      bus.emit(
        "runtime.system.stopped",
        this.name,
        { durationMs: this.clock.now() - startedAt, killed },
        { system: this.name },
      );
    }
  }
}
