// A budget per minute that is never exceeded in any minute: requests, or tokens.
// Knows nothing of what it counts.

// With r = perMinute / 61 per second and one second's worth in hand, any 60 seconds see at most 61 r = perMinute.
const SHARES_PER_MINUTE = 61;

/** A token bucket for a stated budget. */
export class MinuteBudget {
  readonly #perMs: number;
  readonly #capacity: number;
  #left: number;
  #leftAt: number;

  constructor(perMinute: number, now: number) {
    this.#perMs = perMinute / SHARES_PER_MINUTE / 1000;
    this.#capacity = Math.max(1, perMinute / SHARES_PER_MINUTE);
    this.#left = this.#capacity;
    this.#leftAt = now;
  }

  /** Milliseconds from `now` until `amount` may be spent. An amount above the capacity waits for a full bucket and is paid off after. */
  waitMs(amount: number, now: number): number {
    this.#refill(now);
    const missing = Math.min(amount, this.#capacity) - this.#left;
    return missing <= 0 ? 0 : missing / this.#perMs;
  }

  /** Spends an amount; a negative one gives back what was estimated too high. */
  spend(amount: number): void {
    this.#left = Math.min(this.#capacity, this.#left - amount);
  }

  #refill(now: number): void {
    this.#left = Math.min(this.#capacity, this.#left + (now - this.#leftAt) * this.#perMs);
    this.#leftAt = now;
  }
}
