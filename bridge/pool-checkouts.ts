// Workers that callers have to themselves: who waits for one, which one it will be, and how it comes back.
// Knows nothing of calls: how they are made is its pool's business.
import type { Clock } from "../runtime/base/index.ts";
import { callLate, SESSION } from "./errors.ts";
import { LeaseQueue, type LeaseQueueOptions } from "./lease-queue.ts";
import type { PoolCalls } from "./pool-calls.ts";
import type { PoolCallOptions } from "./pool-options.ts";
import { PoolSession, type SessionOptions } from "./pool-session.ts";
import type { PoolSlot } from "./pool-slot.ts";
import type { PoolWorkers } from "./pool-workers.ts";

/** What they are made of. */
export interface PoolCheckoutsParts {
  readonly queue: LeaseQueueOptions;
  readonly clock: Clock;
  readonly workers: PoolWorkers;
  /** Gives out what can be given: somebody waits. */
  readonly serve: () => void;
  readonly calls: PoolCalls;
  /** Gives a call that has no deadline the pool's. */
  readonly bounded: <Options extends PoolCallOptions>(options: Options) => Options;
  /** Drops a session's state in its worker. */
  readonly forget: (slot: PoolSlot, sessionId: string) => void;
}

/** The sessions of one pool. */
export class PoolCheckouts {
  readonly #parts: PoolCheckoutsParts;
  readonly #waiting: LeaseQueue<PoolSlot>;

  constructor(parts: PoolCheckoutsParts) {
    this.#parts = parts;
    this.#waiting = new LeaseQueue(parts.queue);
  }

  /** How many wait for a worker. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits for a worker, and makes a session of it; says when that is over. */
  async open(options: SessionOptions, deadlineAt: number, over: () => void): Promise<PoolSession> {
    const { clock, serve, calls, bounded } = this.#parts;
    if (deadlineAt <= clock.now()) throw callLate(SESSION);
    const waiting = this.#waiting.wait(SESSION, deadlineAt, options.signal);
    serve();
    const slot = await waiting;
    slot.session = new PoolSession({
      ...options,
      clock,
      worker: slot.worker.worker,
      run: (handler, input, call) => calls.run(slot, { handler, input, options: bounded(call), queuedMs: 0 }),
      stream: (handler, input, call) => calls.stream(slot, { handler, input, options: bounded(call), queuedMs: 0 }),
      giveBack: (sessionId) => {
        over();
        this.#giveBack(slot, sessionId);
      },
    });
    return slot.session;
  }

  /** Fails everybody who waits now. */
  fail(error: unknown): void {
    this.#waiting.fail(error);
  }

  /** A worker for whoever waits: one that is idle, or the least busy, which gets nothing more until then. */
  reserve(): void {
    const { workers } = this.#parts;
    while (this.#waiting.size > 0) {
      const idle = [...workers].find(
        (slot) => slot.running === 0 && (slot.status === "open" || slot.status === "reserved"),
      );
      if (idle === undefined) break;
      idle.status = "taken";
      this.#waiting.give(idle);
    }
    if (this.#waiting.size === 0) {
      for (const slot of workers) if (slot.status === "reserved" && slot.running === 0) slot.status = "open";
    }
    let reserved = [...workers].filter(({ status }) => status === "reserved").length;
    for (; reserved < this.#waiting.size; reserved++) {
      const busy = workers.leastBusy();
      // Another is started instead, where that does not fail.
      if (busy === undefined || (workers.mayAdd && workers.starts === "sound")) break;
      busy.status = "reserved";
    }
  }

  /** The session is over: what it left in the worker is dropped, and the worker is everybody's once its last call has ended. */
  #giveBack(slot: PoolSlot, sessionId: string): void {
    slot.session = undefined;
    if (!this.#parts.workers.has(slot)) return;
    slot.status = "reserved";
    this.#parts.forget(slot, sessionId);
  }
}
