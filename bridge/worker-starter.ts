// How a pool's workers come into being: forked from a server that has its imports done, or each for itself.
// Knows nothing of streams or pools.

import { join } from "node:path";
import { poolClosed } from "./errors.ts";
import { ForkServer, type ForkServerOptions } from "./fork-server.ts";
import { startWorkerProcess, type WorkerProcess, type WorkerProcessOptions } from "./worker-process.ts";

/** The ways to start a worker. */
export type StartWay = "fork" | "spawn";

/** What makes workers. */
export interface WorkerStarter {
  /** How the paths of their sockets' folders begin; nothing where it is all the same. */
  folder(): string | undefined;
  start(options: WorkerProcessOptions): WorkerProcess;
  /** Ends what it keeps. */
  close(): Promise<void>;
}

/** The way where none is named. Only on Linux: elsewhere system libraries do not survive a fork, or there is none. */
export const DEFAULT_START: StartWay = process.platform === "linux" ? "fork" : "spawn";

/** Each for itself. */
export const spawningStarter: WorkerStarter = {
  folder: () => undefined,
  start: startWorkerProcess,
  close: async () => {},
};

/** Makes a starter. A fork-server is started with the first worker, and another where it was lost. */
export function createWorkerStarter(way: StartWay, options: ForkServerOptions): WorkerStarter {
  if (way === "spawn") return spawningStarter;
  let server: ForkServer | undefined;
  let status: "open" | "closed" = "open";
  const living = (): ForkServer => {
    if (status === "closed") throw poolClosed(options.server);
    if (server?.status !== "running") server = new ForkServer(options);
    return server;
  };
  return {
    // In the server's own: its guardian takes that along, also where a worker's is killed before it has.
    folder: () => join(living().folder, "worker-"),
    start: (worker) => living().start(worker),
    async close() {
      status = "closed";
      await server?.close();
    },
  };
}
