// A queue of messages: two slots each in one growing ring, no envelope.
// Knows nothing of what the slots mean.

const SMALLEST = 4;
// A burst's ring is given back once it is empty: 1,000,000 idle actors must not keep their busiest moment in memory.
const KEPT_WHEN_EMPTY = 64;

/** First in, first out. `take` returns the first slot and leaves the second in `taken`. */
export class Mailbox<Entry> {
  /** The second slot of what was taken last. Cleared by the next `take`. */
  taken: unknown = undefined;
  size = 0;
  #entries: (Entry | undefined)[] = new Array(SMALLEST).fill(undefined);
  #payloads: unknown[] = new Array(SMALLEST).fill(undefined);
  #head = 0;

  push(entry: Entry, payload: unknown): void {
    if (this.size === this.#entries.length) this.#grow();
    const at = (this.#head + this.size) & (this.#entries.length - 1);
    this.#entries[at] = entry;
    this.#payloads[at] = payload;
    this.size++;
  }

  /** Puts a message before all that wait. */
  unshift(entry: Entry, payload: unknown): void {
    if (this.size === this.#entries.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#entries.length - 1);
    this.#entries[this.#head] = entry;
    this.#payloads[this.#head] = payload;
    this.size++;
  }

  /** The oldest message, or undefined. */
  take(): Entry | undefined {
    if (this.size === 0) return undefined;
    const at = this.#head;
    const entry = this.#entries[at];
    this.taken = this.#payloads[at];
    this.#entries[at] = undefined;
    this.#payloads[at] = undefined;
    this.#head = (at + 1) & (this.#entries.length - 1);
    this.size--;
    if (this.size === 0 && this.#entries.length > KEPT_WHEN_EMPTY) this.#resize(SMALLEST);
    return entry;
  }

  /** Takes out every message that `isUnwanted`; the others keep their order. */
  remove(isUnwanted: (entry: Entry, payload: unknown) => boolean): void {
    const kept: { readonly entry: Entry; readonly payload: unknown }[] = [];
    for (let left = this.size; left > 0; left--) {
      const entry = this.take();
      if (entry !== undefined && !isUnwanted(entry, this.taken)) kept.push({ entry, payload: this.taken });
    }
    this.taken = undefined;
    for (const { entry, payload } of kept) this.push(entry, payload);
  }

  #grow(): void {
    this.#resize(this.#entries.length * 2);
  }

  #resize(length: number): void {
    const entries: (Entry | undefined)[] = new Array(length).fill(undefined);
    const payloads: unknown[] = new Array(length).fill(undefined);
    for (let index = 0; index < this.size; index++) {
      const at = (this.#head + index) & (this.#entries.length - 1);
      entries[index] = this.#entries[at];
      payloads[index] = this.#payloads[at];
    }
    this.#entries = entries;
    this.#payloads = payloads;
    this.#head = 0;
  }
}
