// How a runtime is to reach Python.
// Only the shapes and their defaults; workers are the bridge's business.
import type { GpuUse, HeartbeatOptions, Limits, PoolLimits, Protocol, StartWay } from "../bridge/index.ts";

/** One pool of workers: processes that are alike. */
export interface PythonPoolOptions extends PoolLimits {
  /** The interpreter of this pool. Default: the runtime's. */
  readonly interpreter?: string;
  /** Modules to import in each worker: they register handlers and classes by `@dspex.register`. */
  readonly modules?: readonly string[];
  /** Folders where these modules are looked for, before all others. */
  readonly paths?: readonly string[];
  /** Environment variables, over this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether workers import DSPy when they start. Default true; a pool of handlers that need none is ready a second earlier. */
  readonly dspy?: boolean;
  /**
   * How workers come into being. `fork`: from a server that has DSPy imported, in hundredths of a second, sharing its memory. `spawn`: each does its
   * imports itself. Default: `fork` on Linux, else `spawn`.
   */
  readonly startBy?: StartWay;
  /**
   * Modules that the fork-server imports once, for all workers: large ones that start no thread, keep no connection and touch no GPU when they are
   * imported. Default: none; `modules` are imported in each worker.
   */
  readonly preload?: readonly string[];
  /**
   * The GPUs that workers see, by the variables that CUDA and ROCm read: `hidden`, `visible` (what this process sees), or a list such as `["0"]`. `env`
   * goes over it. Default `hidden`.
   */
  readonly gpu?: GpuUse;
  /** Kinds of work that it is kept for, such as `optimizer`: calls that say what they need go here if they are of one of these. Default: any. */
  readonly work?: readonly string[];
  /** Bytes that one worker and what it starts may take together; beyond them it is ended and replaced. Default: no limit. */
  readonly memoryLimitBytes?: number;
  /** Milliseconds until a worker has to be ready. Default 60,000. */
  readonly startTimeoutMs?: number;
  readonly heartbeat?: HeartbeatOptions;
  /** Milliseconds in which a cancelled handler has to end before its worker is ended. Default 5000. */
  readonly cancelGraceMs?: number;
  /** Bounds of the wire: size of payloads and chunks, output of one call. */
  readonly limits?: Partial<Limits>;
  /** Ways to write values besides tagged JSON. */
  readonly protocols?: readonly Protocol[];
}

/** How a runtime reaches Python. */
export interface PythonSettings {
  /** The interpreter. Default: the environment variable DSPEX_PYTHON, else `.dspex/python` in the working directory. */
  readonly interpreter?: string;
  /** Pools by name. Default: one, `general`, with nothing of yours in it. */
  readonly pools?: Readonly<Record<string, PythonPoolOptions>>;
}

/** The pool of calls and programs that name none. */
export const GENERAL = "general";
