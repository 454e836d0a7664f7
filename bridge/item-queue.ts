// The elements of a stream between the worker that sends them and the consumer that takes them, bounded by credit.
// Knows nothing of frames.
import { creditInvalid } from "./errors.ts";

/** How many elements may be under way: at first, and at most where both sides are quick. */
export interface ItemWindow {
  readonly credit: number;
  readonly most: number;
}

/** Elements that come and are taken quicker than this may be more: a message for each few of them costs more than they do. */
const QUICK_MS = 0.05;
/** It crosses the wire as 32 bits. */
const MOST_CREDIT = 2 ** 32 - 1;
/** Larger elements, on average, are kept few. */
const SMALL_BYTES = 1024;

interface Waiter {
  readonly resolve: (result: IteratorResult<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** Elements in order, with an end. */
export class ItemQueue {
  readonly #most: number;
  readonly #grant: (items: number) => void;
  readonly #now: () => number;
  readonly #items: unknown[] = [];
  /** In the order in which they asked: a consumer may ask for the next before it has the last. */
  readonly #waiting: Waiter[] = [];
  #end: { readonly error?: unknown } | undefined;
  #window: number;
  #taken = 0;
  #grantedAt: number;
  #came = 0;
  #sizeBytes = 0;
  #hasWaited = false;
  /** Elements that the worker may still send. */
  #open: number;

  /** `now` is in milliseconds. Throws BRIDGE_CREDIT_INVALID. */
  constructor({ credit, most }: ItemWindow, now: () => number, grant: (items: number) => void) {
    if (!Number.isSafeInteger(credit) || credit < 1 || credit > MOST_CREDIT) throw creditInvalid(credit, MOST_CREDIT);
    this.#window = credit;
    this.#most = most;
    this.#grant = grant;
    this.#now = now;
    this.#grantedAt = now();
    this.#open = credit;
  }

  /** Takes an element of so many bytes in. Answers false for one more than was granted. */
  push(item: unknown, sizeBytes = 0): boolean {
    if (this.#open === 0) return false;
    this.#open -= 1;
    this.#came += 1;
    this.#sizeBytes += sizeBytes;
    if (this.#end !== undefined) return true;
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#items.push(item);
      return true;
    }
    this.#hasWaited = true;
    this.#count();
    waiter.resolve({ value: item, done: false });
    return true;
  }

  /** Ends the stream, after what is there has been taken. A second time does nothing. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#end !== undefined) return;
    const [first, ...others] = this.#waiting.splice(0);
    // Told once; afterwards the stream is over like any other.
    this.#end = first === undefined ? (failure ?? {}) : {};
    if (failure === undefined) first?.resolve({ value: undefined, done: true });
    else first?.reject(failure.error);
    for (const waiter of others) waiter.resolve({ value: undefined, done: true });
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
      this.#end = {};
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  /** Grants in halves: a frame for each element taken would be a frame for each element. */
  #count(): void {
    this.#taken += 1;
    if (this.#end !== undefined || this.#taken * 2 < this.#window) return;
    const now = this.#now();
    // A consumer that finds elements whenever it looks gains nothing by more of them.
    const isQuick =
      this.#hasWaited && now - this.#grantedAt < this.#taken * QUICK_MS && this.#sizeBytes < this.#came * SMALL_BYTES;
    const window = isQuick ? Math.max(this.#window, Math.min(2 * this.#window, this.#most)) : this.#window;
    const items = this.#taken + window - this.#window;
    this.#grant(items);
    this.#open += items;
    this.#window = window;
    this.#taken = 0;
    this.#came = 0;
    this.#sizeBytes = 0;
    this.#hasWaited = false;
    this.#grantedAt = now;
  }
}
