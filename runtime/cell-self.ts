// What handlers act through, as the kernel makes it; every effect stops at the actor's end.
// Knows nothing of how messages are handled.
import { demonitorCell, linkCells, monitorCell, signalExit, unlinkCells } from "./actor-end.ts";
import type { ActorRef, AnyActorRef, AnyBehaviour, StartArguments } from "./actor-ref.ts";
import type { ActorSystem, SpawnOptions } from "./actor-system.ts";
import { CellAlias } from "./alias.ts";
import { BaseError } from "./base/index.ts";
import { actorEnded, callingSelf } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import { cellNamed, lookUp, sendCell } from "./cell-ref.ts";
import { exit } from "./exit.ts";
import { type ExitReason, HandledMessage } from "./exit-reason.ts";
import type { From } from "./handler-result.ts";
import { WORK_FAILED_ENTRY } from "./message-entry.ts";
import { registerName } from "./names.ts";
import type { Alias, Monitor, MonitorOptions, PendingSend, Self } from "./self.ts";

const NOTHING_PENDING: PendingSend = { cancel: () => undefined };

/** A cell's own view. */
export class CellSelf implements Self {
  readonly #cell: Cell;

  constructor(cell: Cell) {
    this.#cell = cell;
  }

  /** The cell behind a `self`, or undefined for one that this kernel did not make. */
  static cellOf(self: Self): Cell | undefined {
    return self instanceof CellSelf ? self.#cell : undefined;
  }

  get ref(): AnyActorRef {
    return this.#cell.ref;
  }

  get system(): ActorSystem {
    return this.#cell.kernel.system;
  }

  get signal(): AbortSignal {
    const cell = this.#cell;
    if (cell.abort === undefined) {
      cell.abort = new AbortController();
      if (cell.exitReason !== undefined) cell.abort.abort(actorEnded(cell.name, cell.actorId, cell.exitReason));
    }
    return cell.abort.signal;
  }

  get from(): From<unknown> {
    return this.replyTo<unknown>();
  }

  replyTo<Value>(): From<Value> {
    const { call, name } = this.#cell;
    if (call !== undefined) return call;
    throw new BaseError(
      "CALLER_MISSING",
      `Actor "${name}" is handling no call, so there is nobody to answer. Read self.from while the call's handler runs, and keep it.`,
      {
        details: { actor: name },
      },
    );
  }

  send(target: AnyActorRef | string, message: unknown): void {
    if (this.#isFenced()) return;
    if (typeof target === "string") sendCell(cellNamed(this.#cell.kernel, target), message);
    else target.send(message);
  }

  sendAfter(delayMs: number, target: AnyActorRef | string, message: unknown): PendingSend {
    if (this.#isFenced()) return NOTHING_PENDING;
    const { kernel } = this.#cell;
    const dueAt = kernel.clock.now() + delayMs;
    let isPending = true;
    const timer = kernel.wheel.after(delayMs, () => {
      isPending = false;
      if (this.#isFenced()) return;
      // A name that nobody has by then: the message is dropped, because there is no sender left to tell.
      if (typeof target !== "string") target.send(message);
      else if (lookUp(kernel, target) !== undefined) this.send(target, message);
    });
    return {
      cancel: () => {
        if (!isPending) return undefined;
        isPending = false;
        timer.cancel();
        return Math.max(0, dueAt - kernel.clock.now());
      },
    };
  }

  call(ref: AnyActorRef, name: string, ...rest: readonly unknown[]): Promise<never> {
    const cell = this.#cell;
    if (this.#isFenced()) return Promise.reject(this.#ended());
    // 0: a reference by name, which may be this actor's own.
    const isOwn = ref === cell.ref || (ref.actorId === 0 && cell.kernel.names.get(ref.actorName) === cell);
    if (isOwn) return Promise.reject(callingSelf(cell.name, new HandledMessage("call", name, rest[0])));
    return (ref as LooseRef).call(name, ...rest);
  }

  cast(ref: AnyActorRef, name: string, ...rest: readonly unknown[]): void {
    if (!this.#isFenced()) (ref as LooseRef).cast(name, ...rest);
  }

  pipe<Value>(work: Promise<Value>, toMessage: (value: Value) => unknown): void {
    const cell = this.#cell;
    work
      .then((value) => sendCell(cell, toMessage(value)))
      .catch((error: unknown) => {
        if (cell.isAlive) cell.push(WORK_FAILED_ENTRY, error);
        else cell.reportDropped("late-outcome", new HandledMessage("work", "", undefined));
      });
  }

  link(ref: AnyActorRef): void {
    if (!this.#isFenced()) linkCells(this.#cell, this.#cell.kernel.cellOf(ref));
  }

  unlink(ref: AnyActorRef): void {
    if (!this.#isFenced()) unlinkCells(this.#cell, this.#cell.kernel.cellOf(ref));
  }

  monitor(target: AnyActorRef | string, options?: MonitorOptions): Monitor {
    const cell = this.#cell;
    const { kernel } = cell;
    const watched = typeof target === "string" ? lookUp(kernel, target) : kernel.cellOf(target);
    if (options?.alias === undefined) return monitorCell(cell, watched);
    const alias = new CellAlias(cell, options.alias === "reply" ? () => demonitorCell(cell, monitor) : undefined);
    const monitor: Monitor = monitorCell(cell, watched, alias);
    return monitor;
  }

  alias(): Alias {
    return new CellAlias(this.#cell);
  }

  demonitor(monitor: Monitor): void {
    demonitorCell(this.#cell, monitor);
  }

  exit(reason: ExitReason): never {
    exit(reason);
  }

  sendExit(ref: AnyActorRef, reason: ExitReason): void {
    if (!this.#isFenced()) signalExit(this.#cell.kernel.cellOf(ref), this.#cell, reason, "sent");
  }

  register(name: string): void {
    if (!this.#isFenced()) registerName(this.#cell, name);
  }

  spawn<B extends AnyBehaviour>(
    behaviour: B,
    ...[args, options]: StartArguments<B, SpawnOptions>
  ): Promise<ActorRef<B>> {
    if (this.#isFenced()) return Promise.reject(this.#ended());
    return this.#cell.kernel.spawn(behaviour, args, options ?? {}, undefined);
  }

  spawnLink<B extends AnyBehaviour>(
    behaviour: B,
    ...[args, options]: StartArguments<B, SpawnOptions>
  ): Promise<ActorRef<B>> {
    if (this.#isFenced()) return Promise.reject(this.#ended());
    return this.#cell.kernel.spawn(behaviour, args, options ?? {}, this.#cell);
  }

  #isFenced(): boolean {
    return this.#cell.status === "exited";
  }

  #ended(): BaseError {
    const { name, actorId, exitReason } = this.#cell;
    return actorEnded(name, actorId, exitReason ?? "noproc");
  }
}

/** A reference as it is underneath; the typed doors of `Self` have checked names and payloads. */
interface LooseRef extends AnyActorRef {
  call(name: string, ...rest: readonly unknown[]): Promise<never>;
  cast(name: string, ...rest: readonly unknown[]): void;
}
