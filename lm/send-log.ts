// When the latest requests were sent: the evidence from which a rate limit is learned.
// Knows nothing of what became of them.

// Limit: 8,192 sends cover more than a minute at 100 per second; a window with more is measured over the part that is kept.
const CAPACITY = 8192;

/** A ring of the times of the latest sends. */
export class SendLog {
  readonly #times = new Float64Array(CAPACITY);
  #count = 0;

  /** Notes a send. Times never go back. */
  add(at: number): void {
    this.#times[this.#count % CAPACITY] = at;
    this.#count++;
  }

  /** How many sends lie in `(until - windowMs, until]`, and over which part of it the log knows. */
  countIn(windowMs: number, until: number): { readonly sends: number; readonly spanMs: number } {
    const oldest = Math.max(0, this.#count - CAPACITY);
    let sends = 0;
    for (let index = this.#count - 1; index >= oldest; index--) {
      const at = this.#times[index % CAPACITY] as number; // inside the ring
      if (at > until) continue;
      if (at <= until - windowMs) return { sends, spanMs: windowMs };
      sends++;
    }
    if (oldest === 0) return { sends, spanMs: windowMs };
    return { sends, spanMs: Math.max(1, until - (this.#times[oldest % CAPACITY] as number)) };
  }
}
