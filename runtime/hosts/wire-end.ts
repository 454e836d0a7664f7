// One end of a wire: takes what remote cells are given across, and gives what comes to the actors of this side.
// Knows nothing of threads, processes, or which end it is: main-end.ts and host-end.ts know more.
import { endCell, linkCells, signalExit } from "../actor-end.ts";
import { type BaseError, nearest } from "../base/index.ts";
import { actorDown, nameUnknown } from "../call-errors.ts";
import type { Cell } from "../cell.ts";
import { CellRef, looseRef } from "../cell-ref.ts";
import { describeReason, type ExitReason, HandledMessage } from "../exit-reason.ts";
import type { Kernel } from "../kernel.ts";
import {
  CALL,
  CAST,
  INFO,
  type MessageEntry,
  messageUnknown,
  PARENT_EXIT,
  STOP,
  STOP_ENTRY,
} from "../message-entry.ts";
import { PendingCall } from "../pending-call.ts";
import type { RemoteSide } from "../remote-side.ts";
import { putRequest, requestNamed, SystemEntry } from "../system-requests.ts";
import { BatchReader } from "./batch-reader.ts";
import { CallSlots } from "./call-slots.ts";
import { CrossingObjects } from "./crossing-objects.ts";
import { CrossingTable } from "./crossing-table.ts";
import { Op, Way } from "./operations.ts";
import { Outbox, type Post } from "./outbox.ts";
import { RemoteBehaviour } from "./remote-behaviour.ts";
import { type Address, type FarEnd, RemoteCell } from "./remote-cell.ts";
import { ServedCalls } from "./served-calls.ts";
import type { Crossing } from "./wire-table.ts";

/** What both ends have in common. */
export abstract class WireEnd implements FarEnd, Crossing, RemoteSide {
  readonly hostName: string;
  readonly sharesMemory: boolean;
  protected readonly kernel: Kernel<Cell>;
  protected readonly outbox: Outbox;
  protected readonly actors: CrossingTable;
  readonly #objects: CrossingObjects;
  readonly #calls = new CallSlots();
  readonly #served: ServedCalls;
  #isClosed = false;

  constructor(kernel: Kernel<Cell>, hostName: string, sharesMemory: boolean, post: Post) {
    this.kernel = kernel;
    this.hostName = hostName;
    this.sharesMemory = sharesMemory;
    this.outbox = new Outbox(post, this, () => this.#calls.size + this.#served.size);
    this.#served = new ServedCalls(this.outbox);
    this.#objects = new CrossingObjects(this.outbox);
    const unknown = new RemoteBehaviour("remote", "worker", this, () => undefined);
    this.actors = new CrossingTable(
      kernel,
      this,
      unknown,
      (cell) => this.addressOf(cell),
      (address, reason) => this.addReason(Op.gone, address, reason),
    );
  }

  /** What is done about each other operation that both ends know. */
  readonly #takers: { readonly [op: number]: (reader: BatchReader) => void } = {
    [Op.cast]: (from) => this.#cast(from.address(), from.text(), from.value()),
    [Op.send]: (from) => this.#send(from.address(), from.value()),
    [Op.system]: (from) => this.#request(from.address(), from.number(), from.text(), from.value()),
    [Op.signal]: (from) => this.#signalled(from.address(), from.number(), from.value(), from.reason()),
    [Op.kill]: (from) => this.#signalled(from.address(), Way.sent, undefined, "kill"),
    [Op.stop]: (from) => this.#stop(from.address(), from.reason()),
    [Op.fail]: (from) => this.#answered(from.number(), from.value(), false),
    [Op.cancel]: (from) => this.#served.cancel(from.number()),
    [Op.gone]: (from) => this.#gone(from.number(), from.reason()),
    [Op.objectSend]: (from) => this.#objects.take(Op.objectSend, from.number(), from.value()),
    [Op.objectReply]: (from) => this.#objects.take(Op.objectReply, from.number(), from.value()),
    [Op.objectFail]: (from) => this.#objects.take(Op.objectFail, from.number(), from.value()),
    [Op.objectRelease]: (from) => this.#objects.take(Op.objectRelease, from.number(), undefined),
  };

  /** By which number the other side is to know an actor of this one. */
  protected abstract addressOf(cell: Cell): number;
  /** Called before a message for this cell goes out. */
  protected abstract beforeForward(cell: RemoteCell): void;
  /** Told whenever it may have changed whether somebody here waits for the other side. */
  protected abstract awaitedChanged(): void;
  /** Whether what comes for an address waits until its actor is there; then `act` is done. */
  protected abstract isArriving(address: Address, act: () => void): boolean;
  /** Takes an operation that only this kind of end knows. */
  protected abstract takeOwn(op: number, reader: BatchReader): void;
  /** Whether an exit signal is to be let through. */
  protected abstract mayPass(target: Cell, from: Cell | undefined, way: number): boolean;
  /** Takes an exit signal for an actor that is not there yet. */
  protected abstract endArriving(address: Address, reason: ExitReason): void;

  protected get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Calls, starts and stops that somebody here waits for. */
  get openCalls(): number {
    return this.#calls.size;
  }

  forward(cell: RemoteCell, entry: MessageEntry, payload: unknown): void {
    if (this.#isClosed) return;
    this.beforeForward(cell);
    switch (entry.kind) {
      case CALL:
        // The door puts a PendingCall beside every call entry, and nothing else.
        this.#forwardCall(cell, entry, payload as PendingCall);
        return;
      case CAST:
        this.outbox.addNamed(Op.cast, cell.address, entry.name, payload);
        return;
      case INFO:
        this.outbox.addValue(Op.send, cell.address, payload);
        return;
      case STOP:
      case PARENT_EXIT:
        // The doors put an exit reason beside both.
        this.addReason(Op.stop, cell.address, payload as ExitReason);
        return;
      default:
        return;
    }
  }

  callClosed(callId: number): void {
    if (this.#calls.take(callId) === undefined || this.#isClosed) return;
    this.outbox.add(Op.cancel, callId);
    this.awaitedChanged();
  }

  signal(target: Cell, from: Cell | undefined, reason: ExitReason, way: "link" | "sent" | "obeys"): void {
    if (!(target instanceof RemoteCell) || this.#isClosed) return;
    this.beforeForward(target);
    const { packer } = this.outbox;
    packer.pack(from?.ref, "the sender");
    const { kind, content } = packer;
    this.#packReason(reason);
    this.outbox.add(Op.signal, target.address, Way[way], kind, content, packer.kind, packer.content);
  }

  /** Gives a batch from the other side to whom it is for. */
  receive(batch: readonly unknown[]): void {
    const reader = new BatchReader(batch, this);
    while (!reader.isDone && !this.#isClosed) {
      const op = reader.number();
      // The two that nearly all batches are made of: what is called by way of the table cannot be inlined.
      if (op === Op.reply) this.#answered(reader.number(), reader.value(), true);
      else if (op === Op.call) this.#serve(reader.address(), reader.number(), reader.text(), reader.value());
      else if (this.#takers[op] === undefined) this.takeOwn(op, reader);
      else this.#takers[op](reader);
    }
    this.awaitedChanged();
  }

  /** Ends: nothing is said or heard from now on, and the other side's actors are down with a reason. */
  close(reason: ExitReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.outbox.close();
    this.#calls.takeAll();
    this.#served.cancelAll();
    for (const cell of [...this.actors.imports]) endCell(cell, reason);
  }

  toWire(value: object): readonly unknown[] | undefined {
    return this.actors.toWire(value) ?? this.#objects.toWire(value);
  }

  fromWire(data: readonly unknown[]): unknown {
    return this.#objects.fromWire(data) ?? this.actors.fromWire(data);
  }

  /** Adds an operation that ends with an exit reason; a reason that cannot cross does so in words. */
  protected addReason(op: number, address: Address, reason: ExitReason): void {
    this.#packReason(reason);
    this.outbox.add(op, address, this.outbox.packer.kind, this.outbox.packer.content);
  }

  #packReason(reason: ExitReason): void {
    try {
      this.outbox.packer.pack(reason, "the exit reason");
    } catch {
      // A term that cannot cross; that the actor has ended must.
      this.outbox.packer.pack({ exit: describeReason(reason) }, "the exit reason");
    }
  }

  #forwardCall(cell: RemoteCell, entry: MessageEntry, call: PendingCall): void {
    const callId = this.#calls.add(call);
    const isRequest = entry instanceof SystemEntry;
    // A request to hold still carries this side's cell, which is of no use there.
    const payload = isRequest && call.payload === cell ? undefined : call.payload;
    try {
      this.outbox.addCall(isRequest ? Op.system : Op.call, cell.address, callId, entry.name, payload);
    } catch (error) {
      this.#calls.take(callId);
      call.giveUp(error);
      return;
    }
    cell.keep(call, callId);
    this.awaitedChanged();
  }

  #answered(callId: number, outcome: unknown, isReply: boolean): void {
    const call = this.#calls.take(callId);
    if (isReply) call?.reply(outcome);
    else call?.fail(outcome);
  }

  /** Has an actor of this side handle a call, and answers when it does. */
  #serve(address: Address, callId: number, name: string, payload: unknown): void {
    const cell = this.actors.exported(address);
    if (cell === undefined && this.isArriving(address, () => this.#serve(address, callId, name, payload))) return;
    if (cell === undefined || !cell.isAlive) {
      this.#served.fail(callId, this.#absent(address, new HandledMessage("call", name, payload)));
      return;
    }
    const entry = cell instanceof RemoteCell ? cell.behaviour.entryOf(CALL, name) : cell.behaviour.calls[name];
    if (entry === undefined) {
      this.#served.fail(callId, messageUnknown("call", name, cell.name, cell.behaviour));
      return;
    }
    cell.push(entry, this.#served.take(new PendingCall(cell, entry, payload), callId));
  }

  #request(address: Address, callId: number, name: string, payload: unknown): void {
    const cell = this.actors.exported(address);
    if (cell === undefined && this.isArriving(address, () => this.#request(address, callId, name, payload))) return;
    const entry = requestNamed(name);
    if (cell === undefined || entry === undefined || !cell.isAlive) {
      this.#served.fail(callId, this.#absent(address, new HandledMessage("call", name, undefined)));
      return;
    }
    putRequest(cell, this.#served.take(new PendingCall(cell, entry, payload ?? cell), callId));
  }

  /** The error for a call to nobody. */
  #absent(address: Address, message: HandledMessage): BaseError {
    return typeof address === "string"
      ? nameUnknown(address, this.kernel.names.keys(), nearest(address, this.kernel.names.keys()))
      : actorDown(`#${Math.abs(address)}`, Math.abs(address), "noproc", message);
  }

  #cast(address: Address, name: string, payload: unknown): void {
    const cell = this.actors.exported(address);
    if (cell === undefined) {
      this.isArriving(address, () => this.#cast(address, name, payload));
      return;
    }
    const isTaken = cell instanceof RemoteCell || cell.behaviour.casts[name] !== undefined;
    if (isTaken) looseRef(cell).cast(name, payload);
    else cell.reportDropped("no-handler", new HandledMessage("cast", name, payload));
  }

  #send(address: Address, message: unknown): void {
    const cell = this.actors.exported(address);
    if (cell !== undefined) cell.ref.send(message);
    else this.isArriving(address, () => this.#send(address, message));
  }

  #stop(address: Address, reason: ExitReason): void {
    const cell = this.actors.exported(address);
    if (cell === undefined) this.isArriving(address, () => this.#stop(address, reason));
    else if (cell.isAlive) cell.pushEnd(STOP_ENTRY, reason);
  }

  #signalled(address: Address, way: number, from: unknown, reason: ExitReason): void {
    const target = this.actors.exported(address);
    const sender = from instanceof CellRef ? CellRef.cellOf(from) : undefined;
    if (target === undefined) {
      this.endArriving(address, reason);
      return;
    }
    if (!this.mayPass(target, sender, way)) return;
    signalExit(target, sender, reason, way === Way.obeys ? "obeys" : way === Way.sent ? "sent" : "link");
  }

  #gone(address: number, reason: ExitReason): void {
    const cell = this.actors.imported(address);
    if (cell === undefined) {
      this.confirmed(address);
      return;
    }
    this.actors.forget(address);
    endCell(cell, reason);
  }

  /** Told that an actor is gone that had ended here before. */
  protected confirmed(_address: number): void {}

  /** Ties two actors as the other side asked. */
  protected tie(target: Cell | undefined, asker: Cell): void {
    if (target === undefined) signalExit(asker, undefined, "noproc", "link");
    else linkCells(asker, target);
  }
}
