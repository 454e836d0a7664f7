// Deadlines of many calls on one timer. A deadline may pass up to one slot late, never early.
// Knows nothing of what is due.
import { Chain, type ChainLink, type Clock, type Timer } from "../runtime/base/index.ts";

/** A deadline that is waited for. Give it back to `remove` when it no longer matters. */
export interface Deadline {
  readonly slot: number;
  readonly place: ChainLink<() => void>;
}

// Limit: 10 ms is below what anyone means by a deadline, and a call per microsecond still shares one timer.
const SLOT_MS = 10;
// setTimeout fires at once when it is given more than 2^31 - 1 ms.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits for deadlines with one timer of the clock, however many there are. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #slots = new Map<number, Chain<() => void>>();
  #timer: Timer | undefined;
  #timerSlot = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `onDue` once when the clock has passed `at`, which is finite. */
  add(at: number, onDue: () => void): Deadline {
    const slot = Math.ceil(at / SLOT_MS);
    let together = this.#slots.get(slot);
    if (together === undefined) {
      together = new Chain();
      this.#slots.set(slot, together);
    }
    const place = together.add(onDue);
    if (slot < this.#timerSlot) this.#arm(slot);
    return { slot, place };
  }

  /** Forgets a deadline; one that passed already is ignored. */
  remove(deadline: Deadline): void {
    const together = this.#slots.get(deadline.slot);
    if (together === undefined) return;
    together.remove(deadline.place);
    // The timer stays: it finds nothing due and looks for the next slot. Rejected: re-arming on every call.
    if (together.isEmpty) this.#slots.delete(deadline.slot);
  }

  /** Forgets all deadlines and stops the timer. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerSlot = Number.POSITIVE_INFINITY;
    this.#slots.clear();
  }

  #arm(slot: number): void {
    this.#timer?.cancel();
    this.#timerSlot = slot;
    const delayMs = Math.min(MAX_TIMER_MS, Math.max(0, slot * SLOT_MS - this.#clock.now()));
    this.#timer = this.#clock.setTimer(delayMs, () => this.#tick());
  }

  #tick(): void {
    this.#timer = undefined;
    this.#timerSlot = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const due: { readonly slot: number; readonly told: readonly (() => void)[] }[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [slot, together] of this.#slots) {
      if (slot * SLOT_MS > now) {
        next = Math.min(next, slot);
        continue;
      }
      this.#slots.delete(slot);
      due.push({ slot, told: together.takeAll() });
    }
    if (next !== Number.POSITIVE_INFINITY) this.#arm(next);
    due.sort((a, b) => a.slot - b.slot);
    for (const { told } of due) for (const onDue of told) onDue();
  }
}
