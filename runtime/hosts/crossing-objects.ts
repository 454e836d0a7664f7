// What crosses besides references: somebody's call to be answered, an alias to be sent to. The other side gets a stand-in.
// Knows nothing of actors or batches.
import { CellAlias } from "../alias.ts";
import type { From } from "../handler-result.ts";
import { PendingCall } from "../pending-call.ts";
import type { Alias } from "../self.ts";
import { Op } from "./operations.ts";
import type { Outbox } from "./outbox.ts";

/** What a stand-in stands for; numbers that no reference's first field has. */
const Kind = { call: 10, alias: 11, own: 12 } as const;

/** The things that one end has told the other of, and stand-ins for the other's. */
export class CrossingObjects {
  readonly #outbox: Outbox;
  readonly #told = new Map<number, { readonly thing: PendingCall | CellAlias; standIns: number }>();
  readonly #ids = new WeakMap<object, number>();
  // A stand-in that nobody holds any more is told of, so that what it stands for can go.
  readonly #unheld = new FinalizationRegistry<number>((objectId) => this.#outbox.add(Op.objectRelease, objectId));
  #nextId = 1;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  toWire(value: object): readonly unknown[] | undefined {
    if (value instanceof StandIn) return value.outbox === this.#outbox ? [Kind.own, value.objectId] : undefined;
    const kind = value instanceof PendingCall ? Kind.call : value instanceof CellAlias ? Kind.alias : undefined;
    if (kind === undefined || !(value instanceof PendingCall || value instanceof CellAlias)) return undefined;
    let objectId = this.#ids.get(value);
    if (objectId === undefined) {
      objectId = this.#nextId++;
      this.#ids.set(value, objectId);
    }
    const told = this.#told.get(objectId);
    if (told === undefined) this.#told.set(objectId, { thing: value, standIns: 1 });
    else told.standIns++;
    return [kind, objectId];
  }

  /** Undefined for what is no such thing. */
  fromWire([kind, at]: readonly unknown[]): From<unknown> | Alias | undefined {
    const objectId = Number(at);
    if (kind === Kind.own) return this.#told.get(objectId)?.thing ?? new FarAlias(this.#outbox, objectId, false);
    if (kind !== Kind.call && kind !== Kind.alias) return undefined;
    const standIn =
      kind === Kind.call ? new FarCall(this.#outbox, objectId) : new FarAlias(this.#outbox, objectId, true);
    this.#unheld.register(standIn, objectId);
    return standIn;
  }

  /** Does to the thing itself what was done to its stand-in. */
  take(op: number, objectId: number, value: unknown): void {
    const told = this.#told.get(objectId);
    if (told === undefined) return;
    const { thing } = told;
    if (op === Op.objectRelease) {
      if (--told.standIns === 0) this.#told.delete(objectId);
    } else if (thing instanceof CellAlias) thing.send(value);
    else if (op === Op.objectReply) thing.reply(value);
    else thing.fail(value);
  }
}

class StandIn {
  readonly outbox: Outbox;
  readonly objectId: number;

  constructor(outbox: Outbox, objectId: number) {
    this.outbox = outbox;
    this.objectId = objectId;
  }
}

/** Somebody's call at the other end. Whether its caller still waits is known there only. */
class FarCall extends StandIn implements From<unknown> {
  #isOpen = true;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  reply(value: unknown): void {
    this.#isOpen = false;
    this.outbox.addValue(Op.objectReply, this.objectId, value);
  }

  fail(error: unknown): void {
    this.#isOpen = false;
    this.outbox.addValue(Op.objectFail, this.objectId, error);
  }
}

class FarAlias extends StandIn implements Alias {
  #isOpen: boolean;

  constructor(outbox: Outbox, objectId: number, isOpen: boolean) {
    super(outbox, objectId);
    this.#isOpen = isOpen;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(message: unknown): void {
    if (this.#isOpen) this.outbox.addValue(Op.objectSend, this.objectId, message);
  }

  /** Only its owner closes an alias for everybody; this closes one's own way to it. */
  close(): boolean {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    return wasOpen;
  }
}
