// Bounds work in time: it ends with its own outcome, its caller's abort, or the deadline, whichever comes first.
// Knows nothing of what the work is; work that goes on regardless is told by its signal and its outcome is dropped.
import type { BaseError, Clock } from "../runtime/base/index.ts";

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
  return new Promise((resolve, reject) => {
    const inner = new AbortController();
    const end = (error: unknown): void => {
      release();
      inner.abort(error);
      reject(error);
    };
    const abort = (): void => end(signal.reason);
    const timer = clock.setTimer(deadlineAt - clock.now(), () => end(late()), { holdsProcess: true });
    const release = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", abort);
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work(inner.signal).then(
      (value) => {
        release();
        resolve(value);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}
