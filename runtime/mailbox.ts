// A queue of messages: two slots each in one growing ring, no envelope.
// Knows nothing of what the slots mean.

/** Messages a new ring has room for. */
const SMALLEST = 4;
// A burst's ring is given back once it is empty: 1,000,000 idle actors must not keep their busiest moment in memory.
const KEPT_WHEN_EMPTY = 64;
// A ring for 128 Ki messages, 2 MB: making and filling such a one was a fifth of what a burst of 100,000 messages costs.
const LARGEST_SPARE = 2 ** 18;

/** The largest ring given back so far, all of it empty: whoever has a burst next takes it. */
let spare: unknown[] | undefined;

/** First in, first out. `take` returns the first slot and leaves the second in `taken`. */
export class Mailbox<Entry> {
  /** The second slot of what was taken last. Cleared by the next `take`. */
  taken: unknown = undefined;
  size = 0;
  // Both slots of a message stand side by side: one array to bound-check, one line of the cache.
  #slots: unknown[] = new Array(SMALLEST * 2).fill(undefined);
  /** The oldest message's first slot. */
  #head = 0;

  push(entry: Entry, payload: unknown): void {
    if (this.size * 2 === this.#slots.length) this.#resize(this.size * 2);
    const slots = this.#slots;
    const at = (this.#head + this.size * 2) & (slots.length - 1);
    slots[at] = entry;
    slots[at + 1] = payload;
    this.size++;
  }

  /** Puts a message before all that wait. */
  unshift(entry: Entry, payload: unknown): void {
    if (this.size * 2 === this.#slots.length) this.#resize(this.size * 2);
    this.#head = (this.#head - 2) & (this.#slots.length - 1);
    this.#slots[this.#head] = entry;
    this.#slots[this.#head + 1] = payload;
    this.size++;
  }

  /** The oldest message, or undefined. */
  take(): Entry | undefined {
    if (this.size === 0) return undefined;
    const slots = this.#slots;
    const at = this.#head;
    // `push` and `unshift` put an entry into each even slot, and nothing else.
    const entry = slots[at] as Entry;
    this.taken = slots[at + 1];
    slots[at] = undefined;
    slots[at + 1] = undefined;
    this.#head = (at + 2) & (slots.length - 1);
    this.size--;
    if (this.size === 0 && slots.length > KEPT_WHEN_EMPTY * 2) this.#giveBack(slots);
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

  /** Moves into a ring for so many messages, or for more. */
  #resize(messages: number): void {
    const slots = emptySlots(messages * 2);
    for (let index = 0; index < this.size * 2; index++) {
      slots[index] = this.#slots[(this.#head + index) & (this.#slots.length - 1)];
    }
    this.#slots = slots;
    this.#head = 0;
  }

  /** Lets go of a ring whose slots are all empty. */
  #giveBack(slots: unknown[]): void {
    if (slots.length <= LARGEST_SPARE && (spare === undefined || spare.length < slots.length)) spare = slots;
    this.#slots = emptySlots(SMALLEST * 2);
    this.#head = 0;
  }
}

function emptySlots(count: number): unknown[] {
  if (spare !== undefined && count > KEPT_WHEN_EMPTY * 2 && spare.length >= count) {
    const slots = spare;
    spare = undefined;
    return slots;
  }
  return new Array(count).fill(undefined);
}
