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
  readonly cells: readonly Cell[];
  /** Nobody is in it twice. */
  readonly #isOnceEach: boolean;

  constructor(kernel: Kernel<Cell>, cells: readonly Cell[]) {
    this.#kernel = kernel;
    this.cells = cells;
    this.#isOnceEach = new Set(cells).size === cells.length;
    for (const cell of cells) cell.attend();
  }

  /**
   * Sends a message to all, who live.
   *
   * Rejected: pushing it into each mailbox and queueing each actor. That writes and reads again four fields per actor for a message that is
   * the same for all, and costs twice as much. Nor is each asked whether it has something else to do: whoever has says so when it begins.
   */
  send(message: unknown): void {
    const kernel = this.#kernel;
    if (this.#isOnceEach && !isAnyStirred(kernel))
      kernel.scheduler.scheduleGroup(new FanOut(kernel, this.cells, message));
    else sendOrShare(kernel, this.cells, message, this.#isOnceEach);
  }

  /** Sends a message to those who live; how many they are. */
  sendToLiving(message: unknown): number {
    const living = this.cells.filter(({ isAlive }) => isAlive);
    sendOrShare(this.#kernel, living, message, this.#isOnceEach);
    return living.length;
  }
}

/** Whether a member of any audience has something to do before a message that is sent now. */
function isAnyStirred(kernel: Kernel<Cell>): boolean {
  if (kernel.running?.current?.isMember === true) return true;
  const { stirred } = kernel;
  // Up to the first that is not at rest: where there are many of them, to look at all each time would cost as much as to ask the audience.
  for (let cell = stirred.at(-1); cell !== undefined; cell = stirred.at(-1)) {
    if (cell.isAlive && !cell.isAtRest) return true;
    cell.calm();
    stirred.pop();
  }
  return false;
}

/** Gives each its share, or the message itself where something else comes before it. */
function sendOrShare(kernel: Kernel<Cell>, cells: readonly Cell[], message: unknown, isOnceEach: boolean): void {
  // One that is at it may have more to do in this very turn.
  const busy = kernel.running?.current;
  const sharing: Cell[] = [];
  const shared = isOnceEach ? undefined : new Set<Cell>();
  // Before any message: what is queued behind the group cannot come before a share.
  kernel.scheduler.scheduleGroup(new FanOut(kernel, sharing, message));
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
  /** The audience's own list. */
  #cells: readonly (Cell | undefined)[];
  /** The same, once somebody's share has gone another way: there is nobody in its place. */
  #left: (Cell | undefined)[] | undefined;
  readonly #message: unknown;
  #next = 0;
  /** Where each stands; made when it is first asked for. */
  #places: Map<Cell | undefined, number> | undefined;

  constructor(kernel: Kernel<Cell>, cells: readonly Cell[], message: unknown) {
    this.#kernel = kernel;
    this.#cells = cells;
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
    return this.#placeOf(cell) >= this.#next;
  }

  settle(cell: Cell): void {
    const at = this.#placeOf(cell);
    if (at < this.#next) return;
    this.#left ??= this.#cells.slice();
    this.#left[at] = undefined;
    this.#cells = this.#left;
    this.#places?.delete(cell);
    cell.putFirst(cell.behaviour.info, this.#message);
  }

  /** -1 where it has none. */
  #placeOf(cell: Cell): number {
    // The one that is at it, which most ask for, has no second share.
    if (cell === this.current) return -1;
    this.#places ??= new Map(this.#cells.map((one, at) => [one, at]));
    return this.#places.get(cell) ?? -1;
  }
}
