// A named pool of workers: starts them as calls come, gives each call the least busy one, replaces those that are lost or worn.
// Knows nothing of processes: how a worker is started is brought to it.
import { type BaseError, errorCode, isBaseError } from "../runtime/base/index.ts";
import { callTimeout, poolClosed } from "./errors.ts";
import { LeaseQueue } from "./lease-queue.ts";
import type { PoolCallOptions, PoolStatus, WorkerPoolOptions } from "./pool-options.ts";
import { PoolReporter } from "./pool-reporter.ts";
import { PoolSession, type SessionOptions } from "./pool-session.ts";
import { PoolSlot } from "./pool-slot.ts";

/** How often a repeatable call is made at most. */
const MOST_ATTEMPTS = 3;
const LOST = new Set(["BRIDGE_WORKER_LOST", "BRIDGE_FRAME_INVALID"]);
/** What a worker may still take to end once it has been drained. */
const DRAIN_MS = 30_000;

/** A pool of workers. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #size: number;
  readonly #perWorker: number;
  readonly #slots = new Set<PoolSlot>();
  readonly #reporter: PoolReporter;
  readonly #queue: LeaseQueue<PoolSlot>;
  /** Those who wait for a worker to themselves. */
  readonly #sessions: LeaseQueue<PoolSlot>;
  #starting = 0;
  #closed: BaseError | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#reporter = new PoolReporter(options.poolName, options.events);
    this.#size = options.size ?? 2;
    this.#perWorker = options.callsPerWorker ?? 32;
    const queue = { clock: options.clock, poolName: options.poolName, maxQueued: options.maxQueued ?? 1000 };
    this.#queue = new LeaseQueue(queue);
    this.#sessions = new LeaseQueue(queue);
  }

  /** How it is doing now. */
  get status(): PoolStatus {
    let running = 0;
    for (const slot of this.#slots) running += slot.running;
    return { workers: this.#slots.size, starting: this.#starting, running, queued: this.#queue.size };
  }

  /** The names that its workers have registered; undefined while none is ready. */
  get handlerNames(): readonly string[] | undefined {
    const [slot] = this.#slots;
    return slot?.worker.ready.handlers.map(({ name }) => name);
  }

  /**
   * Calls a handler on one of its workers and answers its result.
   *
   * One deadline holds for waiting and working. Rejects with BRIDGE_QUEUE_FULL, BRIDGE_CALL_TIMEOUT, BRIDGE_WORKER_START_FAILED, BRIDGE_WORKER_LOST,
   * BRIDGE_PYTHON_ERROR and what else the worker says.
   */
  async run(handler: string, input: unknown, options: PoolCallOptions = {}): Promise<unknown> {
    const bounded = this.#bounded(options);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(handler, input, bounded);
      } catch (error) {
        const mayRepeat =
          options.repeatable === true && attempt < MOST_ATTEMPTS && isBaseError(error) && LOST.has(error.code);
        if (!mayRepeat || this.#closed !== undefined) throw error;
      }
    }
  }

  /** Starts a worker if there is none, and answers once one is ready: what would fail later fails now. */
  async warm(options: PoolCallOptions = {}): Promise<void> {
    const slot = await this.#lease("(warm-up)", this.#bounded(options));
    this.#release(slot);
  }

  /**
   * Gives one worker to one caller, with state of its own from call to call, until the session is closed, its owner's signal aborts, or nobody has called
   * it for a while. Waits for a worker that has nothing else to do.
   */
  async checkout(options: SessionOptions = {}): Promise<PoolSession> {
    const { clock, timeoutMs = 300_000 } = this.#options;
    if (this.#closed !== undefined) throw this.#closed;
    const waiting = this.#sessions.wait("(session)", options.deadlineAt ?? clock.now() + timeoutMs, options.signal);
    this.#serve();
    const slot = await waiting;
    slot.session = new PoolSession({
      ...options,
      clock,
      worker: slot.worker.worker,
      run: (handler, input, call) => this.#onSlot(slot, handler, input, this.#bounded(call), 0),
      giveBack: (sessionId) => this.#giveBack(slot, sessionId),
    });
    return slot.session;
  }

  /** Ends all workers at once; calls under way and waiting fail. */
  async close(): Promise<void> {
    this.#closed ??= poolClosed(this.#options.poolName);
    this.#queue.fail(this.#closed);
    this.#sessions.fail(this.#closed);
    const slots = [...this.#slots];
    for (const slot of slots) slot.session?.lost("its pool was closed");
    await Promise.all(slots.map((slot) => slot.worker.kill("its pool was closed")));
    await this.#options.release?.();
  }

  async #attempt(handler: string, input: unknown, options: PoolCallOptions): Promise<unknown> {
    const { clock } = this.#options;
    const askedMs = clock.now();
    const slot = await this.#lease(handler, options);
    return this.#onSlot(slot, handler, input, options, clock.now() - askedMs);
  }

  /** Makes a call of a worker that is counted as taken already where it is not a session's. */
  async #onSlot(
    slot: PoolSlot,
    handler: string,
    input: unknown,
    options: PoolCallOptions,
    queuedMs: number,
  ): Promise<unknown> {
    const { clock } = this.#options;
    if (slot.status === "taken") slot.running += 1;
    const startedMs = clock.now();
    const about = { pool: this.#options.poolName, worker: slot.worker.worker, handler };
    this.#reporter.emit("bridge.call.started", { queuedMs }, about);
    try {
      const result = await this.#startOn(slot, handler, input, this.#reporter.heard(about, options));
      this.#reporter.emit("bridge.call.stopped", { durationMs: clock.now() - startedMs }, about);
      return result;
    } catch (error) {
      this.#reporter.emit(
        "bridge.call.failed",
        { durationMs: clock.now() - startedMs },
        { ...about, code: errorCode(error) },
      );
      throw error;
    }
  }

  /** The worker is free again once it works on the call no more, which may be later than the caller knows the result. */
  #startOn(slot: PoolSlot, handler: string, input: unknown, options: PoolCallOptions): Promise<unknown> {
    try {
      const call = slot.worker.connection.start(handler, input, options);
      void call.done.then(() => this.#release(slot));
      return call.result;
    } catch (error) {
      this.#release(slot);
      return Promise.reject(error);
    }
  }

  #bounded(options: PoolCallOptions): PoolCallOptions {
    if (options.deadlineAt !== undefined) return options;
    return { ...options, deadlineAt: this.#options.clock.now() + (this.#options.timeoutMs ?? 300_000) };
  }

  /** A worker with room for one more call; counted as taken. */
  async #lease(handler: string, { deadlineAt, signal }: PoolCallOptions): Promise<PoolSlot> {
    if (this.#closed !== undefined) throw this.#closed;
    if (deadlineAt !== undefined && deadlineAt <= this.#options.clock.now()) throw callTimeout(handler, 0);
    const free = this.#queue.size === 0 ? this.#leastBusy() : undefined;
    if (free !== undefined) {
      free.running += 1;
      this.#grow();
      return free;
    }
    const waiting = this.#queue.wait(handler, deadlineAt, signal);
    this.#grow();
    return waiting;
  }

  #leastBusy(): PoolSlot | undefined {
    let best: PoolSlot | undefined;
    for (const slot of this.#slots) {
      if (
        slot.status === "open" &&
        slot.running < this.#perWorker &&
        slot.running < (best?.running ?? Number.POSITIVE_INFINITY)
      )
        best = slot;
    }
    return best;
  }

  #release(slot: PoolSlot): void {
    slot.running -= 1;
    slot.calls += 1;
    if (slot.status !== "taken" && slot.isWorn(this.#options)) slot.status = "retiring";
    if (slot.status === "retiring" && slot.running === 0) this.#retire(slot);
    this.#serve();
  }

  /** The session is over: what it left in the worker is dropped, and the worker is everybody's once its last call has ended. */
  #giveBack(slot: PoolSlot, sessionId: string): void {
    slot.session = undefined;
    if (!this.#slots.has(slot)) return;
    slot.status = "reserved";
    slot.running += 1;
    void this.#startOn(slot, "dspex.end-session", { session: sessionId }, {}).catch(() => {});
  }

  /** A worker for whoever waits for one to himself: one that is idle, or the least busy, which gets nothing more until then. */
  #reserve(): void {
    while (this.#sessions.size > 0) {
      const idle = [...this.#slots].find(
        (slot) => slot.running === 0 && (slot.status === "open" || slot.status === "reserved"),
      );
      if (idle === undefined) break;
      idle.status = "taken";
      this.#sessions.give(idle);
    }
    if (this.#sessions.size === 0) {
      for (const slot of this.#slots) if (slot.status === "reserved" && slot.running === 0) slot.status = "open";
    }
    let reserved = [...this.#slots].filter(({ status }) => status === "reserved").length;
    for (; reserved < this.#sessions.size; reserved++) {
      const busy = this.#leastBusy();
      if (busy === undefined || this.#slots.size + this.#starting < this.#size) break;
      busy.status = "reserved";
    }
  }

  /** Gives workers with room to those who wait longest. */
  #serve(): void {
    this.#reserve();
    while (this.#queue.size > 0) {
      const free = this.#leastBusy();
      if (free === undefined) break;
      free.running += 1;
      this.#queue.give(free);
    }
    this.#grow();
  }

  /** Starts workers while calls wait that those there, and those on their way, have no room for; a busy pool uses all it may. */
  #grow(): void {
    if (this.#closed !== undefined) return;
    const open = [...this.#slots].filter((slot) => slot.status === "open");
    const busy = open.every((slot) => slot.running > 1);
    const wanted = this.#queue.size > this.#starting * this.#perWorker || (busy && this.#starting === 0);
    const alone = this.#sessions.size > this.#starting;
    if (!(wanted || alone) || this.#slots.size + this.#starting >= this.#size) return;
    void this.#startWorker();
  }

  async #startWorker(): Promise<void> {
    const { clock, start, poolName } = this.#options;
    this.#starting += 1;
    const startedMs = clock.now();
    let slot: PoolSlot | undefined;
    try {
      const worker = await start({
        onLost: (error) => slot !== undefined && this.#lost(slot, error),
        onLog: (log) => this.#reporter.logged(slot?.worker.worker ?? "", "", log),
        onPulse: ({ rssBytes }) => {
          if (slot !== undefined) slot.rssBytes = rssBytes;
        },
      });
      this.#starting -= 1;
      if (this.#closed !== undefined) {
        await worker.kill("its pool was closed");
        return;
      }
      slot = new PoolSlot(worker, clock);
      this.#slots.add(slot);
      const about = { pool: poolName, worker: worker.worker, pid: worker.ready.pid };
      this.#reporter.emit("bridge.worker.started", { durationMs: clock.now() - startedMs }, about);
      this.#serve();
    } catch (error) {
      this.#starting -= 1;
      // Nobody else will serve them: what is wrong with the one is wrong with the next.
      if (this.#slots.size > 0 || this.#starting > 0) return;
      this.#queue.fail(error);
      this.#sessions.fail(error);
    }
  }

  #lost(slot: PoolSlot, error: BaseError): void {
    if (!this.#slots.delete(slot)) return;
    const reason = String(error.details["reason"] ?? error.message);
    const about = { pool: this.#options.poolName, worker: slot.worker.worker, code: error.code, reason };
    this.#reporter.emit("bridge.worker.failed", { calls: slot.calls, uptimeMs: slot.ageMs }, about);
    slot.session?.lost(reason);
    this.#serve();
  }

  #retire(slot: PoolSlot): void {
    this.#slots.delete(slot);
    const about = { pool: this.#options.poolName, worker: slot.worker.worker, reason: "worn" };
    this.#reporter.emit("bridge.worker.stopped", { calls: slot.calls, uptimeMs: slot.ageMs }, about);
    // Nothing is under way there any more; how it ends concerns nobody.
    slot.worker.drain(DRAIN_MS).catch(() => {});
  }
}
