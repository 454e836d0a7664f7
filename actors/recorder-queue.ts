// The recorder's inside: collects what is handed in while a batch is being written, and owns the retries of the store.
// Knows nothing of actors; whoever hands something in is answered through a waiter.
import { BaseError, type Clock, errorCode } from "../runtime/base/index.ts";
import type { Durability, Payload, ResultStore, StoreBatch, StoreRecord } from "../stores/index.ts";

/** Who waits for a batch to be written. */
export interface RecordWaiter {
  reply(value: undefined): void;
  fail(error: unknown): void;
}

/** Bounds of a recorder; each has a default that suits one process on one disk. */
export interface RecorderLimits {
  /** Records and payloads in one batch. Default 1,024. A single request above it is written as one batch all the same. */
  readonly maxBatchEntries?: number;
  /** Size of one batch, estimated. Default 4 MiB. As above for a single request. */
  readonly maxBatchBytes?: number;
  /** Requests that may wait. Beyond it a caller is refused at once. Default 10,000. */
  readonly maxWaiting?: number;
  /** Milliseconds that a store may stay away before those who wait are refused. Default 30,000. */
  readonly patienceMs?: number;
  /** Milliseconds until the first retry; doubles with each. Default 50. */
  readonly retryMs?: number;
  /** The longest pause between two tries. Default 2,000. */
  readonly maxRetryMs?: number;
}

/** What the queue tells while it works. */
export interface RecorderEars {
  /** Records that travel with the next batch if there is room, and whose loss is borne. */
  takeAlong(room: number): readonly StoreRecord[];
  /** Those taken along were not written, and never will be. */
  lost(records: readonly StoreRecord[]): void;
  /** The store is away; tried again in a moment. */
  delayed(attempt: number, retryInMs: number, waiting: number, code: string): void;
}

/** When a caller is answered. `before-write` is wrong on purpose: it lets the proof that nothing is lost fail. Tests only. */
export type Acknowledge = "after-write" | "before-write";

/** What a queue needs. */
export interface RecorderQueueOptions {
  readonly store: ResultStore;
  readonly clock: Clock;
  readonly durability: Durability;
  readonly limits: RecorderLimits;
  readonly ears: RecorderEars;
  readonly acknowledge: Acknowledge;
  /** Ends the queue: nothing further is tried or written. A recorder that was killed must not write beside its successor. */
  readonly signal: AbortSignal;
  /** Asked when there is something to write: `write` is to be called once what has been handed in by now has been pushed. */
  readonly schedule: () => void;
}

interface Request {
  readonly batch: StoreBatch;
  readonly entries: number;
  readonly sizeBytes: number;
  readonly waiter: RecordWaiter;
}

/** What a record is taken to weigh: writing it out to weigh it would cost as much as writing it. */
const RECORD_BYTES = 512;
/** Requests in a batch that finds the database idle; half as many are worth a batch beside one. A disk that must be synced is asked as seldom as can be instead. */
const SLICE = 32;
const defaults: Required<RecorderLimits> = {
  maxBatchEntries: 1024,
  maxBatchBytes: 4 * 1024 * 1024,
  maxWaiting: 10_000,
  patienceMs: 30_000,
  retryMs: 50,
  maxRetryMs: 2_000,
};

/** Writes requests in the order they came, as many per batch as have come. */
export class RecorderQueue {
  readonly #options: RecorderQueueOptions;
  readonly #limits: Required<RecorderLimits>;
  readonly #mayOverlap: boolean;
  #requests: Request[] = [];
  /** Batches under way, at most two: one at the database, and one that waits for it, checked and serialized. */
  #underWay = 0;
  #last: Promise<void> | undefined;
  #isAwake = false;

  constructor(options: RecorderQueueOptions) {
    this.#options = options;
    this.#limits = { ...defaults, ...options.limits };
    this.#mayOverlap = options.durability === "process";
  }

  /** Takes a request; its waiter is answered when it is written, or refused with RECORDER_UNAVAILABLE. */
  push(batch: StoreBatch, waiter: RecordWaiter): void {
    if (this.#requests.length >= this.#limits.maxWaiting) {
      waiter.fail(unavailable(`${this.#requests.length} requests are waiting for it already`, undefined));
      return;
    }
    this.#requests.push(weighed(batch, waiter));
    if (this.#options.acknowledge === "before-write") waiter.reply(undefined);
    this.wake();
  }

  /** Asks to be told when to write, unless it has asked already or will write anyway. */
  wake(): void {
    if (this.#isAwake || !this.#mayStart()) return;
    this.#isAwake = true;
    this.#options.schedule();
  }

  /** Starts writing what there is. */
  write(): void {
    this.#isAwake = false;
    while (this.#mayStart() && !this.#options.signal.aborted) {
      const requests = this.#takeRequests();
      let room = this.#limits.maxBatchEntries;
      for (const request of requests) room -= request.entries;
      const along = room > 0 ? this.#options.ears.takeAlong(room) : [];
      if (requests.length === 0 && along.length === 0) return;
      this.#start(requests, along);
    }
  }

  /** Resolves when everything that has been handed in is written or refused. */
  async flush(): Promise<void> {
    this.write();
    while (this.#last !== undefined) {
      await this.#last;
      this.write();
    }
  }

  /** Whether another batch may be begun: the next one while one is being written only if it is worth it. */
  #mayStart(): boolean {
    if (this.#underWay === 0) return true;
    return this.#mayOverlap && this.#underWay === 1 && this.#requests.length >= SLICE / 2;
  }

  #start(requests: readonly Request[], along: readonly StoreRecord[]): void {
    const { signal } = this.#options;
    this.#underWay++;
    const after = this.#last?.then(() => signal.throwIfAborted());
    // A batch that is at fault is refused before it gets to wait.
    after?.catch(() => {});
    const written = this.#writeGroup(requests, along, after).finally(() => {
      this.#underWay--;
      if (this.#last === written) this.#last = undefined;
      this.write();
    });
    this.#last = written;
  }

  #takeRequests(): Request[] {
    let entries = 0;
    let sizeBytes = 0;
    let taken = 0;
    for (const request of this.#requests) {
      entries += request.entries;
      sizeBytes += request.sizeBytes;
      if (taken > 0 && (entries > this.#limits.maxBatchEntries || sizeBytes > this.#limits.maxBatchBytes)) break;
      taken++;
    }
    // The first of many goes at once, and the rest is made ready while the database is at work on it.
    if (this.#underWay === 0 && this.#mayOverlap) taken = Math.min(taken, SLICE);
    const requests = this.#requests;
    if (taken === requests.length) {
      this.#requests = [];
      return requests;
    }
    return requests.splice(0, taken);
  }

  async #writeGroup(requests: readonly Request[], along: readonly StoreRecord[], after?: Promise<void>): Promise<void> {
    const failure = await this.#tryUntilWritten(merge(requests, along), requests.length, after);
    if (failure === undefined) {
      this.#answer(requests);
    } else if (this.#options.signal.aborted) {
      // Nobody waits any more; a successor writes what is asked of it.
      return;
    } else if (!isAway(failure) && requests.length + (along.length > 0 ? 1 : 0) > 1) {
      // One of them is at fault; each is written alone, so that only that one hears of it.
      for (const request of requests) await this.#writeGroup([request], [], after);
      if (along.length > 0) await this.#writeGroup([], along, after);
    } else if (!isAway(failure) && along.length > 1) {
      const half = along.length >> 1;
      await this.#writeGroup([], along.slice(0, half), after);
      await this.#writeGroup([], along.slice(half), after);
    } else {
      this.#refuse(requests, failure);
      if (along.length > 0) this.#options.ears.lost(along);
    }
  }

  /** Tries until the batch is written, is at fault itself, or patience ends. */
  async #tryUntilWritten(batch: StoreBatch, requestCount: number, after?: Promise<void>): Promise<unknown> {
    const { store, clock, durability, ears, signal } = this.#options;
    const startedAt = clock.now();
    for (let attempt = 1; ; attempt++) {
      try {
        await store.write(batch, after === undefined ? { durability } : { durability, after });
        return undefined;
      } catch (error) {
        const leftMs = startedAt + this.#limits.patienceMs - clock.now();
        if (!isAway(error) || leftMs <= 0 || signal.aborted) return error;
        const pauseMs = Math.min(this.#limits.retryMs * 2 ** (attempt - 1), this.#limits.maxRetryMs, leftMs);
        ears.delayed(attempt, pauseMs, requestCount + this.#requests.length, errorCode(error));
        await new Promise<void>((resolve) => clock.setTimer(pauseMs, resolve));
      }
    }
  }

  #answer(requests: readonly Request[]): void {
    if (this.#options.acknowledge === "before-write") return;
    for (const request of requests) request.waiter.reply(undefined);
  }

  #refuse(requests: readonly Request[], failure: unknown): void {
    if (!isAway(failure)) {
      for (const request of requests) request.waiter.fail(failure);
      return;
    }
    // Whoever came meanwhile has waited for the same store: they are refused with the rest and may ask again.
    const waiting = this.#requests;
    this.#requests = [];
    const error = unavailable(`the store has been away for ${this.#limits.patienceMs} ms`, failure);
    for (const request of [...requests, ...waiting]) request.waiter.fail(error);
  }
}

function merge(requests: readonly Request[], along: readonly StoreRecord[]): StoreBatch {
  if (requests.length === 1 && along.length === 0) return requests[0]?.batch ?? {};
  const records: StoreRecord[] = [];
  const payloads: Payload[] = [];
  for (const { batch } of requests) {
    for (const record of batch.records ?? []) records.push(record);
    for (const payload of batch.payloads ?? []) payloads.push(payload);
  }
  for (const record of along) records.push(record);
  return { records, payloads };
}

function weighed(batch: StoreBatch, waiter: RecordWaiter): Request {
  const { records, payloads } = batch;
  let entries = records === undefined ? 0 : records.length;
  let sizeBytes = entries * RECORD_BYTES;
  if (payloads !== undefined) {
    entries += payloads.length;
    for (const payload of payloads) sizeBytes += payload.text.length;
  }
  return { batch, entries, sizeBytes, waiter };
}

/** Whether the store, not the batch, is at fault: its errors say that asking again can succeed. */
function isAway(error: unknown): boolean {
  return error instanceof BaseError && error.retryable;
}

function unavailable(why: string, cause: unknown): BaseError {
  return new BaseError(
    "RECORDER_UNAVAILABLE",
    `The recorder could not write: ${why}. See to the store (space, rights, another process) and ask again.`,
    { ...(cause === undefined ? {} : { cause }), retryable: true, details: { why } },
  );
}
