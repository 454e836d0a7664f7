// Whether a worker still answers: pings at an interval, and a verdict after so many that it missed.
// Knows nothing of streams or processes.
import type { Clock, Timer } from "../runtime/base/index.ts";

/** How often a worker is asked whether it lives. */
export interface HeartbeatOptions {
  /** Milliseconds between pings. Default 2000. */
  readonly intervalMs?: number;
  /** Pings in a row without an answer until it counts as hung. Default 5: a machine under load is slow, not dead. */
  readonly misses?: number;
}

/** What a heartbeat is made of. */
export interface HeartbeatParts extends HeartbeatOptions {
  readonly clock: Clock;
  readonly ping: (number: number) => void;
  readonly hung: (silentMs: number) => void;
}

/** The pulse of one worker. */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #timer: Timer | undefined;
  #sent = 0;
  #answered = 0;
  #answeredAt: number;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
    this.#answeredAt = parts.clock.now();
  }

  /** Begins. */
  start(): void {
    this.#answeredAt = this.#parts.clock.now();
    this.#beat();
  }

  /** An answer to a ping. Older answers, and such to pings never sent, say nothing. */
  pong(number: number): void {
    if (number <= this.#answered || number > this.#sent) return;
    this.#answered = number;
    this.#answeredAt = this.#parts.clock.now();
  }

  /** Ends. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #beat(): void {
    const { clock, intervalMs = 2000, misses = 5, ping, hung } = this.#parts;
    if (this.#sent - this.#answered >= misses) {
      hung(clock.now() - this.#answeredAt);
      return;
    }
    ping(++this.#sent);
    this.#timer = clock.setTimer(intervalMs, () => this.#beat());
  }
}
