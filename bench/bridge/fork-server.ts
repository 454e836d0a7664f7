// Workers from a fork-server against such as start alone: how soon they are ready, and what memory each has to itself.
// Knows nothing of calls.
import { readFileSync } from "node:fs";
import {
  createWorkerStarter,
  openWorker,
  type Worker,
  type WorkerOptions,
  type WorkerStarter,
} from "../../bridge/index.ts";
import { alternate } from "../support/rounds.ts";
import { type BenchRow, median, pairedRow, ratioRow } from "../support/rows.ts";

/** Workers that are kept at once, so that what they share is shared. */
const KEPT = 4;

/** The rows; none where workers cannot be forked. */
export async function forkServerRows(options: Omit<WorkerOptions, "dspy">): Promise<readonly BenchRow[]> {
  if (process.platform !== "linux") return [];
  const shared = { ...options, dspy: true };
  const starter = createWorkerStarter("fork", { ...shared, server: "bench-server" });
  const open = (own?: WorkerStarter): Promise<Worker> =>
    openWorker({ ...shared, ...(own === undefined ? {} : { starter: own }) });
  const ready = (own?: WorkerStarter) => async (): Promise<number> => {
    const startedMs = performance.now();
    const worker = await open(own);
    const readyMs = performance.now() - startedMs;
    await worker.kill();
    return readyMs;
  };
  // The first waits for the server's own imports; what is measured is those after it.
  await ready(starter)();
  const pairs = await alternate({ warmUps: 0, rounds: 3, ours: ready(starter), against: ready() });
  const alone = await open();
  const aloneBytes = privateBytes(alone);
  await alone.kill();
  const workers = await Promise.all(Array.from({ length: KEPT }, () => open(starter)));
  const forkedBytes = median(workers.map(privateBytes));
  await starter.close();
  return [
    pairedRow("bridge: worker with DSPy ready, ms, from the fork-server against a cold start", pairs, 0.1),
    ratioRow(
      "bridge: private memory per extra worker, MB, from the fork-server against a cold start",
      forkedBytes / 1e6,
      aloneBytes / 1e6,
    ),
  ];
}

/** What a worker and its guardian have to themselves. */
function privateBytes({ pid, ready }: Worker): number {
  return [pid, ready.pid].reduce((sum, each) => sum + privateOf(each), 0);
}

function privateOf(pid: number): number {
  const lines = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm);
  return [...lines].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}
