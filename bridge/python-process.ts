// A process of Python's as this one starts it: in a group of its own, its output drained, ended with all that it started.
// Knows nothing of what it does; `worker-process.ts` and `fork-server.ts` do.
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Clock } from "../runtime/base/index.ts";
import { endRemains, marksOf } from "./leftovers.ts";
import { LineReader } from "./line-reader.ts";

/** How a process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** In words, such as `it was ended by SIGSEGV`. */
  readonly reason: string;
}

/** How a process is started. */
export interface PythonProcessOptions {
  /** The interpreter. */
  readonly python: string;
  /** Names the worker in errors and on its command line. */
  readonly worker: string;
  /** Marks the process as one of this run, so that another run finds what this one left. */
  readonly runId: string;
  /** The environment of the process, complete. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Whether this process goes on while that one lives. Default true; its owner sees to it where it says false. */
  readonly holdsProcess?: boolean;
  /** What the process itself printed, beside what its handlers did. */
  readonly onOutput?: (source: "stdout" | "stderr", line: string) => void;
}

/** A running process. */
export interface PythonProcess {
  /** The guardian's, whose end is that of what it guards. */
  readonly pid: number;
  /** Its fourth stream, a socket: not its output, which is anybody's to print on. Absent where it did not start. */
  readonly channel: Duplex | undefined;
  /** The last lines that it printed. */
  readonly printed: readonly string[];
  /** Resolves when it has ended. */
  readonly exited: Promise<WorkerExit>;
  /** Resolves when what it printed before its end has been read. */
  readonly drained: Promise<void>;
  /** Ends it at once, with everything it started. A second time does nothing. */
  kill(): void;
}

/** The exit code by which the guardian says that it took more memory than it may. */
const MEMORY_EXIT = 86;
/** The last lines that a worker printed, which say why it did not start. */
const KEPT_LINES = 20;
/** After this the guardian itself counts as hung, and its group is killed. */
const KILL_GRACE_MS = 2000;
/** How long after its end its last words may take: a process that it started may hold its output open for ever. */
const LAST_WORDS_MS = 500;

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

/** Starts `python -m dspex_worker` with a line of settings. */
export function startPythonProcess(options: PythonProcessOptions, settings: object): PythonProcess {
  const { python, worker, runId, env, clock, onOutput } = options;
  const pythonPath = [PACKAGE, env["PYTHONPATH"]].filter(Boolean).join(process.platform === "win32" ? ";" : ":");
  const marks = marksOf(runId, worker);
  const child = spawn(python, ["-m", "dspex_worker", ...marks.args], {
    env: { ...env, ...ENVIRONMENT, PYTHONPATH: pythonPath, ...marks.env },
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
  const exited = exitOf(child);
  void exited.then(({ signal }) => {
    if (signal !== null) endRemains(worker);
  });
  child.stdin.on("error", ignoreBrokenPipe);
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  if (options.holdsProcess === false) unref(child);
  return {
    pid: child.pid ?? 0,
    // Node makes a socket of every further stream; its types know only the first three.
    channel: (child.stdio[3] as Duplex | null | undefined) ?? undefined,
    printed,
    exited,
    drained: drainedOf(child, exited, clock),
    kill: () => {
      // Its standard input is the guardian's leash: at its end the guardian kills what it watches, grandchildren included.
      child.stdin.end();
      const timer = clock.setTimer(KILL_GRACE_MS, () => killGroup(child));
      void exited.then(() => timer.cancel());
    },
  };
}

/** Says in words how a process ended. */
export function exitReason(code: number | null, signal: string | null): string {
  if (code === MEMORY_EXIT) return "it took more memory than it may, and was ended";
  if (signal !== null) return `it was ended by ${signal}`;
  return code === 0 ? "it ended" : `it ended with code ${code}`;
}

/** Reads a stream line by line, to its end. */
export function readLines(stream: Readable | null | undefined, take: (line: string) => void): void {
  if (stream === null || stream === undefined) return;
  const reader = new LineReader(take);
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => reader.push(text));
  stream.on("end", () => reader.end());
  stream.on("error", ignoreBrokenPipe);
}

function exitOf(child: ChildProcess): Promise<WorkerExit> {
  return new Promise((resolve) => {
    child.once("error", (error) =>
      resolve({ code: null, signal: null, reason: `it does not start (${error.message})` }),
    );
    child.once("exit", (code, signal) => resolve({ code, signal, reason: exitReason(code, signal) }));
  });
}

async function drainedOf(child: ChildProcess, exited: Promise<WorkerExit>, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await exited;
  const late = Promise.withResolvers<void>();
  const timer = clock.setTimer(LAST_WORDS_MS, late.resolve, { holdsProcess: true });
  await Promise.race([closed, late.promise]);
  timer.cancel();
}

/** Lets this process end whether or not that one has: its leash is cut then, and the guardian ends it. */
function unref(child: ChildProcess): void {
  child.unref();
  // Foreign truth: Node makes sockets of pipes, and types them as streams.
  for (const stream of child.stdio) (stream as Socket | null | undefined)?.unref();
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
