// One worker's place in its pool: how busy it is, and how worn.
// Decides nothing by itself.
import type { Clock } from "../runtime/base/index.ts";
import type { PooledWorker, WorkerPoolOptions } from "./pool-options.ts";
import type { PoolSession } from "./pool-session.ts";

/** A worker in a pool. */
export class PoolSlot {
  readonly worker: PooledWorker;
  /** `retiring` workers finish what they have and get nothing more; `reserved` ones are then a session's. */
  status: "open" | "retiring" | "reserved" | "taken" = "open";
  /** Whose it is while it is taken. */
  session: PoolSession | undefined;
  running = 0;
  /** Calls that it has finished. */
  calls = 0;
  rssBytes = 0;
  readonly #clock: Clock;
  readonly #bornMs: number;

  constructor(worker: PooledWorker, clock: Clock) {
    this.worker = worker;
    this.#clock = clock;
    this.#bornMs = clock.now();
  }

  /** Milliseconds since it was ready. */
  get ageMs(): number {
    return this.#clock.now() - this.#bornMs;
  }

  /** Whether it is to be replaced. */
  isWorn({ recycle }: Pick<WorkerPoolOptions, "recycle">): boolean {
    const {
      calls = Number.POSITIVE_INFINITY,
      ageMs = Number.POSITIVE_INFINITY,
      rssBytes = Number.POSITIVE_INFINITY,
    } = recycle ?? {};
    return this.calls >= calls || this.ageMs >= ageMs || this.rssBytes >= rssBytes;
  }
}
