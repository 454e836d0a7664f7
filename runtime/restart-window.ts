// Counts restarts in a moving window; the moments are given.
// Knows nothing of what is restarted.
import { BaseError } from "./base/index.ts";

/** How many restarts within how long are taken for bad luck; the next one ends the supervisor. */
export interface RestartLimit {
  readonly intensity: number;
  readonly periodMs: number;
}

/** Expired moments are cut off once they are more than the living ones, and so many. */
const CUT_OFF = 32;

/**
 * The restarts that still count.
 *
 * Changed in place: who restarts often must not copy all its moments for each.
 */
export class RestartWindow {
  #times: number[] = [];
  #oldest = 0;

  /** How many count. */
  get count(): number {
    return this.#times.length - this.#oldest;
  }

  /** Adds a restart at `now`, no earlier than the ones before. One of exactly `periodMs` ago still counts. */
  add(now: number, { intensity, periodMs }: RestartLimit): "allowed" | "too-many" {
    const times = this.#times;
    for (let at = times[this.#oldest]; at !== undefined && now - at > periodMs; at = times[this.#oldest])
      this.#oldest++;
    times.push(now);
    if (this.#oldest > CUT_OFF && this.#oldest * 2 > times.length) {
      this.#times = times.slice(this.#oldest);
      this.#oldest = 0;
    }
    return this.count <= intensity ? "allowed" : "too-many";
  }
}

/** Fills in the defaults, 3 restarts in 5000 ms. @throws OPTION_INVALID */
export function toRestartLimit(intensity = 3, periodMs = 5000): RestartLimit {
  if (!Number.isInteger(intensity) || intensity < 0) throw invalid("intensity", "a whole number ≥ 0", intensity);
  if (!Number.isFinite(periodMs) || periodMs <= 0)
    throw invalid("periodMs", "a finite number of milliseconds > 0", periodMs);
  return { intensity, periodMs };
}

function invalid(option: string, expected: string, found: unknown): BaseError {
  return new BaseError(
    "OPTION_INVALID",
    `Expected ${option} of a supervisor to be ${expected}, found ${String(found)}.`,
    {
      details: { option, found: String(found) },
    },
  );
}
