// A worker, started and connected: one process, one stream, and one end for both.
// Knows nothing of pools: who starts how many, and when, is its owner's business.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BaseError, type Clock, newId, withinBounds } from "../runtime/base/index.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { workerStartFailed } from "./errors.ts";
import { grpcStream } from "./grpc-stream.ts";
import { folderName } from "./leftovers.ts";
import type { Ready } from "./messages.ts";
import type { WorkerProcess, WorkerProcessOptions } from "./worker-process.ts";
import { spawningStarter, type WorkerStarter } from "./worker-starter.ts";
import type { StreamListener } from "./worker-stream.ts";

type Problem = Parameters<StreamListener["ended"]>[0];

/** How long after its stream a process may end, for the end to be the reason. */
const EXIT_FOLLOWS_MS = 500;

/** How a worker is started and spoken to. */
export interface WorkerOptions
  extends Omit<WorkerProcessOptions, "address" | "folder" | "token" | "worker">,
    Pick<ConnectionOptions, "limits" | "protocols" | "heartbeat" | "cancelGraceMs" | "onLog" | "onPulse"> {
  readonly clock: Clock;
  /** Names it in errors and on its command line. Default: made up. */
  readonly worker?: string;
  /** Where the folder of its socket is made. Default: the system's folder for temporary files. */
  readonly folder?: string;
  /** Speaks TCP on the loopback instead of a Unix socket. Default: on Windows only. */
  readonly transport?: "unix" | "tcp";
  /** Makes the process. Default: a process of its own, which does its imports itself. */
  readonly starter?: WorkerStarter;
  /** Its abort ends a worker that is not ready yet; `openWorker` rejects with the reason. */
  readonly signal?: AbortSignal;
  /** Told once, when the worker is gone without having been asked to. */
  readonly onLost?: (error: BaseError) => void;
}

/** A worker that is ready. */
export interface Worker {
  readonly worker: string;
  readonly connection: Connection;
  readonly ready: Ready;
  /** The process that was started; the worker's own is `ready.pid`. */
  readonly pid: number;
  /** Ends it once the calls under way are done, or when the time is up. */
  drain(timeoutMs: number): Promise<void>;
  /** Ends it at once; calls under way fail with BRIDGE_WORKER_LOST. Resolves when the process is gone. */
  kill(reason?: string): Promise<void>;
}

/**
 * Starts a worker and waits until it is ready.
 *
 * Its socket lies in a folder that only this user may enter, and it serves only who knows the token, which it gets on its standard input.
 * Its process is gone before this rejects: with BRIDGE_WORKER_START_FAILED, BRIDGE_WORKER_REFUSED, BRIDGE_WORKER_LOST, or the reason of its `signal`.
 */
export async function openWorker(options: WorkerOptions): Promise<Worker> {
  const worker = options.worker ?? newId("python");
  const token = randomBytes(32).toString("base64url");
  const transport = options.transport ?? (process.platform === "win32" ? "tcp" : "unix");
  const { clock, signal, startTimeoutMs = 60_000, starter = spawningStarter } = options;
  signal?.throwIfAborted();
  const folder = makeFolder(worker, starter.folder() ?? join(options.folder ?? tmpdir(), folderName(options.runId)));
  const address = transport === "unix" ? `unix:${join(folder, "worker.sock")}` : "127.0.0.1:0";
  const started = starter.start({ ...options, worker, token, address, folder });
  void started.exited.then(() => rmSync(folder, { recursive: true, force: true }));
  const bounds = {
    clock,
    signals: [signal],
    onAbort: (reason: unknown) => reason,
    // One time for all of it: who listens may hang before it is ready, and no heartbeat looks at it yet.
    deadlineAt: clock.now() + startTimeoutMs,
    onDeadline: () => workerStartFailed(worker, `it was not ready within ${startTimeoutMs} ms`, []),
    // A pool's worker may start for somebody who has given up by now.
    ...(options.holdsProcess === undefined ? {} : { holdsProcess: options.holdsProcess }),
  };
  try {
    return await withinBounds(bounds, async () => {
      const open = await grpcStream(await started.listening, options.holdsProcess);
      return connect({ ...options, worker, token, open }, started);
    });
  } catch (error) {
    started.kill();
    await started.exited;
    throw error;
  }
}

/** Made by mkdtemp, which lets nobody else in: gRPC itself would open the socket to everybody. */
function makeFolder(worker: string, prefix: string): string {
  try {
    return mkdtempSync(prefix);
  } catch (error) {
    throw workerStartFailed(worker, `the folder of its socket cannot be made (${String(error)})`, []);
  }
}

async function connect(
  options: Omit<WorkerOptions, "worker"> & Pick<ConnectionOptions, "worker" | "token" | "open">,
  started: WorkerProcess,
): Promise<Worker> {
  const { worker, clock, onLost } = options;
  let status: "running" | "ending" = "running";
  let exitReason: string | undefined;
  const connection = new Connection({
    ...options,
    open: (listener) =>
      options.open({
        batch: (batch) => listener.batch(batch),
        drained: () => listener.drained(),
        ended: (problem) => void afterExit(problem, listener),
      }),
    onLost: (error) => {
      const wasRunning = status === "running";
      status = "ending";
      started.kill();
      if (wasRunning) onLost?.(error);
    },
  });
  /** A stream that breaks is most often a process that ends; how that ended says more. */
  async function afterExit(problem: Problem, listener: StreamListener): Promise<void> {
    const waited = Promise.withResolvers<undefined>();
    const timer = clock.setTimer(EXIT_FOLLOWS_MS, () => waited.resolve(undefined), { holdsProcess: true });
    const exit = await Promise.race([started.exited, waited.promise]);
    timer.cancel();
    listener.ended(exit === undefined ? problem : { message: exit.reason });
  }
  void started.exited.then(({ reason }) => {
    exitReason = reason;
    connection.close(reason);
  });
  const ready = await connection.ready;
  return {
    worker,
    connection,
    ready,
    pid: started.pid,
    async drain(timeoutMs) {
      status = "ending";
      connection.drain();
      const timer = clock.setTimer(timeoutMs, () => started.kill(), { holdsProcess: true });
      await started.exited;
      timer.cancel();
    },
    async kill(reason = "it was ended by its owner") {
      status = "ending";
      if (exitReason === undefined) connection.close(reason);
      started.kill();
      await started.exited;
    },
  };
}
