// How many requests may be in flight: grows while the provider copes, shrinks when it does not (AIMD).
// Knows nothing of rates: a 429 that names a time is about the rate, and leaves the window alone.

/** Bounds of the window. */
export interface ConcurrencyWindowOptions {
  /** In flight at first. Default 16. */
  readonly start?: number;
  /** Default 1. */
  readonly min?: number;
  /** Default 256. */
  readonly max?: number;
}

// Until the first trouble each success adds a quarter: 16 becomes 64 in about six round trips.
const SLOW_START_GROWTH = 0.25;
const DECREASE = 0.7;

/** An adaptive bound on requests in flight. */
export class ConcurrencyWindow {
  readonly #min: number;
  readonly #max: number;
  #size: number;
  #troubledAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConcurrencyWindowOptions = {}) {
    this.#min = Math.max(1, options.min ?? 1);
    const start = Math.max(this.#min, options.start ?? 16);
    this.#max = Math.max(start, options.max ?? 256);
    this.#size = start;
  }

  /** Requests that may be in flight, a whole number. */
  get size(): number {
    return Math.floor(this.#size);
  }

  /** Notes an answer. The window grows only where it was what held requests back. */
  succeeded(wasFull: boolean): void {
    if (!wasFull || this.#size >= this.#max) return;
    const growth = this.#troubledAt === Number.NEGATIVE_INFINITY ? SLOW_START_GROWTH : 1 / this.#size;
    this.#size = Math.min(this.#max, this.#size + growth);
  }

  /** Notes a failure of the provider. Requests sent before the last decrease were part of the same trouble and change nothing. */
  troubled(sentAt: number, now: number): void {
    if (sentAt <= this.#troubledAt) return;
    this.#troubledAt = now;
    this.#size = Math.max(this.#min, this.#size * DECREASE);
  }
}
