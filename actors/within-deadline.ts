// Bounds work in time: it ends with its own outcome, its caller's abort, or the deadline, whichever comes first.
// Knows nothing of what the work is.
import { type BaseError, type Clock, withinBounds } from "../runtime/base/index.ts";

/** The bounds of a piece of work. */
export interface WorkBounds {
  readonly clock: Clock;
  /** In `clock.now()` milliseconds. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  /** What the work is rejected with where the deadline passes. */
  readonly late: () => BaseError;
}

/** Does work within bounds. Rejects with what it rejects with, the signal's reason, or what `late` makes. */
export function withinDeadline<Value>(
  { clock, deadlineAt, signal, late }: WorkBounds,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return withinBounds({ clock, signals: [signal], onAbort: itself, deadlineAt, onDeadline: late }, work);
}

function itself(reason: unknown): unknown {
  return reason;
}
