// Starts real workers for the services tests, and ends them.
// Knows no case.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createWorkerStarter, openWorker, type StartWay, type Worker, type WorkerOptions } from "../../bridge/index.ts";
import { systemClock } from "../../runtime/base/index.ts";
import { bringDspy, python } from "./python-dspy.ts";

/** The folder of the handlers that tests call. */
export const HANDLERS = fileURLToPath(new URL("python", import.meta.url));

const opened: Worker[] = [];

/** What a worker of the tests is started with. */
export interface TestWorkerOptions extends Partial<WorkerOptions> {
  readonly way?: StartWay;
}

/** Makes workers one way or the other. The fork-server has nothing large imported: what is tested is the forking. */
export function starterOf(
  way: StartWay,
  options: { readonly preload?: readonly string[]; readonly dspy?: boolean; readonly folder?: string } = {},
) {
  const shared = { python, runId: "test", env: process.env, clock: systemClock, paths: [HANDLERS], dspy: false };
  return createWorkerStarter(way, { ...shared, ...options, server: "test-server" });
}

let forks: ReturnType<typeof starterOf> | undefined;

/** Starts a worker with the handlers of the tests; end it, or all of them by `endWorkers`. */
export async function startWorker({ way = "spawn", ...options }: TestWorkerOptions = {}): Promise<Worker> {
  bringDspy();
  if (way === "fork") forks ??= starterOf("fork");
  const forked = way === "fork" && forks !== undefined ? { starter: forks } : {};
  const worker = await openWorker({
    python,
    runId: "test",
    env: process.env,
    clock: systemClock,
    paths: [HANDLERS],
    modules: ["bridge_handlers"],
    dspy: false,
    ...forked,
    ...options,
  });
  opened.push(worker);
  return worker;
}

/** Ends every worker that was started. */
export async function endWorkers(): Promise<void> {
  await Promise.all(opened.splice(0).map((worker) => worker.kill()));
  await forks?.close();
  forks = undefined;
}

/** Whether a process of this id is there, zombies not counted. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // Behind the name in parentheses. Whoever adopts what a killed host leaves may bury it seconds later.
    return !readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\)/s, "").startsWith(" Z");
  } catch {
    // No Linux, or it has ended just now.
    return !existsSync("/proc/self/stat");
  }
}

/** Waits until something holds that another process decides; fails after a minute. */
export async function eventually(holds: () => boolean): Promise<void> {
  const until = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`it did not come true within a minute: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
