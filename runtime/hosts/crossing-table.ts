// Which actors each end of a wire knows at the other: what is told of is watched, so that both sides forget it when it ends.
// Knows nothing of operations or batches.
import { actorLifecycle } from "../actor-lifecycle.ts";
import type { AnyActorRef } from "../actor-ref.ts";
import type { Cell } from "../cell.ts";
import { CellRef, NamedRef } from "../cell-ref.ts";
import type { ExitReason } from "../exit-reason.ts";
import type { Kernel } from "../kernel.ts";
import type { RemoteBehaviour } from "./remote-behaviour.ts";
import { type Address, type FarEnd, RemoteCell } from "./remote-cell.ts";

/** How a reference stands on the wire: whose it is, its address, its name, whether it lives. */
const OWNER = { receiver: 0, sender: 1, name: 2 } as const;

/** Told of the end of an actor that the other side knows. */
export type TellGone = (address: number, reason: ExitReason) => void;

/** The actors that the two ends of one wire know of each other. */
export class CrossingTable {
  readonly #kernel: Kernel<Cell>;
  readonly #end: FarEnd;
  readonly #behaviour: RemoteBehaviour;
  readonly #toAddress: (cell: Cell) => number;
  readonly #tellGone: TellGone;
  readonly #exports = new Map<number, Cell>();
  readonly #addresses = new Map<Cell, number>();
  readonly #imports = new Map<number, RemoteCell>();

  /** `behaviour` is that of actors at the other end of which nothing else is known. */
  constructor(
    kernel: Kernel<Cell>,
    end: FarEnd,
    behaviour: RemoteBehaviour,
    toAddress: (cell: Cell) => number,
    tellGone: TellGone,
  ) {
    this.#kernel = kernel;
    this.#end = end;
    this.#behaviour = behaviour;
    this.#toAddress = toAddress;
    this.#tellGone = tellGone;
  }

  /** The other end's actors that are known here. */
  get imports(): Iterable<RemoteCell> {
    return this.#imports.values();
  }

  /** The actor of this side at an address. */
  exported(address: Address): Cell | undefined {
    return typeof address === "number" ? this.#exports.get(address) : this.#kernel.names.get(address);
  }

  /** The other side's actor at an address. */
  imported(address: number): RemoteCell | undefined {
    return this.#imports.get(address);
  }

  /** Says that an actor of this side is known there at an address. */
  publish(cell: Cell, address: number): void {
    this.#exports.set(address, cell);
    this.#addresses.set(cell, address);
    cell.watchers ??= new Set();
    cell.watchers.add({
      tell: (reason) => {
        this.#exports.delete(address);
        this.#addresses.delete(cell);
        this.#tellGone(address, reason);
      },
    });
  }

  /** Enters an actor at the other end. */
  enter(cell: RemoteCell, address: number): void {
    this.#imports.set(address, cell);
  }

  /** Forgets the other side's actor at an address; false where it was not known. */
  forget(address: number): boolean {
    return this.#imports.delete(address);
  }

  /** How a reference stands on the wire; undefined for what is none, or none of this system. */
  toWire(ref: object): readonly unknown[] | undefined {
    if (ref instanceof NamedRef) return [OWNER.name, ref.actorName];
    if (!(ref instanceof CellRef)) return undefined;
    const cell = CellRef.cellOf(ref);
    if (cell === undefined || cell.kernel.system !== this.#kernel.system) return undefined;
    if (cell instanceof RemoteCell && cell.end === this.#end) return [OWNER.receiver, cell.address, cell.name];
    if (!cell.isAlive) return [OWNER.sender, this.#toAddress(cell), cell.name, false];
    let address = this.#addresses.get(cell);
    if (address === undefined) {
      address = this.#toAddress(cell);
      this.publish(cell, address);
    }
    return [OWNER.sender, address, cell.name, true];
  }

  /** What a reference on the wire is here. */
  fromWire([owner, at, name, isAlive]: readonly unknown[]): AnyActorRef {
    if (owner === OWNER.name) return new NamedRef(this.#kernel, String(at));
    const address = Number(at);
    if (owner === OWNER.receiver) {
      const own = typeof at === "string" ? this.#kernel.names.get(at) : this.#exports.get(address);
      return (own ?? this.#stranger(address, String(name), false)).ref;
    }
    return (this.#imports.get(address) ?? this.#stranger(address, String(name), isAlive === true)).ref;
  }

  /** What stands here for an actor there that was not spawned from here. */
  stranger(address: Address, name: string): RemoteCell {
    const cell = new RemoteCell(this.#end, this.#kernel, this.#behaviour, name, undefined, undefined, address);
    cell.status = actorLifecycle.next(cell.status, "started");
    return cell;
  }

  #stranger(address: number, name: string, isAlive: boolean): RemoteCell {
    const cell = this.stranger(address, name);
    if (isAlive) this.#imports.set(address, cell);
    else {
      // Never alive here, so its end is told to nobody.
      cell.status = actorLifecycle.next(cell.status, "ended");
      cell.state = "noproc";
    }
    return cell;
  }
}
