// Ends work when a signal aborts or its time is up, and answers at once where it does.
// Knows nothing of what the work is; work that goes on regardless is told by its signal, and its outcome is dropped.
import type { Clock } from "./clock.ts";

/** What ends a piece of work besides itself, and with which failure. */
export interface Bounds {
  readonly clock: Clock;
  readonly signals: readonly (AbortSignal | undefined)[];
  /** The failure that an aborted signal's reason becomes. */
  readonly onAbort: (reason: unknown) => unknown;
  /** In `clock.now()` milliseconds. */
  readonly deadlineAt: number | undefined;
  readonly onDeadline: () => unknown;
  /** Whether the process goes on until the deadline where nothing else has it go on. Default true: somebody awaits this work. */
  readonly holdsProcess?: boolean;
}

/** Does work under a signal of its own; settles as the work does, or rejects at once with what ended it. */
export function withinBounds<Value>(
  { clock, signals, onAbort, deadlineAt, onDeadline, holdsProcess = true }: Bounds,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const inner = new AbortController();
    const unfollows: (() => void)[] = [];
    const release = (): void => {
      timer?.cancel();
      for (const unfollow of unfollows) unfollow();
    };
    const end = (failure: unknown): void => {
      release();
      inner.abort(failure);
      reject(failure);
    };
    const timer =
      deadlineAt === undefined
        ? undefined
        : // A deadline may have passed before anybody looks at it.
          clock.setTimer(Math.max(0, deadlineAt - clock.now()), () => end(onDeadline()), { holdsProcess });
    for (const signal of signals) {
      const follow = (): void => end(onAbort(signal?.reason));
      if (signal?.aborted === true) return follow();
      signal?.addEventListener("abort", follow, { once: true });
      unfollows.push(() => signal?.removeEventListener("abort", follow));
    }
    const fail = (error: unknown): void => {
      release();
      reject(error);
    };
    try {
      work(inner.signal).then((value) => {
        release();
        resolve(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
