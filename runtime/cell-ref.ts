// References as the kernel makes them: to one incarnation, or to whoever has a name.
// Knows nothing of how messages are handled.
import { signalExit } from "./actor-end.ts";
import type { AnyActorRef, CallOptions, StopOptions } from "./actor-ref.ts";
import type { ActorSystem } from "./actor-system.ts";
import { BaseError, nearest } from "./base/index.ts";
import {
  actorDown,
  callAborted,
  callingSelf,
  nameUnknown,
  stopFailed,
  stopTimeout,
  timeoutInvalid,
} from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import { type ExitReason, HandledMessage, isClean } from "./exit-reason.ts";
import type { Kernel } from "./kernel.ts";
import { type MessageEntry, messageUnknown, STOP_ENTRY } from "./message-entry.ts";
import { PendingCall } from "./pending-call.ts";

const DEFAULT_TIMEOUT_MS = 5000;

/** Makes a call to a cell; the doors have typed it. */
export function callCell(
  cell: Cell,
  entry: MessageEntry | undefined,
  name: string,
  payload: unknown,
  options: CallOptions | undefined,
): Promise<unknown> {
  if (entry === undefined) return Promise.reject(messageUnknown("call", name, cell.name, cell.behaviour));
  if (!cell.isAlive)
    return Promise.reject(actorDown(cell.name, cell.actorId, "noproc", new HandledMessage("call", name, payload)));
  const { kernel } = cell;
  if (kernel.running?.current === cell && kernel.bus.delivering === 0)
    return Promise.reject(callingSelf(cell.name, new HandledMessage("call", name, payload)));
  const call = new PendingCall(cell, entry, payload);
  if (options === undefined) {
    kernel.wheel.add(call, DEFAULT_TIMEOUT_MS);
  } else {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    if (typeof timeoutMs !== "number" || !(timeoutMs >= 0)) return Promise.reject(timeoutInvalid(timeoutMs));
    if (signal !== undefined) {
      if (signal.aborted) return Promise.reject(callAborted(cell.name, call.message, signal.reason));
      call.watch(signal);
    }
    kernel.wheel.add(call, timeoutMs);
  }
  const promise = call.promise();
  cell.push(entry, call);
  return promise;
}

/** Casts to a cell. @throws MESSAGE_UNKNOWN */
export function castCell(cell: Cell, entry: MessageEntry | undefined, name: string, payload: unknown): void {
  if (entry === undefined) throw messageUnknown("cast", name, cell.name, cell.behaviour);
  if (!cell.isAlive) {
    cell.reportDropped("dead-actor", new HandledMessage("cast", name, payload));
    return;
  }
  cell.push(entry, payload);
}

/** Sends any message to a cell. */
export function sendCell(cell: Cell, message: unknown): void {
  if (!cell.isAlive) {
    cell.reportDropped("dead-actor", new HandledMessage("info", "", message));
    return;
  }
  cell.push(cell.behaviour.info, message);
}

/** Resolves with the reason once a cell is down, or with undefined after `timeoutMs`. */
export function whenCellDown(cell: Cell, timeoutMs: number): Promise<ExitReason | undefined> {
  if (cell.exitReason !== undefined) return Promise.resolve(cell.exitReason);
  return new Promise((resolve) => {
    const watcher = {
      tell(reason: ExitReason) {
        timer.cancel();
        resolve(reason);
      },
    };
    cell.watchers ??= new Set();
    cell.watchers.add(watcher);
    const timer = cell.kernel.wheel.after(timeoutMs, () => {
      cell.watchers?.delete(watcher);
      resolve(undefined);
    });
  });
}

/** Asks a cell to stop in its turn. */
async function stopCell(cell: Cell, options: StopOptions = {}): Promise<void> {
  const { reason = "normal", timeoutMs = Number.POSITIVE_INFINITY } = options;
  if (!cell.isAlive) return;
  cell.pushEnd(STOP_ENTRY, reason);
  const seen = await whenCellDown(cell, timeoutMs);
  if (seen === undefined) throw stopTimeout(cell.name, timeoutMs);
  if (seen !== reason && !isClean(seen)) throw stopFailed(cell.name, reason, seen);
}

/** A reference to one incarnation. */
export class CellRef implements AnyActorRef {
  readonly #cell: Cell;

  constructor(cell: Cell) {
    this.#cell = cell;
  }

  /** The cell behind a reference, or undefined for one that this kernel did not make. */
  static cellOf(ref: AnyActorRef): Cell | undefined {
    return ref instanceof CellRef ? ref.#cell : undefined;
  }

  get actorId(): number {
    return this.#cell.actorId;
  }

  get actorName(): string {
    return this.#cell.name;
  }

  get isAlive(): boolean {
    return this.#cell.isAlive;
  }

  call(name: string, payload?: unknown, options?: CallOptions): Promise<unknown> {
    const cell = this.#cell;
    return callCell(cell, cell.behaviour.calls[name], name, payload, options);
  }

  cast(name: string, payload?: unknown): void {
    const cell = this.#cell;
    castCell(cell, cell.behaviour.casts[name], name, payload);
  }

  send(message: unknown): void {
    sendCell(this.#cell, message);
  }

  exit(reason: ExitReason): void {
    signalExit(this.#cell, undefined, reason, "sent");
  }

  kill(): void {
    signalExit(this.#cell, undefined, "kill", "sent");
  }

  stop(options?: StopOptions): Promise<void> {
    return stopCell(this.#cell, options);
  }

  toJSON(): { readonly actorId: number; readonly actorName: string } {
    return { actorId: this.actorId, actorName: this.actorName };
  }
}

/** A reference to whoever has a name when a message is sent. */
export class NamedRef implements AnyActorRef {
  readonly #kernel: Kernel<Cell>;
  readonly actorName: string;
  readonly actorId = 0;

  constructor(kernel: Kernel<Cell>, name: string) {
    this.#kernel = kernel;
    this.actorName = name;
  }

  /** The living cell of that name. @throws NAME_UNKNOWN */
  static cellOf(ref: AnyActorRef): Cell | undefined {
    return ref instanceof NamedRef ? ref.#require() : undefined;
  }

  get isAlive(): boolean {
    return lookUp(this.#kernel, this.actorName) !== undefined;
  }

  async call(name: string, payload?: unknown, options?: CallOptions): Promise<unknown> {
    return looseRef(this.#require()).call(name, payload, options);
  }

  cast(name: string, payload?: unknown): void {
    const cell = lookUp(this.#kernel, this.actorName);
    if (cell !== undefined) looseRef(cell).cast(name, payload);
  }

  send(message: unknown): void {
    sendCell(this.#require(), message);
  }

  exit(reason: ExitReason): void {
    signalExit(this.#require(), undefined, reason, "sent");
  }

  kill(): void {
    signalExit(this.#require(), undefined, "kill", "sent");
  }

  async stop(options?: StopOptions): Promise<void> {
    const cell = lookUp(this.#kernel, this.actorName);
    if (cell !== undefined) await stopCell(cell, options);
  }

  toJSON(): { readonly actorId: number; readonly actorName: string } {
    return { actorId: this.actorId, actorName: this.actorName };
  }

  #require(): Cell {
    return cellNamed(this.#kernel, this.actorName);
  }
}

/** Whoever has a name, here or elsewhere. */
export function lookUp(kernel: Kernel<Cell>, name: string): Cell | undefined {
  return kernel.names.get(name) ?? kernel.elsewhere?.find(name);
}

/** A cell's reference with its messages untyped: for who has checked them by other means. */
export function looseRef(cell: Cell): LooseRef {
  return cell.ref as LooseRef;
}

interface LooseRef extends AnyActorRef {
  call(name: string, payload: unknown, options?: CallOptions): Promise<unknown>;
  cast(name: string, payload: unknown): void;
}

/** The living cell of a name. @throws NAME_UNKNOWN */
export function cellNamed(kernel: Kernel<Cell>, name: string): Cell {
  const cell = lookUp(kernel, name);
  if (cell === undefined) throw nameUnknown(name, kernel.names.keys(), nearest(name, kernel.names.keys()));
  return cell;
}

/** The cell behind a reference of this system. @throws REF_FOREIGN, NAME_UNKNOWN */
export function cellOf(kernel: Kernel<Cell>, ref: AnyActorRef): Cell {
  return cellIn(kernel.system, ref);
}

/** The same, for who knows the system only. @throws REF_FOREIGN, NAME_UNKNOWN */
export function cellIn(system: ActorSystem, ref: AnyActorRef): Cell {
  const cell = CellRef.cellOf(ref) ?? NamedRef.cellOf(ref);
  if (cell !== undefined && cell.kernel.system === system) return cell;
  throw new BaseError(
    "REF_FOREIGN",
    `Expected a reference to an actor of system "${system.name}", found ${cell === undefined ? "something else" : `one of system "${cell.kernel.systemName}"`}. Links, monitors and names stay inside one system.`,
    { details: { system: system.name } },
  );
}
