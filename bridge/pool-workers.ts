// The workers of one pool: started, kept ready beyond need, replaced, ended.
// Knows nothing of calls and of who waits; its pool is told when a worker is there, and when one is not.
import { type BaseError, errorCode, isBaseError, type Timer, thrownText } from "../runtime/base/index.ts";
import { dspyNotice } from "./dspy-version.ts";
import { poolClosed } from "./errors.ts";
import type { WorkerPoolOptions } from "./pool-options.ts";
import type { PoolReporter } from "./pool-reporter.ts";
import { PoolSlot } from "./pool-slot.ts";

/** What a worker may still take to end once it has been drained. */
const DRAIN_MS = 30_000;
const CLOSED = "its pool was closed";
/** As a supervisor's restarts: so many starts may fail in a row before those are told who wait for nothing else. */
const MOST_FAILED_STARTS = 3;
/** The rest after a failed start, four times as long after each further one, up to the most. */
const REST_MS = 250;
const MOST_REST_MS = 30_000;

/** What they are made of. */
export interface PoolWorkersParts {
  readonly options: WorkerPoolOptions;
  readonly reporter: PoolReporter;
  /** One more is in its place. */
  readonly added: () => void;
  /** One is gone, and what it did with it. */
  readonly lost: (slot: PoolSlot, reason: string) => void;
  /** None came up: none is there or on its way, or it has been tried often enough. */
  readonly failed: (error: unknown) => void;
  /** The rest after a failed start is over. */
  readonly rested: () => void;
  /** One said how much memory it takes. */
  readonly pulsed: (slot: PoolSlot) => void;
}

/** A worker on its way, and what it is to be. */
interface Starting {
  purpose: "place" | "spare";
  readonly controller: AbortController;
  /** Resolves when it has come to something. */
  readonly done: Promise<void>;
}

/** The workers of a pool. */
export class PoolWorkers {
  readonly #parts: PoolWorkersParts;
  readonly #slots = new Set<PoolSlot>();
  readonly #spares = new Set<PoolSlot>();
  readonly #starting = new Set<Starting>();
  /** Those that have no place any more and have not ended yet. */
  readonly #ending = new Set<PoolSlot>();
  #status: "open" | "closed" = "open";
  /** Starts that failed since the last one that did not. */
  #failedStarts = 0;
  #rest: Timer | undefined;

  constructor(parts: PoolWorkersParts) {
    this.#parts = parts;
  }

  /** Those in their places, spares not counted. */
  get size(): number {
    return this.#slots.size;
  }

  /** Those on their way to a place. */
  get starting(): number {
    return this.#onTheWay("place").length;
  }

  /** Those that are ready and have no place. */
  get spares(): number {
    return this.#spares.size;
  }

  [Symbol.iterator](): IterableIterator<PoolSlot> {
    return this.#slots.values();
  }

  /**
   * Whether one more may be started or take its place.
   *
   * A worn one that finishes its work keeps no place from the next; no more of them than there are places, so that memory stays bounded.
   */
  get mayAdd(): boolean {
    const { size = 2 } = this.#parts.options;
    const all = this.#slots.size + this.starting;
    const retiring = [...this.#slots].filter(({ status }) => status === "retiring").length;
    return all - retiring < size && all < 2 * size;
  }

  /** Whether a start has failed lately: then another waits a while, or, after too many, for one who wants nothing else. */
  get starts(): "sound" | "resting" | "given up" {
    if (this.#rest === undefined) return "sound";
    return this.#failedStarts < MOST_FAILED_STARTS ? "resting" : "given up";
  }

  /** Whether it is in its place still. */
  has(slot: PoolSlot): boolean {
    return this.#slots.has(slot);
  }

  /** The one with room that has least to do; of two that are as busy, the one that takes less memory. */
  leastBusy(): PoolSlot | undefined {
    let best: PoolSlot | undefined;
    for (const slot of this.#slots) {
      if (!slot.hasRoom) continue;
      const isBetter =
        best === undefined ||
        slot.running < best.running ||
        (slot.running === best.running && slot.rssBytes < best.rssBytes);
      if (isBetter) best = slot;
    }
    return best;
  }

  /** Puts one more in its place: a spare at once, else one that is started. */
  add(): void {
    const [spare] = this.#spares;
    const [coming] = this.#onTheWay("spare");
    if (spare !== undefined) {
      this.#spares.delete(spare);
      this.#place(spare);
    } else if (coming !== undefined) coming.purpose = "place";
    else this.#begin("place");
  }

  /** Takes one out of its place, and ends it: nothing is under way there any more. */
  retire(slot: PoolSlot): void {
    this.#slots.delete(slot);
    const about = { pool: this.#parts.options.poolName, worker: slot.worker.worker, reason: "worn" };
    this.#parts.reporter.emit("bridge.worker.stopped", { calls: slot.calls, uptimeMs: slot.ageMs }, about);
    this.#ending.add(slot);
    // How it ends concerns nobody.
    const ended = slot.worker.drain(DRAIN_MS).catch(() => {});
    void ended.then(() => this.#ending.delete(slot));
  }

  /** Ends all at once, those on their way and those that are ending too. */
  async close(): Promise<void> {
    this.#status = "closed";
    this.#rest?.cancel();
    const starting = [...this.#starting];
    for (const { controller } of starting) controller.abort(poolClosed(this.#parts.options.poolName));
    const there = [...this.#slots, ...this.#spares, ...this.#ending];
    await Promise.all([...there.map((slot) => slot.worker.kill(CLOSED)), ...starting.map(({ done }) => done)]);
    await this.#parts.options.release?.();
  }

  #begin(purpose: Starting["purpose"]): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const starting: Starting = { purpose, controller: new AbortController(), done: promise };
    this.#starting.add(starting);
    void this.#start(starting).then(resolve);
  }

  #onTheWay(purpose: Starting["purpose"]): readonly Starting[] {
    return [...this.#starting].filter((starting) => starting.purpose === purpose);
  }

  #place(slot: PoolSlot): void {
    this.#slots.add(slot);
    this.#parts.added();
    this.#refill();
  }

  /** After a place was taken, not after a spare was lost: one that cannot live would be started for ever. */
  #refill(): void {
    const { spares = 0 } = this.#parts.options;
    while (this.#status === "open" && this.#spares.size + this.#onTheWay("spare").length < spares) {
      this.#begin("spare");
    }
  }

  async #start(starting: Starting): Promise<void> {
    const { options, reporter, pulsed } = this.#parts;
    const { clock, start, poolName } = options;
    const startedMs = clock.now();
    let slot: PoolSlot | undefined;
    try {
      const worker = await start({
        signal: starting.controller.signal,
        onLost: (error) => slot !== undefined && this.#lost(slot, error),
        onLog: (log) => reporter.logged(slot?.worker.worker ?? "", "", log),
        onPulse: ({ rssBytes }) => {
          if (slot === undefined) return;
          slot.rssBytes = rssBytes;
          pulsed(slot);
        },
      });
      this.#starting.delete(starting);
      if (this.#status === "closed") {
        await worker.kill(CLOSED);
        return;
      }
      this.#failedStarts = 0;
      slot = new PoolSlot(worker, options);
      const about = { pool: poolName, worker: worker.worker, pid: worker.ready.pid };
      reporter.emit("bridge.worker.started", { durationMs: clock.now() - startedMs }, about);
      const notice = dspyNotice(worker.ready.dspyVersion);
      if (notice !== undefined) {
        const said = { source: "warning", level: "WARNING", logger: "dspex", text: notice, droppedBytes: 0 } as const;
        reporter.logged(worker.worker, "", said);
      }
      if (starting.purpose === "spare") this.#spares.add(slot);
      else this.#place(slot);
    } catch (error) {
      this.#starting.delete(starting);
      if (this.#status === "closed") return;
      this.#tell(error);
      if (starting.purpose === "place") this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    // Nobody else will serve those who wait: what is wrong with the one is wrong with the next.
    if (this.#slots.size === 0) {
      if (this.starting === 0) this.#parts.failed(error);
      return;
    }
    this.#failedStarts += 1;
    const restMs = Math.min(REST_MS * 4 ** (this.#failedStarts - 1), MOST_REST_MS);
    this.#rest?.cancel();
    this.#rest = this.#parts.options.clock.setTimer(restMs, () => {
      this.#rest = undefined;
      this.#parts.rested();
    });
    if (this.#failedStarts >= MOST_FAILED_STARTS) this.#parts.failed(error);
  }

  #tell(error: unknown): void {
    const { options, reporter } = this.#parts;
    const { worker, reason } = isBaseError(error) ? error.details : {};
    const about = { pool: options.poolName, worker: String(worker ?? ""), code: errorCode(error) };
    const said = String(reason ?? thrownText(error));
    reporter.emit("bridge.worker.failed", { calls: 0, uptimeMs: 0 }, { ...about, reason: said });
  }

  #lost(slot: PoolSlot, error: BaseError): void {
    if (!this.#slots.delete(slot) && !this.#spares.delete(slot)) return;
    const reason = String(error.details["reason"] ?? error.message);
    const about = { pool: this.#parts.options.poolName, worker: slot.worker.worker, code: error.code, reason };
    this.#parts.reporter.emit("bridge.worker.failed", { calls: slot.calls, uptimeMs: slot.ageMs }, about);
    this.#parts.lost(slot, reason);
  }
}
