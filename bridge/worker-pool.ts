// A named pool of workers: gives each call the least busy one or the one that its key has, and starts more as calls come.
// Knows nothing of processes: how a worker is started is brought to it.
import { type BaseError, isBaseError } from "../runtime/base/index.ts";
import type { StartedStream } from "./call-port.ts";
import { callLate, poolClosed, waitTimeout, workerLost } from "./errors.ts";
import { LeaseQueue } from "./lease-queue.ts";
import { PoolAffinity } from "./pool-affinity.ts";
import { PoolCalls } from "./pool-calls.ts";
import { PoolCheckouts } from "./pool-checkouts.ts";
import { PoolHold } from "./pool-hold.ts";
import { PoolKeys } from "./pool-keys.ts";
import type {
  AffinityOptions,
  PoolCallOptions,
  PoolStatus,
  PoolStreamOptions,
  WorkerPoolOptions,
} from "./pool-options.ts";
import { PoolReporter } from "./pool-reporter.ts";
import type { PoolSession, SessionOptions } from "./pool-session.ts";
import type { PoolSlot } from "./pool-slot.ts";
import { PoolWorkers } from "./pool-workers.ts";

/** How often a repeatable call is made at most. */
const MOST_ATTEMPTS = 3;
const LOST = new Set(["BRIDGE_WORKER_LOST", "BRIDGE_FRAME_INVALID"]);

/** A pool of workers. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #perWorker: number;
  readonly #workers: PoolWorkers;
  readonly #affinity: PoolAffinity;
  readonly #keys: PoolKeys;
  readonly #reporter: PoolReporter;
  readonly #queue: LeaseQueue<PoolSlot>;
  readonly #calls: PoolCalls;
  readonly #sessions: PoolCheckouts;
  readonly #hold = new PoolHold();
  #closed: BaseError | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#reporter = new PoolReporter(options.poolName, options.events);
    this.#perWorker = options.callsPerWorker ?? 32;
    const { poolName, clock, maxQueued = 1000 } = options;
    const late = (handler: string, waitedMs: number) =>
      waitTimeout(handler, waitedMs, { ...this.status, poolName, size: options.size ?? 2 });
    const queue = { clock, poolName, maxQueued, late };
    this.#queue = new LeaseQueue(queue);
    this.#affinity = new PoolAffinity(clock, (slot, session) => this.#endSession(slot, session), late);
    this.#workers = new PoolWorkers({
      options,
      reporter: this.#reporter,
      added: () => this.#serve(),
      lost: (slot, reason) => this.#lost(slot, reason),
      failed: (error) => this.#startFailed(error),
      rested: () => this.#isWaitedFor && this.#serve(),
      pulsed: (slot) => this.#replaceIfWorn(slot),
    });
    this.#keys = new PoolKeys({
      poolName,
      affinity: this.#affinity,
      workers: this.#workers,
      lease: (handler, call) => this.#lease(handler, call),
      isFull: () => this.#queue.size > 0,
    });
    this.#calls = new PoolCalls({
      poolName,
      clock,
      reporter: this.#reporter,
      release: (slot, affinity) => this.#release(slot, affinity),
    });
    this.#sessions = new PoolCheckouts({
      queue,
      clock,
      workers: this.#workers,
      serve: () => this.#serve(),
      calls: this.#calls,
      bounded: (call) => this.#bounded(call),
      forget: (slot, sessionId) => this.#endSession(slot, sessionId),
    });
  }

  /** How it is doing now. */
  get status(): PoolStatus {
    let running = 0;
    let queued = this.#queue.size;
    let sessions = 0;
    for (const slot of this.#workers) {
      running += slot.running;
      queued += slot.waiting.size;
      if (slot.status === "taken" || slot.status === "reserved") sessions += 1;
    }
    const { size: workers, starting, spares } = this.#workers;
    return { workers, starting, spares, running, queued, sessions };
  }

  /** The names that its workers have registered; undefined while none is ready. */
  get handlerNames(): readonly string[] | undefined {
    const [slot] = this.#workers;
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
    this.#hold.begin();
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          const { slot, call, queuedMs } = await this.#place(handler, bounded);
          return await this.#calls.run(slot, { handler, input, options: call, queuedMs });
        } catch (error) {
          if (!this.#mayRepeat(error, options, attempt)) throw error;
          options.onRepeat?.();
        }
      }
    } finally {
      this.#hold.end();
    }
  }

  /**
   * Calls a handler on one of its workers and answers the elements of its result, which come as they are taken.
   *
   * One deadline holds for waiting and for all of them. Rejects as `run` does; what fails later comes with the elements. Never made again.
   */
  async stream(handler: string, input: unknown, options: PoolStreamOptions = {}): Promise<StartedStream> {
    return this.#hold.opening(async (over) => {
      const { slot, call, queuedMs } = await this.#place(handler, this.#bounded(options));
      const stream = this.#calls.stream(slot, { handler, input, options: call, queuedMs });
      void stream.done.then(over);
      return stream;
    });
  }

  /** Starts a worker if there is none, and answers once one is ready: what would fail later fails now. */
  async warm(options: PoolCallOptions = {}): Promise<void> {
    const slot = await this.#hold.during(() => this.#lease("(warm-up)", this.#bounded(options)));
    this.#release(slot);
  }

  /**
   * Gives one worker to one caller, with state of its own from call to call, until the session is closed, its owner's signal aborts, or nobody has called
   * it for a while. Waits for a worker that has nothing else to do.
   */
  async checkout(options: SessionOptions = {}): Promise<PoolSession> {
    const { clock, timeoutMs = 300_000 } = this.#options;
    if (this.#closed !== undefined) throw this.#closed;
    const deadlineAt = options.deadlineAt ?? clock.now() + timeoutMs;
    return this.#hold.opening((over) => this.#sessions.open(options, deadlineAt, over));
  }

  /** Forgets which worker a key's calls go to, and the state that they left there. */
  forget(key: string): void {
    this.#affinity.forget(key);
  }

  /** Ends all workers at once; calls under way and waiting fail. */
  async close(): Promise<void> {
    this.#closed ??= poolClosed(this.#options.poolName);
    this.#queue.fail(this.#closed);
    this.#sessions.fail(this.#closed);
    this.#affinity.clear();
    for (const slot of this.#workers) {
      slot.session?.lost("its pool was closed");
      slot.waiting.fail(this.#closed);
    }
    await this.#hold.during(() => this.#workers.close());
  }

  #mayRepeat(error: unknown, { repeatable, affinity }: PoolCallOptions, attempt: number): boolean {
    if (repeatable !== true || attempt >= MOST_ATTEMPTS || this.#closed !== undefined) return false;
    // What a strict key's calls have left in its worker is lost with it: the same call again would not be the same.
    const isStrict = affinity !== undefined && this.#affinity.sessionOf(affinity) !== undefined;
    return !isStrict && isBaseError(error) && LOST.has(error.code);
  }

  /** Waits for a worker, and says as which session the call is made there. */
  async #place<Options extends PoolCallOptions>(handler: string, options: Options) {
    if (this.#closed !== undefined) throw this.#closed;
    const { clock } = this.#options;
    const askedMs = clock.now();
    const { affinity } = options;
    const slot = await (affinity === undefined
      ? this.#lease(handler, options)
      : this.#keys.take(affinity, handler, options));
    const session = affinity === undefined ? undefined : this.#affinity.sessionOf(affinity);
    const call = session === undefined ? options : { ...options, session };
    return { slot, call, queuedMs: clock.now() - askedMs };
  }

  get #isWaitedFor(): boolean {
    return this.#queue.size + this.#sessions.waiting > 0;
  }

  #bounded<Options extends PoolCallOptions>(options: Options): Options {
    if (options.deadlineAt !== undefined) return options;
    return { ...options, deadlineAt: this.#options.clock.now() + (this.#options.timeoutMs ?? 300_000) };
  }

  /** A worker with room for one more call; counted as taken. */
  async #lease(handler: string, { deadlineAt, signal }: PoolCallOptions): Promise<PoolSlot> {
    if (this.#closed !== undefined) throw this.#closed;
    if (deadlineAt !== undefined && deadlineAt <= this.#options.clock.now()) throw callLate(handler);
    const free = this.#queue.size === 0 ? this.#workers.leastBusy() : undefined;
    if (free !== undefined) {
      free.running += 1;
      this.#grow();
      return free;
    }
    const waiting = this.#queue.wait(handler, deadlineAt, signal);
    this.#grow();
    return waiting;
  }

  #release(slot: PoolSlot, affinity?: AffinityOptions): void {
    if (affinity !== undefined) this.#affinity.ended(affinity);
    slot.running -= 1;
    slot.calls += 1;
    this.#replaceIfWorn(slot);
    this.#serve();
  }

  /** One that is a session's, or holds the state of keys, stays until it is not. */
  #replaceIfWorn(slot: PoolSlot): void {
    if (!this.#workers.has(slot)) return;
    const isFree = slot.status !== "taken" && slot.bound === 0 && slot.waiting.size === 0;
    if (isFree && slot.isWorn) slot.status = "retiring";
    if (slot.status !== "retiring" || slot.running > 0) return;
    this.#workers.retire(slot);
    this.#affinity.lost(slot, "it was worn and has been replaced");
    this.#serve();
  }

  #lost(slot: PoolSlot, reason: string): void {
    slot.session?.lost(reason);
    this.#affinity.lost(slot, reason);
    slot.waiting.fail(workerLost(slot.worker.worker, reason));
    this.#serve();
  }

  /** Fails those whom no worker can take that is there; a session may keep its own for an hour. */
  #startFailed(error: unknown): void {
    const left = new Set([...this.#workers].map(({ status }) => status));
    if (left.has("open")) return;
    this.#queue.fail(error);
    if (!left.has("reserved")) this.#sessions.fail(error);
  }

  #endSession(slot: PoolSlot, session: string): void {
    if (this.#workers.has(slot)) this.#calls.send(slot, "dspex.end-session", { session });
  }

  /** Gives workers with room to those who wait longest. */
  #serve(): void {
    this.#sessions.reserve();
    for (const slot of this.#workers) {
      while (slot.waiting.size > 0 && slot.hasRoom) {
        slot.running += 1;
        slot.waiting.give(slot);
      }
    }
    while (this.#queue.size > 0) {
      const free = this.#workers.leastBusy();
      if (free === undefined) break;
      free.running += 1;
      this.#queue.give(free);
    }
    this.#grow();
  }

  /** Starts workers while calls wait that those there, and those on their way, have no room for; a busy pool uses all it may. */
  #grow(): void {
    if (this.#closed !== undefined) return;
    const { starting } = this.#workers;
    const open = [...this.#workers].filter((slot) => slot.status === "open");
    const { starts } = this.#workers;
    const isStuck = open.length === 0 && this.#isWaitedFor;
    if (starts === "resting" || (starts === "given up" && !isStuck)) return;
    const busy = open.every((slot) => slot.running > 1);
    const wanted = this.#queue.size > starting * this.#perWorker || (busy && starting === 0);
    const alone = this.#sessions.waiting > starting;
    if ((wanted || alone) && this.#workers.mayAdd) this.#workers.add();
  }
}
