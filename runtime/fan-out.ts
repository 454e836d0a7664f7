// One message to many actors at once. Each has its share as if it had been sent to it, and takes it in its turn; but those that have nothing
// else to do are not queued one by one.
// Knows nothing of who the many are.
import type { Cell } from "./cell.ts";
import { sendCell } from "./cell-ref.ts";
import { HandledMessage } from "./exit-reason.ts";
import type { Kernel, Runner } from "./kernel.ts";
import type { TurnGroup } from "./scheduler.ts";
import { handleShare } from "./turn.ts";

/**
 * Sends a message to living actors of one system.
 *
 * Rejected: pushing it into each mailbox and queueing each actor. That writes and reads again four fields per actor for a message that is the
 * same for all, and costs twice as much.
 */
export function sendToAll(cells: readonly Cell[], message: unknown): void {
  const [first] = cells;
  if (first !== undefined) new FanOut(first.kernel, cells, message).send();
}

/** A message and those who have a share of it that they have not taken yet. */
class FanOut implements TurnGroup<Cell>, Runner<Cell> {
  readonly #kernel: Kernel<Cell>;
  /** The sender's own list, unless some of those in it have no share. */
  #cells: readonly Cell[];
  readonly #message: unknown;
  #next = 0;

  constructor(kernel: Kernel<Cell>, cells: readonly Cell[], message: unknown) {
    this.#kernel = kernel;
    this.#cells = cells;
    this.#message = message;
  }

  /** Gives each its share, or the message itself where something else comes before it. */
  send(): void {
    const cells = this.#cells;
    const message = this.#message;
    const { running, scheduler } = this.#kernel;
    const busy = running?.current;
    // Before any message: what is queued behind the group cannot come before a share.
    scheduler.scheduleGroup(this);
    let sharing: Cell[] | undefined;
    let at = 0;
    try {
      for (; at < cells.length; at++) {
        // Within the array's length there is a cell.
        const cell = cells[at] as Cell;
        // One that is at it may have more to do in this very turn.
        if (cell !== busy && cell.acceptShare()) sharing?.push(cell);
        else {
          sharing ??= cells.slice(0, at);
          sendCell(cell, message);
        }
      }
    } finally {
      // A message that cannot go to another thread throws: those before it have theirs, as with a send to each.
      if (at < cells.length) sharing ??= cells.slice(0, at);
      if (sharing !== undefined) this.#cells = sharing;
    }
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
    let handled = 0;
    kernel.running = this;
    try {
      let at = this.#next;
      for (; handled < budget; handled++) {
        // Read anew each time: a handler may do something by which another one's share is settled.
        const cell = this.#cells[at];
        if (cell === undefined) break;
        this.#next = ++at;
        // What an actor has not taken ends with it.
        if (cell.takeShare()) handleShare(cell, message);
      }
    } finally {
      kernel.running = running;
    }
    return handled;
  }

  /** Puts a cell's share into its mailbox, before all that wait there: they came later. */
  settle(cell: Cell): boolean {
    const at = this.#cells.indexOf(cell, this.#next);
    if (at < 0) return false;
    this.#cells = this.#cells.toSpliced(at, 1);
    cell.takeShare();
    cell.pushFirst(cell.behaviour.info, this.#message);
    return true;
  }
}
