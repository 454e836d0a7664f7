// Time as a thing that is passed in, so that tests move it by hand and replays do not depend on it.
// Knows nothing of deadlines, actors or retries.

// Imported: the global of that name is looked up behind a getter each time.
import { performance } from "node:perf_hooks";

/** A pending timer; `cancel` after it fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** How a timer stands to the process. */
export interface TimerOptions {
  /** Keeps the process running until the timer fires or is cancelled: for the deadline of something that somebody awaits. Default false. */
  readonly holdsProcess?: boolean;
}

/** The only source of time in dspex. */
export interface Clock {
  /** Milliseconds on a clock that never goes back; its zero means nothing. */
  now(): number;
  /** Milliseconds since 1970, for records that people read. */
  wallMs(): number;
  /** Runs `callback` once after `delayMs`. A pending timer keeps the process running only if `options` say so. */
  setTimer(delayMs: number, callback: () => void, options?: TimerOptions): Timer;
}

// Node fires a timer beyond 24.8 days at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
const LONGEST_MS = 2 ** 31 - 1;

/** The clock of the machine. Takes any delay, `Infinity` included. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(delayMs, callback, options) {
    let handle: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      handle = leftMs > LONGEST_MS ? setTimeout(arm, LONGEST_MS, leftMs - LONGEST_MS) : setTimeout(callback, leftMs);
      if (options?.holdsProcess !== true) handle.unref();
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
