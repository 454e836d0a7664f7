// A clock that stands still until a test moves it.
// Knows nothing of what runs on it.
import type { Clock, Timer } from "../../runtime/base/index.ts";

interface PendingTimer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock for tests. */
export interface ManualClock extends Clock {
  /** Moves time on, running each timer at its time and letting promises settle in between. */
  advance(ms: number): Promise<void>;
  readonly pendingTimers: number;
}

/** Makes a clock that starts at 1,000 ms. */
export function manualClock(): ManualClock {
  let now = 1000;
  const pending = new Set<PendingTimer>();
  return {
    now: () => now,
    wallMs: () => 1_700_000_000_000 + now,
    setTimer(delayMs, callback): Timer {
      const timer = { at: now + Math.max(0, delayMs), callback };
      pending.add(timer);
      return { cancel: () => void pending.delete(timer) };
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        const due = [...pending].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        pending.delete(due);
        now = Math.max(now, due.at);
        due.callback();
        await settle();
      }
      now = until;
    },
    get pendingTimers() {
      return pending.size;
    },
  };
}

/** Lets everything that waits for no clock and no socket happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
