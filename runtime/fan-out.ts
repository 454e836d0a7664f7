// One message to many actors at once. Each has its share as if it had been sent to it, and takes it in its turn; but those that have nothing
// else to do are not queued one by one.
// Knows nothing of who the many are.
import type { Cell } from "./cell.ts";
import { sendCell } from "./cell-ref.ts";
import { HandledMessage } from "./exit-reason.ts";
import type { Kernel, Runner } from "./kernel.ts";
import type { TurnGroup } from "./scheduler.ts";
import { handleShare } from "./turn.ts";

// A constant of this module's own: what is imported is looked up, and checked, at each call.
const handle = handleShare;

/** Those who are sent messages for many, in their order; made once for as long as it is the same ones. */
export class Audience {
  readonly #kernel: Kernel<Cell>;
  readonly #row: Row;
  /** Whether all of them have a share where none has anything else to do. */
  readonly #mayAllShare: boolean;
  /** Nobody is in it twice. */
  readonly #isOnceEach: boolean;

  constructor(kernel: Kernel<Cell>, cells: readonly Cell[]) {
    this.#kernel = kernel;
    this.#row = new Row(cells);
    this.#isOnceEach = new Set(cells).size === cells.length;
    const members = cells.filter((cell) => cell.behaviour.kind !== "supervisor" && !cell.isApart);
    for (const cell of members) cell.attend();
    this.#mayAllShare = this.#isOnceEach && members.length === cells.length;
  }

  get size(): number {
    return this.#row.cells.length;
  }

  /**
   * Sends a message to all, who live.
   *
   * Rejected: pushing it into each mailbox and queueing each actor. That writes and reads again four fields per actor for a message that is
   * the same for all, and costs twice as much. Nor is each asked whether it has something else to do: whoever has says so when it begins.
   */
  send(message: unknown): void {
    const kernel = this.#kernel;
    // One that is at it may have more to do in this very turn.
    if (this.#mayAllShare && kernel.running?.current?.isMember !== true && !kernel.restless.isAny())
      kernel.scheduler.scheduleGroup(new FanOut(kernel, this.#row, message));
    else sendOrShare(kernel, this.#row.cells, message, this.#isOnceEach);
  }

  /** Sends a message to those who live; how many they are. */
  sendToLiving(message: unknown): number {
    const living = this.#row.cells.filter(({ isAlive }) => isAlive);
    sendOrShare(this.#kernel, living, message, this.#isOnceEach);
    return living.length;
  }
}

/** Cells in their order, and where each stands, where anybody asks. */
class Row {
  readonly cells: readonly Cell[];
  #places: Map<Cell, number> | undefined;

  constructor(cells: readonly Cell[]) {
    this.cells = cells;
  }

  placeOf(cell: Cell): number | undefined {
    this.#places ??= new Map(this.cells.map((one, at) => [one, at]));
    return this.#places.get(cell);
  }
}

/** Gives each its share, or the message itself where something else comes before it. */
function sendOrShare(kernel: Kernel<Cell>, cells: readonly Cell[], message: unknown, isOnceEach: boolean): void {
  const busy = kernel.running?.current;
  const sharing: Cell[] = [];
  const shared = isOnceEach ? undefined : new Set<Cell>();
  // Before any message: what is queued behind the group cannot come before a share.
  kernel.scheduler.scheduleGroup(new FanOut(kernel, new Row(sharing), message));
  for (const cell of cells) {
    if (cell.isAtRest && cell !== busy && shared?.has(cell) !== true) {
      sharing.push(cell);
      shared?.add(cell);
    } else {
      // One that cannot go to another thread throws: those before it have theirs, as with a send to each.
      sendCell(cell, message);
    }
  }
}

/** A message and those who have a share of it that they have not taken yet. Nobody has two. */
class FanOut implements TurnGroup<Cell>, Runner<Cell> {
  readonly #kernel: Kernel<Cell>;
  readonly #row: Row;
  #cells: readonly (Cell | undefined)[];
  /** A copy, once somebody's share has gone another way: there is nobody in its place. */
  #left: (Cell | undefined)[] | undefined;
  readonly #message: unknown;
  #next = 0;

  constructor(kernel: Kernel<Cell>, row: Row, message: unknown) {
    this.#kernel = kernel;
    this.#row = row;
    this.#cells = row.cells;
    this.#message = message;
  }

  get isDone(): boolean {
    return this.#next === this.#cells.length;
  }

  /** Whose share is being handled. */
  get current(): Cell | undefined {
    return this.#cells[this.#next - 1];
  }

  get sharing(): HandledMessage {
    return new HandledMessage("info", "", this.#message);
  }

  run(budget: number): number {
    const kernel = this.#kernel;
    const message = this.#message;
    const { running } = kernel;
    const from = this.#next;
    const end = Math.min(from + budget, this.#cells.length);
    kernel.running = this;
    try {
      for (let at = from; at < end; ) {
        // Read anew each time: a handler may do something by which another one's share is settled.
        const cell = this.#cells[at];
        this.#next = ++at;
        if (cell === undefined) continue;
        if (cell.mayHandle) handle(cell, message);
        // What an actor has not taken ends with it; where it has to wait for a promise, what has come since waits behind this.
        else if (cell.isRunning) cell.pushFirst(cell.behaviour.info, message);
      }
    } finally {
      kernel.running = running;
    }
    return end - from;
  }

  has(cell: Cell): boolean {
    return this.#placeOf(cell) >= 0;
  }

  settle(cell: Cell): void {
    const at = this.#placeOf(cell);
    if (at < 0) return;
    this.#left ??= this.#cells.slice();
    this.#left[at] = undefined;
    this.#cells = this.#left;
    cell.putFirst(cell.behaviour.info, this.#message);
  }

  /** Where its share is that it has not taken yet; -1 where it has none. */
  #placeOf(cell: Cell): number {
    // The one that is at it, which most ask for, has no second share.
    if (cell === this.current) return -1;
    const at = this.#row.placeOf(cell) ?? -1;
    return at >= this.#next && this.#cells[at] === cell ? at : -1;
  }
}
