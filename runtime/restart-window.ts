// Counts restarts in a moving window. Pure.
// Knows nothing of what is restarted.
import { BaseError } from "./base/index.ts";

/** How many restarts within how long are taken for bad luck; the next one ends the supervisor. */
export interface RestartLimit {
  readonly intensity: number;
  readonly periodMs: number;
}

/** What a restart at some moment means. */
export interface RestartVerdict {
  readonly verdict: "allowed" | "too-many";
  /** The moments that still count, this one included. */
  readonly times: readonly number[];
}

/** Adds a restart at `now`. One of exactly `periodMs` ago still counts. */
export function addRestart(times: readonly number[], now: number, limit: RestartLimit): RestartVerdict {
  const counted = times.filter((time) => now - time <= limit.periodMs);
  counted.push(now);
  return { verdict: counted.length <= limit.intensity ? "allowed" : "too-many", times: counted };
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
