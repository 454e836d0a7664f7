// The elements of a stream between the worker that sends them and the consumer that takes them, bounded by credit.
// Knows nothing of frames.
import { creditInvalid } from "./errors.ts";

/** Elements in order, with an end. */
export class ItemQueue {
  readonly #credit: number;
  readonly #grant: (items: number) => void;
  readonly #items: unknown[] = [];
  #waiting:
    | { readonly resolve: (result: IteratorResult<unknown>) => void; readonly reject: (error: unknown) => void }
    | undefined;
  #end: { readonly error?: unknown } | undefined;
  #taken = 0;
  /** Elements that the worker may still send. */
  #open: number;

  /** Throws BRIDGE_CREDIT_INVALID. */
  constructor(credit: number, grant: (items: number) => void) {
    if (!Number.isSafeInteger(credit) || credit < 1) throw creditInvalid(credit);
    this.#credit = credit;
    this.#grant = grant;
    this.#open = credit;
  }

  /** Takes an element in. Answers false for one more than was granted. */
  push(item: unknown): boolean {
    if (this.#open === 0) return false;
    this.#open -= 1;
    if (this.#end !== undefined) return true;
    if (this.#waiting === undefined) {
      this.#items.push(item);
      return true;
    }
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    this.#count();
    resolve({ value: item, done: false });
    return true;
  }

  /** Ends the stream, after what is there has been taken. A second time does nothing. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = failure ?? {};
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (failure === undefined) waiting?.resolve({ value: undefined, done: true });
    else waiting?.reject(failure.error);
  }

  /** The next element, the end, or the failure that ended it. */
  next(): Promise<IteratorResult<unknown>> {
    if (this.#items.length > 0) {
      const value = this.#items.shift();
      this.#count();
      return Promise.resolve({ value, done: false });
    }
    if (this.#end !== undefined) {
      const { error } = this.#end;
      if (!("error" in this.#end)) return Promise.resolve({ value: undefined, done: true });
      // Told once; afterwards the stream is over like any other.
      this.#end = {};
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Grants in halves: a frame for each element taken would be a frame for each element. */
  #count(): void {
    this.#taken += 1;
    if (this.#end !== undefined || this.#taken * 2 < this.#credit) return;
    this.#grant(this.#taken);
    this.#open += this.#taken;
    this.#taken = 0;
  }
}
