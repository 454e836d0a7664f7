// Starts real workers for the services tests, and ends them.
// Knows no case.
import { fileURLToPath } from "node:url";
import { openWorker, type Worker, type WorkerOptions } from "../../bridge/index.ts";
import { systemClock } from "../../runtime/base/index.ts";
import { bringDspy, python } from "./python-dspy.ts";

/** The folder of the handlers that tests call. */
export const HANDLERS = fileURLToPath(new URL("python", import.meta.url));

const opened: Worker[] = [];

/** Starts a worker with the handlers of the tests; end it, or all of them by `endWorkers`. */
export async function startWorker(options: Partial<WorkerOptions> = {}): Promise<Worker> {
  bringDspy();
  const worker = await openWorker({
    python,
    runId: "test",
    env: process.env,
    clock: systemClock,
    paths: [HANDLERS],
    modules: ["bridge_handlers"],
    dspy: false,
    ...options,
  });
  opened.push(worker);
  return worker;
}

/** Ends every worker that was started. */
export async function endWorkers(): Promise<void> {
  await Promise.all(opened.splice(0).map((worker) => worker.kill()));
}

/** Whether a process of this id is there, zombies not counted. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until something holds that another process decides; fails after ten seconds. */
export async function eventually(holds: () => boolean): Promise<void> {
  const until = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`it did not come true within ten seconds: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
