// A clock that moves when a test says so.
// Knows nothing of actors: it only lets the event loop run between two timers, so that what a timer set off gets done.
import type { Clock, Timer } from "../runtime/index.ts";

/** A clock moved by hand. */
export interface ManualClock extends Clock {
  /** Lets everything that is under way settle, then moves time on, running each timer at its moment and letting its effects settle. */
  advance(byMs: number): Promise<void>;
  /** Lets everything that is under way settle without moving time. */
  settle(): Promise<void>;
  /** Timers that are set and have not fired. */
  readonly pendingTimers: number;
}

/** Where a manual clock starts. */
export interface ManualClockOptions {
  /** First value of `now()`. Default 0. */
  readonly startMs?: number;
  /** First value of `wallMs()`. Default 2025-01-01T00:00:00Z. */
  readonly wallStartMs?: number;
}

const NEW_YEAR_2025 = Date.UTC(2025, 0, 1);
// Each turn of the event loop runs every microtask that is ready. Several: a kernel that has used up its budget goes on in the next turn, and what is
// recorded is written at the end of one; a run that begins records five things before it asks anybody.
const SETTLING_TURNS = 16;

interface PendingTimer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Makes a clock for tests.
 * @example
 * const clock = createManualClock();
 * const system = createSystem({ clock });
 * await clock.advance(5000);
 */
export function createManualClock(options: ManualClockOptions = {}): ManualClock {
  const { startMs = 0, wallStartMs = NEW_YEAR_2025 } = options;
  const timers = new Set<PendingTimer>();
  let now = startMs;
  let order = 0;

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < SETTLING_TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const nextDue = (until: number): PendingTimer | undefined => {
    let due: PendingTimer | undefined;
    for (const timer of timers) {
      if (timer.at > until) continue;
      if (due === undefined || timer.at < due.at || (timer.at === due.at && timer.order < due.order)) due = timer;
    }
    return due;
  };

  return {
    now: () => now,
    wallMs: () => wallStartMs + (now - startMs),
    get pendingTimers() {
      return timers.size;
    },
    setTimer(delayMs, callback): Timer {
      const timer: PendingTimer = { at: now + Math.max(0, delayMs), order: order++, callback };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    settle,
    async advance(byMs) {
      const until = now + byMs;
      await settle();
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        timers.delete(due);
        now = Math.max(now, due.at);
        due.callback();
        await settle();
      }
      now = until;
    },
  };
}
