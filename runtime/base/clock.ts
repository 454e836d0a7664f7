// Time as a thing that is passed in, so that tests move it by hand and replays do not depend on it.
// Knows nothing of deadlines, actors or retries.

/** A pending timer; `cancel` after it fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** The only source of time in dspex. */
export interface Clock {
  /** Milliseconds on a clock that never goes back; its zero means nothing. */
  now(): number;
  /** Milliseconds since 1970, for records that people read. */
  wallMs(): number;
  /** Runs `callback` once after `delayMs`. A pending timer never keeps the process alive. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(delayMs, callback) {
    const handle = setTimeout(callback, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
