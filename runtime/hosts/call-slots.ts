// Calls under way by number: few at a time, each there for a moment.
// Knows nothing of who makes or handles them.
import type { PendingCall } from "../pending-call.ts";

/** Slots, one above the most calls that are under way at once; what is above them in a number tells a slot's users apart. */
const SLOTS = 2 ** 20;

/**
 * Numbers for calls, and calls by number.
 *
 * Rejected: a Map. V8 gives a Map whose entries come and go a new table every few of them, and each old table points to the next.
 */
export class CallSlots {
  readonly #calls: (PendingCall | undefined)[] = [];
  readonly #callIds: number[] = [];
  readonly #free: number[] = [];
  #isGiving = false;
  size = 0;

  /** Gives a call a number that no other call has had. */
  add(call: PendingCall): number {
    this.#isGiving = true;
    const slot = this.#free.pop() ?? this.#calls.length;
    const before = this.#callIds[slot];
    const callId = before === undefined ? slot : before + SLOTS;
    this.put(callId, call);
    return callId;
  }

  /** Keeps a call under the number that the other side gave it. */
  put(callId: number, call: PendingCall): void {
    const slot = callId % SLOTS;
    // Filled up in order: an array with holes is a table.
    while (this.#calls.length <= slot) {
      this.#calls.push(undefined);
      this.#callIds.push(-1);
    }
    this.#calls[slot] = call;
    this.#callIds[slot] = callId;
    this.size++;
  }

  /** Takes a call out; undefined where it has been taken before. */
  take(callId: number): PendingCall | undefined {
    const slot = callId % SLOTS;
    const call = this.#calls[slot];
    if (call === undefined || this.#callIds[slot] !== callId) return undefined;
    this.#calls[slot] = undefined;
    // Who keeps calls under the other side's numbers has no use for free ones.
    if (this.#isGiving) this.#free.push(slot);
    this.size--;
    return call;
  }

  /** Takes all of them out. */
  takeAll(): readonly PendingCall[] {
    const left = this.#calls.filter((call) => call !== undefined);
    this.#calls.length = 0;
    this.#callIds.length = 0;
    this.#free.length = 0;
    this.size = 0;
    return left;
  }
}
