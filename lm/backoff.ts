// How long to wait before asking again: exponential, with full jitter.
// Knows nothing of what failed. Chance is passed in.

/** Bounds of the waiting. */
export interface BackoffOptions {
  /** Upper bound of the first wait. Default 500 ms. */
  readonly baseMs?: number;
  /** Upper bound of any wait. Default 20,000 ms. */
  readonly maxMs?: number;
}

/** A wait before attempt `failures + 1`: uniform in [0, min(max, base × 2^(failures − 1))). */
export function backoffMs(failures: number, random: () => number, options: BackoffOptions = {}): number {
  const bound = Math.min(options.maxMs ?? 20_000, (options.baseMs ?? 500) * 2 ** Math.max(0, failures - 1));
  return random() * bound;
}
