// A pool of Python workers as an actor: its workers live and end with it.
// Knows nothing of programs; how workers are started and called is `bridge/`'s business.
import {
  type BridgeEvents,
  createWorkerStarter,
  DEFAULT_START,
  gpuEnvironment,
  openWorker,
  type PoolCallOptions,
  type PoolStreamOptions,
  removeLeftovers,
  type SessionOptions,
  WorkerPool,
} from "../bridge/index.ts";
import { defineActor, type ExitReason, reply, replyLater } from "../runtime/index.ts";
import type { AppBus } from "./events.ts";
import type { PythonPoolOptions } from "./python-options.ts";

/** What a pool's actor is started with. */
export interface PythonPoolParts {
  readonly poolName: string;
  readonly interpreter: string;
  readonly options: PythonPoolOptions;
  /** Marks the processes as this runtime's. */
  readonly runId: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly bus: AppBus;
}

/** One call for a pool. */
export interface PythonCall {
  readonly handler: string;
  readonly input: unknown;
  readonly options: PoolCallOptions;
}

/** One stream for a pool. */
export interface PythonStreamCall extends Omit<PythonCall, "options"> {
  readonly options: PoolStreamOptions;
}

/** The behaviour of a pool's actor. */
export type PythonPoolBehaviour = ReturnType<typeof createPythonPool>;

/**
 * Makes the behaviour of a pool of Python workers.
 *
 * Workers are started with the first call. When the actor ends, however it ends, its workers are killed with all that they started, and its
 * callers get ACTOR_DOWN.
 */
export function createPythonPool({ poolName, interpreter, options, runId, env, bus }: PythonPoolParts) {
  return defineActor({
    behaviourName: "python-pool",
    trapExit: true,
    init: (_nothing: undefined, self) => {
      const { clock } = self.system;
      const events = eventsOn(bus, self.ref.actorName);
      const left = removeLeftovers();
      if (left.processes + left.folders > 0) events.emit("bridge.leftovers.removed", { ...left }, { pool: poolName });
      const process = {
        ...options,
        clock,
        runId,
        python: interpreter,
        // Its pool does, while somebody waits for it.
        holdsProcess: false,
        env: { ...env, ...gpuEnvironment(options.gpu ?? "hidden"), ...options.env },
      };
      const starter = createWorkerStarter(options.startBy ?? DEFAULT_START, {
        ...process,
        server: `${poolName}-server`,
      });
      const pool = new WorkerPool({
        ...options,
        poolName,
        clock,
        events,
        start: (hooks) => openWorker({ ...process, ...hooks, starter }),
        release: () => starter.close(),
      });
      // On the signal, not in `terminate`: a kill runs no terminate, and processes must not outlive the actor.
      self.signal.addEventListener("abort", () => void pool.close(), { once: true });
      return pool;
    },
    handleCall: {
      run: (pool: WorkerPool, { handler, input, options: call }: PythonCall) =>
        replyLater(pool.run(handler, input, call)),
      stream: (pool: WorkerPool, { handler, input, options: call }: PythonStreamCall) =>
        replyLater(pool.stream(handler, input, call)),
      checkout: (pool: WorkerPool, options: SessionOptions) => replyLater(pool.checkout(options)),
      forget: (pool: WorkerPool, key: string) => reply(pool.forget(key)),
      status: (pool: WorkerPool) => reply({ ...pool.status, handlers: pool.handlerNames }),
    },
    terminate: (_reason: ExitReason, pool: WorkerPool) => pool.close(),
  });
}

function eventsOn(bus: AppBus, source: string): BridgeEvents {
  return {
    has: (type) => bus.has(type),
    // Both sides take these from the event called `type`; the compiler cannot relate the two spellings of that.
    emit: (type, measures, about) => bus.emit(type, source, measures as never, about as never),
  };
}
