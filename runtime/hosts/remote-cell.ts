// What stands in this thread for an actor in another one: a cell whose mailbox is a wire.
// Knows nothing of wires: its end takes what is put into it.
import type { CallOptions } from "../actor-ref.ts";
import { Chain, ChainLink } from "../base/index.ts";
import { Cell } from "../cell.ts";
import { CellRef, callCell, castCell } from "../cell-ref.ts";
import type { Kernel } from "../kernel.ts";
import { CALL, CAST, type MessageEntry } from "../message-entry.ts";
import type { PendingCall } from "../pending-call.ts";
import type { RemoteBehaviour } from "./remote-behaviour.ts";

/** The end of a wire, as its remote cells see it. */
export interface FarEnd {
  /** Where the actors at the other end run. */
  readonly hostName: string;
  /** Takes a message across. @throws MESSAGE_UNCLONEABLE */
  forward(cell: RemoteCell, entry: MessageEntry, payload: unknown): void;
  /** Told that nobody waits for a call any more. */
  callClosed(callId: number): void;
}

/** The other side's address of an actor: a number, or a name to be looked up there. */
export type Address = number | string;

/** An actor that runs elsewhere, as the kernel here sees it: named, linked, watched and ended like any other. */
export class RemoteCell extends Cell {
  readonly end: FarEnd;
  readonly address: Address;
  declare readonly behaviour: RemoteBehaviour;

  constructor(
    end: FarEnd,
    kernel: Kernel<Cell>,
    behaviour: RemoteBehaviour,
    name: string | undefined,
    parent: Cell | undefined,
    args: unknown,
    addressOf?: Address,
  ) {
    super(kernel, behaviour, name, parent, args);
    this.end = end;
    this.address = addressOf ?? this.actorId;
    this.ref = new RemoteRef(this);
    this.deferred = new OpenCalls(this);
  }

  override push(entry: MessageEntry, payload: unknown): void {
    this.handledCount++;
    this.end.forward(this, entry, payload);
  }

  override pushFirst(entry: MessageEntry, payload: unknown): void {
    this.push(entry, payload);
  }

  /** Keeps a call that has gone across until it is answered. */
  keep(call: PendingCall, callId: number): void {
    // Made with the cell, and emptied only by its end.
    call.deferredPlace = this.deferred?.append(new CallLink(call, callId));
  }
}

class CallLink implements ChainLink<PendingCall> {
  readonly value: PendingCall;
  readonly callId: number;
  _previous: ChainLink<PendingCall> | undefined = undefined;
  _next: ChainLink<PendingCall> | undefined = undefined;

  constructor(call: PendingCall, callId: number) {
    this.value = call;
    this.callId = callId;
  }
}
// Not `extends`: a derived constructor is looked up anew for each call that is made.
Object.setPrototypeOf(CallLink.prototype, ChainLink.prototype);

/** Calls under way; the other side is told of each that nobody waits for any more. */
class OpenCalls extends Chain<PendingCall> {
  readonly #cell: RemoteCell;

  constructor(cell: RemoteCell) {
    super();
    this.#cell = cell;
  }

  override remove(link: ChainLink<PendingCall>): void {
    super.remove(link);
    if (link instanceof CallLink) this.#cell.end.callClosed(link.callId);
  }
}

// A class of its own, so that local sends ask nothing more than before.
class RemoteRef extends CellRef {
  readonly #remote: RemoteCell;

  constructor(cell: RemoteCell) {
    super(cell);
    this.#remote = cell;
  }

  override call(name: string, payload?: unknown, options?: CallOptions): Promise<unknown> {
    const cell = this.#remote;
    return callCell(cell, cell.behaviour.entryOf(CALL, name), name, payload, options);
  }

  override cast(name: string, payload?: unknown): void {
    const cell = this.#remote;
    castCell(cell, cell.behaviour.entryOf(CAST, name), name, payload);
  }
}
