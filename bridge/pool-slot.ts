// One worker's place in its pool: how busy it is, and how worn.
// Decides nothing by itself.
import type { Clock } from "../runtime/base/index.ts";
import { keyTimeout } from "./errors.ts";
import { LeaseQueue } from "./lease-queue.ts";
import type { PooledWorker, WorkerPoolOptions } from "./pool-options.ts";
import type { PoolSession } from "./pool-session.ts";

/** A worker in a pool. */
export class PoolSlot {
  readonly worker: PooledWorker;
  /** `retiring` workers finish what they have and get nothing more; `reserved` ones are then a session's. */
  status: "open" | "retiring" | "reserved" | "taken" = "open";
  /** Whose it is while it is taken. */
  session: PoolSession | undefined;
  /** Those who wait for this worker and no other. */
  readonly waiting: LeaseQueue<PoolSlot>;
  /** Keys whose state it holds. */
  bound = 0;
  running = 0;
  /** Calls that it has finished. */
  calls = 0;
  rssBytes = 0;
  readonly #clock: Clock;
  readonly #callsAtOnce: number;
  readonly #recycle: WorkerPoolOptions["recycle"];
  readonly #bornMs: number;

  constructor(worker: PooledWorker, options: WorkerPoolOptions) {
    const { clock, poolName, maxQueued = 1000, callsPerWorker = 32, recycle } = options;
    this.worker = worker;
    const late = (handler: string, waitedMs: number) => keyTimeout(handler, waitedMs, poolName, worker.worker);
    this.waiting = new LeaseQueue({ clock, poolName, maxQueued, late });
    this.#clock = clock;
    this.#callsAtOnce = callsPerWorker;
    this.#recycle = recycle;
    this.#bornMs = clock.now();
  }

  /** Milliseconds since it was ready. */
  get ageMs(): number {
    return this.#clock.now() - this.#bornMs;
  }

  /** Whether it takes one call more. */
  get hasRoom(): boolean {
    return this.status === "open" && this.running < this.#callsAtOnce;
  }

  /** Whether it is to be replaced. */
  get isWorn(): boolean {
    const never = Number.POSITIVE_INFINITY;
    const { calls = never, ageMs = never, rssBytes = never } = this.#recycle ?? {};
    return this.calls >= calls || this.ageMs >= ageMs || this.rssBytes >= rssBytes;
  }
}
