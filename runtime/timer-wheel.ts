// Many deadlines on one timer of the clock: adding and withdrawing one touches no timer and reads no time.
// Knows nothing of calls or actors.
import type { Clock, Timer } from "./base/index.ts";

/** One deadline. Subclasses say what happens when it passes; it is in at most one wheel. */
export abstract class Deadline {
  previous: Deadline | undefined = undefined;
  next: Deadline | undefined = undefined;
  timeoutMs = 0;

  /** Runs once the time is up. Must not throw. */
  abstract expire(): void;

  /** Whether it still counts down. */
  get isPending(): boolean {
    return this.previous !== undefined;
  }

  /** Takes it out of its wheel, if it is in one. */
  withdraw(): void {
    const { previous, next } = this;
    if (previous === undefined || next === undefined) return;
    previous.next = next;
    next.previous = previous;
    this.previous = undefined;
    this.next = undefined;
  }
}

class Slot extends Deadline {
  constructor() {
    super();
    this.previous = this;
    this.next = this;
  }

  get first(): Deadline | undefined {
    return this.next === this ? undefined : this.next;
  }

  append(deadline: Deadline): void {
    const last = this.previous ?? this;
    deadline.previous = last;
    deadline.next = this;
    last.next = deadline;
    this.previous = deadline;
  }

  override expire(): void {}
}

// What setTimeout takes; a longer wait is armed again when this one ends.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A sparse wheel: one slot per millisecond in which something is due.
 *
 * A new deadline first lies in an unsorted slot and is placed by the next reading of the clock, which is also when it starts to count: it is
 * never early, and late by a millisecond at most while the event loop runs. Most calls are answered before they are ever placed.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #fresh = new Slot();
  readonly #slots = new Map<number, Slot>();
  /** The keys of #slots as a binary heap, smallest first. */
  readonly #order: number[] = [];
  #flushTimer: Timer | undefined;
  #dueTimer: Timer | undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts a deadline of `timeoutMs`; an infinite one is never due. */
  add(deadline: Deadline, timeoutMs: number): void {
    if (timeoutMs === Number.POSITIVE_INFINITY) return;
    deadline.timeoutMs = timeoutMs;
    this.#fresh.append(deadline);
    if (this.#flushTimer === undefined) this.#flushTimer = this.#clock.setTimer(0, this.#flush);
  }

  /** Runs `callback` after `delayMs`. */
  after(delayMs: number, callback: () => void): Timer {
    const deadline = new CallbackDeadline(callback);
    this.add(deadline, delayMs);
    return { cancel: () => deadline.withdraw() };
  }

  /** Forgets every deadline and lets go of the clock. */
  close(): void {
    this.#flushTimer?.cancel();
    this.#dueTimer?.cancel();
    this.#flushTimer = undefined;
    this.#dueTimer = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (let node = this.#fresh.first; node !== undefined; node = this.#fresh.first) node.withdraw();
    for (const slot of this.#slots.values())
      for (let node = slot.first; node !== undefined; node = slot.first) node.withdraw();
    this.#slots.clear();
    this.#order.length = 0;
  }

  readonly #flush = (): void => {
    this.#flushTimer = undefined;
    const now = this.#clock.now();
    for (let node = this.#fresh.first; node !== undefined; node = this.#fresh.first) {
      node.withdraw();
      const at = Math.ceil(now + node.timeoutMs);
      let slot = this.#slots.get(at);
      if (slot === undefined) {
        slot = new Slot();
        this.#slots.set(at, slot);
        pushHeap(this.#order, at);
      }
      slot.append(node);
    }
    this.#arm(now);
  };

  readonly #due = (): void => {
    this.#dueTimer = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let at = this.#order[0]; at !== undefined && at <= now; at = this.#order[0]) {
      popHeap(this.#order);
      const slot = this.#slots.get(at);
      this.#slots.delete(at);
      for (let node = slot?.first; node !== undefined; node = slot?.first) {
        node.withdraw();
        node.expire();
      }
    }
    this.#arm(now);
  };

  #arm(now: number): void {
    let at = this.#order[0];
    // Slots that emptied meanwhile are dropped here, so that answered calls do not wake the process.
    while (at !== undefined && this.#slots.get(at)?.first === undefined) {
      this.#slots.delete(at);
      popHeap(this.#order);
      at = this.#order[0];
    }
    if (at === undefined || at >= this.#dueAt) return;
    this.#dueTimer?.cancel();
    this.#dueAt = at;
    this.#dueTimer = this.#clock.setTimer(Math.min(Math.max(at - now, 0), LONGEST_TIMER_MS), this.#due);
  }
}

class CallbackDeadline extends Deadline {
  readonly #callback: () => void;

  constructor(callback: () => void) {
    super();
    this.#callback = callback;
  }

  override expire(): void {
    this.#callback();
  }
}

function pushHeap(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const other = heap[above];
    if (other === undefined || other <= value) break;
    heap[at] = other;
    heap[above] = value;
    at = above;
  }
}

function popHeap(heap: number[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const leftValue = heap[left];
    if (leftValue === undefined) break;
    const rightValue = heap[left + 1];
    const smaller = rightValue !== undefined && rightValue < leftValue ? left + 1 : left;
    const value = smaller === left ? leftValue : (rightValue ?? leftValue);
    if (value >= last) break;
    heap[at] = value;
    at = smaller;
  }
  heap[at] = last;
}
