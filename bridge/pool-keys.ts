// Takes a worker for a call of a key: the one that the key has, or one that is found for it.
// Knows nothing of how calls are made; who has which worker, `pool-affinity.ts` knows.
import { workerBusy } from "./errors.ts";
import type { PoolAffinity } from "./pool-affinity.ts";
import type { AffinityOptions, PoolCallOptions } from "./pool-options.ts";
import type { PoolSlot } from "./pool-slot.ts";
import type { PoolWorkers } from "./pool-workers.ts";

/** What it is made of. */
export interface PoolKeysParts {
  readonly poolName: string;
  readonly affinity: PoolAffinity;
  readonly workers: PoolWorkers;
  /** Any worker with room, counted as taken. Rejects once the pool is closed. */
  readonly lease: (handler: string, options: PoolCallOptions) => Promise<PoolSlot>;
  /** Whether calls wait for any worker at all. */
  readonly isFull: () => boolean;
}

/** The keys of one pool, as its calls need them. */
export class PoolKeys {
  readonly #parts: PoolKeysParts;

  constructor(parts: PoolKeysParts) {
    this.#parts = parts;
  }

  /** The worker of a key, counted as taken; the key is in use until that is released. */
  async take(key: AffinityOptions, handler: string, options: PoolCallOptions): Promise<PoolSlot> {
    const { affinity } = this.#parts;
    affinity.begun(key);
    try {
      return await this.#find(key, handler, options);
    } catch (error) {
      affinity.ended(key);
      throw error;
    }
  }

  /** The worker that a key has; its first call finds one. */
  async #find(key: AffinityOptions, handler: string, options: PoolCallOptions): Promise<PoolSlot> {
    const { affinity, isFull, lease, poolName, workers } = this.#parts;
    for (;;) {
      const own = affinity.placeOf(key);
      if (own !== undefined && !workers.has(own)) {
        // 1. A worker is leased. 2. It is lost. 3. It becomes the key's. Nobody else would say that it is gone.
        affinity.lost(own, "it was lost");
        continue;
      }
      if (own === undefined) {
        // While calls wait for any worker at all, there is no room for this one either, whichever the key's will be.
        if (key.mode === "strict-fail-fast" && affinity.isFinding(key) && isFull()) throw workerBusy(poolName, key.key);
        const found = await affinity.bind(key, handler, options, () => lease(handler, options));
        if (found === "another's turn") continue;
        return found;
      }
      if (own.hasRoom && own.waiting.size === 0) {
        own.running += 1;
        return own;
      }
      if (key.mode === "strict-queue") return own.waiting.wait(handler, options.deadlineAt, options.signal);
      if (key.mode === "strict-fail-fast") throw workerBusy(poolName, key.key, own.worker.worker);
      const other = await lease(handler, options);
      affinity.rebind(key, other);
      return other;
    }
  }
}
