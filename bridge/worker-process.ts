// A worker's process: started in a group of its own, watched, ended with all that it started.
// Knows nothing of streams; `open-worker.ts` joins the two.
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Clock } from "../runtime/base/index.ts";
import { workerStartFailed } from "./errors.ts";
import { LineReader } from "./line-reader.ts";

/** How a worker's process is started. */
export interface WorkerProcessOptions {
  /** The interpreter. */
  readonly python: string;
  /** Names the worker in errors and on its command line. */
  readonly worker: string;
  /** Marks the process as one of this run, so that another run finds what this one left. */
  readonly runId: string;
  /** `unix:/path`, or `127.0.0.1:0` where there are no Unix sockets. */
  readonly address: string;
  /** The folder of the socket, which goes with the process. */
  readonly folder?: string;
  readonly token: string;
  /** The environment of the process, complete. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Modules that register handlers and classes, and folders where they are looked for. */
  readonly modules?: readonly string[];
  readonly paths?: readonly string[];
  /** Whether DSPy is imported at the start. Default true. */
  readonly dspy?: boolean;
  /** Bytes that the worker and what it starts may take together. Default: no limit. */
  readonly memoryLimitBytes?: number;
  /** Milliseconds until it has to listen. Default 60,000. */
  readonly startTimeoutMs?: number;
  readonly clock: Clock;
  /** What the process itself printed, beside what its handlers did. */
  readonly onOutput?: (source: "stdout" | "stderr", line: string) => void;
  /** Told once, when it has ended. */
  readonly onExit?: (exit: WorkerExit) => void;
}

/** How a process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** In words, such as `it was ended by SIGSEGV`. */
  readonly reason: string;
}

/** The exit code by which the guardian says that it took more memory than it may. */
const MEMORY_EXIT = 86;
/** The last lines that a worker printed, which say why it did not start. */
const KEPT_LINES = 20;
/** After this the guardian itself counts as hung, and its group is killed. */
const KILL_GRACE_MS = 2000;

/** What every worker's environment holds, beside its pool's own. */
const ENVIRONMENT = {
  PYTHONUNBUFFERED: "1",
  // Sets iterate in the order of hashes, and prompts are made of them.
  PYTHONHASHSEED: "0",
  // One thread per process: a pool's workers are the parallelism.
  OPENBLAS_NUM_THREADS: "1",
  OMP_NUM_THREADS: "1",
} as const;

/** The package `dspex_worker`, as it lies beside this file. */
const PACKAGE = fileURLToPath(new URL("../python/src", import.meta.url));

/** A running process. */
export interface WorkerProcess {
  /** The process that this one started: the guardian, whose end is the worker's. */
  readonly pid: number;
  /** Where it listens; rejects with BRIDGE_WORKER_START_FAILED. */
  readonly listening: Promise<string>;
  /** Resolves when it has ended. */
  readonly exited: Promise<WorkerExit>;
  /** Ends it at once, with everything it started. A second time does nothing. */
  kill(): void;
}

/** Starts a process. */
export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { python, worker, runId, env, clock, onOutput } = options;
  const pythonPath = [PACKAGE, env["PYTHONPATH"]].filter(Boolean).join(process.platform === "win32" ? ";" : ":");
  const child = spawn(python, ["-m", "dspex_worker", "--run-id", runId, "--worker", worker], {
    env: { ...env, ...ENVIRONMENT, PYTHONPATH: pythonPath },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    // A group of its own: an interrupt at the terminal is its host's to handle.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const printed: string[] = [];
  const keep = (source: "stdout" | "stderr") => (line: string) => {
    printed.push(line);
    if (printed.length > KEPT_LINES) printed.shift();
    onOutput?.(source, line);
  };
  // Drained whether anybody listens or not: a full pipe would hold the worker up.
  readLines(child.stdout, keep("stdout"));
  readLines(child.stderr, keep("stderr"));
  const exited = exitOf(child, options);
  child.stdin?.on("error", ignoreBrokenPipe);
  child.stdin?.write(`${JSON.stringify(settingsOf(options))}\n`);
  return {
    pid: child.pid ?? 0,
    listening: listeningOf(child, options, exited, printed),
    exited,
    kill: () => {
      // Its standard input is the guardian's leash: at its end the guardian kills what it watches, grandchildren included.
      child.stdin?.end();
      const timer = clock.setTimer(KILL_GRACE_MS, () => killGroup(child));
      void exited.then(() => timer.cancel());
    },
  };
}

function settingsOf({ token, address, folder, modules, paths, dspy, memoryLimitBytes }: WorkerProcessOptions): object {
  return {
    token,
    address,
    folder: folder ?? null,
    modules: modules ?? [],
    paths: paths ?? [],
    dspy: dspy ?? true,
    memory_limit: memoryLimitBytes ?? 0,
  };
}

function exitOf(child: ChildProcess, { onExit }: WorkerProcessOptions): Promise<WorkerExit> {
  return new Promise((resolve) => {
    const settle = (exit: WorkerExit): void => {
      resolve(exit);
      onExit?.(exit);
    };
    child.once("error", (error) =>
      settle({ code: null, signal: null, reason: `it does not start (${error.message})` }),
    );
    child.once("exit", (code, signal) => settle({ code, signal, reason: reasonOf(code, signal) }));
  });
}

function reasonOf(code: number | null, signal: string | null): string {
  if (code === MEMORY_EXIT) return "it took more memory than it may, and was ended";
  if (signal !== null) return `it was ended by ${signal}`;
  return code === 0 ? "it ended" : `it ended with code ${code}`;
}

async function listeningOf(
  child: ChildProcess,
  { worker, clock, startTimeoutMs = 60_000 }: WorkerProcessOptions,
  exited: Promise<WorkerExit>,
  printed: readonly string[],
): Promise<string> {
  const announced = Promise.withResolvers<string>();
  // The fourth of `stdio` is a pipe that the worker writes to: not its output, which is anybody's to print on.
  const pipe = child.stdio[3] as Readable | null;
  readLines(pipe, (line) => announced.resolve(line));
  const late = Promise.withResolvers<WorkerExit>();
  const timer = clock.setTimer(
    startTimeoutMs,
    () => late.resolve({ code: null, signal: null, reason: `it did not listen within ${startTimeoutMs} ms` }),
    { holdsProcess: true },
  );
  try {
    const first = await Promise.race([announced.promise, exited, late.promise]);
    if (typeof first === "string") return JSON.parse(first).address;
    throw workerStartFailed(worker, first.reason, printed);
  } finally {
    timer.cancel();
  }
}

function readLines(stream: Readable | null | undefined, take: (line: string) => void): void {
  if (stream === null || stream === undefined) return;
  const reader = new LineReader(take);
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => reader.push(text));
  stream.on("end", () => reader.end());
  stream.on("error", ignoreBrokenPipe);
}

/** A pipe to a process that has ended: its exit says all there is to say. */
function ignoreBrokenPipe(): void {}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
