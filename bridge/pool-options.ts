// What a pool of workers is made with, and what is asked of it.
// Only the shapes and their defaults; `worker-pool.ts` is the pool.
import type { BaseError, Clock } from "../runtime/base/index.ts";
import type { BridgeCallOptions, BridgeStreamOptions } from "./call-port.ts";
import type { BridgeEvents } from "./events.ts";
import type { Worker } from "./open-worker.ts";
import type { WorkerLog } from "./worker-log.ts";

/** When a worker is replaced although nothing is wrong with it. */
export interface RecycleOptions {
  /** After so many calls. Default: never. */
  readonly calls?: number;
  /** At this age in milliseconds. Default: never. */
  readonly ageMs?: number;
  /** Once its own process takes so much memory. Default: never. */
  readonly rssBytes?: number;
}

/** How a pool is bounded. */
export interface PoolLimits {
  /** Workers at most; they are started as calls come. A worn one that still finishes its work is not counted, up to as many more. Default 2. */
  readonly size?: number;
  /** Calls that one worker works on at once. Default 32. */
  readonly callsPerWorker?: number;
  /** Calls that may wait for a worker. Default 1000. */
  readonly maxQueued?: number;
  /** Milliseconds for one call, waiting included, where the call says nothing itself. Default 300,000. */
  readonly timeoutMs?: number;
  readonly recycle?: RecycleOptions;
  /** Workers that are kept ready beside those that have work, `size` not counting them, once the first has been started. Default 0. */
  readonly spares?: number;
}

/** How a pool starts a worker, and what it hears of it. */
export interface StartHooks {
  /** Aborts when the pool is closed meanwhile. */
  readonly signal: AbortSignal;
  readonly onLost: (error: BaseError) => void;
  readonly onLog: (log: WorkerLog) => void;
  readonly onPulse: (pulse: { readonly rssBytes: number }) => void;
}

/** What a pool is made with. */
export interface WorkerPoolOptions extends PoolLimits {
  readonly poolName: string;
  readonly clock: Clock;
  /** Starts one worker. */
  readonly start: (hooks: StartHooks) => Promise<PooledWorker>;
  /** Lets go of what its workers came from, when it is closed. */
  readonly release?: () => Promise<void>;
  readonly events?: BridgeEvents;
}

/** A worker, as its pool needs it. */
export type PooledWorker = Pick<Worker, "worker" | "connection" | "ready" | "drain" | "kill">;

/** How calls with one key are kept together. */
export interface AffinityOptions {
  /** What they have in common: a user, a document, a model. */
  readonly key: string;
  /**
   * What to do where the key's worker has no room. `hint`: another does it, and is the key's from then on. `strict-queue`: wait for it. `strict-fail-fast`:
   * fail with BRIDGE_WORKER_BUSY. The strict ones keep state on that worker, in `dspex.current_call().state`, which others do not see. Default `hint`.
   */
  readonly mode?: "hint" | "strict-queue" | "strict-fail-fast";
  /** Milliseconds without a call, waiting or at work, after which the key is forgotten, and its state. Default 3,600,000. */
  readonly ttlMs?: number;
}

/** How a call is made of a pool. */
export interface PoolCallOptions extends BridgeCallOptions {
  /** Whether the call may run twice: then it is made again where its worker is lost. Default: it is not. */
  readonly repeatable?: boolean;
  /** Told each time before the call is made again. */
  readonly onRepeat?: () => void;
  /** Keeps calls of one key on one worker. Default: whichever is least busy. */
  readonly affinity?: AffinityOptions;
}

/** How a streamed call is made of a pool; it is not made again. */
export type PoolStreamOptions = Omit<PoolCallOptions, "repeatable" | "onRepeat"> & BridgeStreamOptions;

/** How a pool is doing. */
export interface PoolStatus {
  readonly workers: number;
  readonly starting: number;
  /** Workers that are ready and have no work. */
  readonly spares: number;
  readonly running: number;
  readonly queued: number;
  /** Workers that are a session's, or are kept for one that waits. */
  readonly sessions: number;
}
