// Those who wait for a worker, in the order in which they came, each until its own deadline.
// Knows nothing of workers: what is waited for is given by its owner.
import type { Clock, Timer } from "../runtime/base/index.ts";
import { callCancelled, callLate, queueFull } from "./errors.ts";

interface Waiting<Lease> {
  readonly resolve: (lease: Lease) => void;
  readonly reject: (error: unknown) => void;
}

/** What a queue is made with. */
export interface LeaseQueueOptions {
  readonly clock: Clock;
  readonly poolName: string;
  readonly maxQueued: number;
  /** The error of one whose time is up. */
  readonly late: (handler: string, waitedMs: number) => Error;
}

/** A bounded queue. */
export class LeaseQueue<Lease> {
  readonly #options: LeaseQueueOptions;
  readonly #waiting = new Set<Waiting<Lease>>();

  constructor(options: LeaseQueueOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Waits for a turn. Rejects with BRIDGE_QUEUE_FULL, BRIDGE_CALL_TIMEOUT, BRIDGE_CALL_CANCELLED. */
  wait(handler: string, deadlineAt: number | undefined, signal: AbortSignal | undefined): Promise<Lease> {
    const { clock, poolName, maxQueued, late } = this.#options;
    if (signal?.aborted === true) return Promise.reject(callCancelled(handler, signal.reason));
    const leftMs = (deadlineAt ?? Number.POSITIVE_INFINITY) - clock.now();
    if (leftMs <= 0) return Promise.reject(callLate(handler));
    if (this.#waiting.size >= maxQueued) return Promise.reject(queueFull(poolName, maxQueued));
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      const leave = (): void => {
        this.#waiting.delete(waiting);
        timer?.cancel();
        signal?.removeEventListener("abort", onAbort);
      };
      const waiting: Waiting<Lease> = {
        resolve: (lease) => {
          leave();
          resolve(lease);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = (): void => waiting.reject(callCancelled(handler, signal?.reason));
      // Listens first: where that throws, nobody is left waiting whom no turn could be given.
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiting);
      if (deadlineAt === undefined) return;
      // Somebody awaits this call: the process must not end before it has been told that the time is up.
      timer = clock.setTimer(leftMs, () => waiting.reject(late(handler, leftMs)), { holdsProcess: true });
    });
  }

  /** Gives a lease to whoever waits longest. */
  give(lease: Lease): void {
    const [first] = this.#waiting;
    first?.resolve(lease);
  }

  /** Fails everybody who waits now. */
  fail(error: unknown): void {
    for (const waiting of [...this.#waiting]) waiting.reject(error);
  }
}
