// An alias: a way to send to an actor that the actor can close, so that what comes too late is dropped.
// Knows nothing of what is sent or why.
import type { Cell } from "./cell.ts";
import { sendCell } from "./cell-ref.ts";
import { HandledMessage } from "./exit-reason.ts";
import type { Alias } from "./self.ts";

/** An alias of a cell. */
export class CellAlias implements Alias {
  readonly #cell: Cell;
  #isOpen = true;
  #onFirst: (() => void) | undefined;

  /** `onFirst` runs at the first message that comes through. */
  constructor(cell: Cell, onFirst?: () => void) {
    this.#cell = cell;
    this.#onFirst = onFirst;
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#cell.isAlive;
  }

  send(message: unknown): void {
    if (!this.#isOpen) {
      this.#cell.reportDropped("closed-alias", new HandledMessage("info", "", message));
      return;
    }
    sendCell(this.#cell, message);
    const onFirst = this.#onFirst;
    this.#onFirst = undefined;
    onFirst?.();
  }

  close(): boolean {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    return wasOpen;
  }
}
