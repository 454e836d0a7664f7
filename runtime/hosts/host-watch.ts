// Decides from outside that a host no longer reacts: its event loop has not come round, or a kill is not confirmed.
// Knows nothing of hosts: it reads times and says when it is enough.
import type { Clock, Timer } from "../base/index.ts";

/** What is watched. */
export interface HostWatchOptions {
  readonly clock: Clock;
  /** After how many milliseconds without a sign of life it counts as stuck, as things stand; `Infinity`: never. */
  readonly limitMs: () => number;
  /** Milliseconds in which a kill has to be confirmed. */
  readonly killGraceMs: number;
  /** How long the last beat is ago. */
  readonly sinceBeatMs: () => number;
  /** How long the oldest kill waits to be confirmed; 0 where none does. */
  readonly unconfirmedMs: () => number;
  /** Lets what has arrived be read before the verdict: this thread may have been the one that stood still. */
  readonly afterReading: (verdict: () => void) => void;
  readonly onStuck: (said: string) => void;
}

/** Watches one host. One timer, set to when the next beat would be too late: a healthy host costs one look now and then. */
export class HostWatch {
  readonly #options: HostWatchOptions;
  #beatTimer: Timer | undefined;
  #killTimer: Timer | undefined;
  #isOver = false;

  constructor(options: HostWatchOptions) {
    this.#options = options;
  }

  /** Begins, or begins again: the host has just come up, or there is less patience than before. */
  start(): void {
    this.#beatTimer?.cancel();
    const limitMs = this.#options.limitMs();
    if (limitMs !== Number.POSITIVE_INFINITY) this.#lookAfter(limitMs);
  }

  /** Told of a kill: it has to be confirmed in time. */
  expectEnd(): void {
    if (this.#killTimer !== undefined || this.#isOver) return;
    const { clock, killGraceMs, unconfirmedMs, afterReading } = this.#options;
    this.#killTimer = clock.setTimer(killGraceMs, () =>
      afterReading(() => {
        this.#killTimer = undefined;
        const waitedMs = unconfirmedMs();
        if (waitedMs === 0) return;
        if (waitedMs >= killGraceMs) this.#stuck(`a killed actor was not gone after ${Math.round(waitedMs)} ms`);
        else this.expectEnd();
      }),
    );
  }

  stop(): void {
    this.#isOver = true;
    this.#beatTimer?.cancel();
    this.#killTimer?.cancel();
  }

  #lookAfter(delayMs: number): void {
    if (this.#isOver) return;
    const { clock, limitMs, sinceBeatMs, afterReading } = this.#options;
    this.#beatTimer = clock.setTimer(delayMs, () => {
      const leftMs = limitMs() - sinceBeatMs();
      if (leftMs > 0) this.#lookAfter(leftMs);
      else {
        afterReading(() => {
          const sinceMs = sinceBeatMs();
          const stillLeftMs = limitMs() - sinceMs;
          if (stillLeftMs > 0) this.#lookAfter(stillLeftMs);
          else this.#stuck(`its event loop has not come round for ${Math.round(sinceMs)} ms`);
        });
      }
    });
  }

  #stuck(said: string): void {
    if (this.#isOver) return;
    this.stop();
    this.#options.onStuck(said);
  }
}
