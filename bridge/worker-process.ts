// A worker's process, started by itself or forked, as its stream and its pool need it.
// Knows nothing of streams; `open-worker.ts` joins the two.
import type { Clock } from "../runtime/base/index.ts";
import { workerStartFailed } from "./errors.ts";
import { type PythonProcessOptions, readLines, startPythonProcess, type WorkerExit } from "./python-process.ts";

const GARBAGE_SHOWN = 80;

/** How a worker's process is started. */
export interface WorkerProcessOptions extends PythonProcessOptions {
  /** `unix:/path`, or `127.0.0.1:0` where there are no Unix sockets. */
  readonly address: string;
  /** The folder of the socket, which goes with the process. */
  readonly folder?: string;
  readonly token: string;
  /** Modules that register handlers and classes, and folders where they are looked for. */
  readonly modules?: readonly string[];
  readonly paths?: readonly string[];
  /** Whether DSPy is imported at the start. Default true. */
  readonly dspy?: boolean;
  /** Bytes that the worker and what it starts may take together. Default: no limit. */
  readonly memoryLimitBytes?: number;
  /** Milliseconds until it has to be ready, and before that to listen. Default 60,000. */
  readonly startTimeoutMs?: number;
}

/** A running process. */
export interface WorkerProcess {
  /** The guardian's, whose end is the worker's; 0 where it is not known yet. */
  readonly pid: number;
  /** Where it listens; rejects with BRIDGE_WORKER_START_FAILED. */
  readonly listening: Promise<string>;
  /** Resolves when it has ended. */
  readonly exited: Promise<WorkerExit>;
  /** Ends it at once, with everything it started. A second time does nothing. */
  kill(): void;
}

/** What a worker says before it listens, or instead of it. */
export interface WorkerLine {
  readonly address?: string;
  /** The exception that keeps it from listening. */
  readonly printed?: readonly string[];
  /** What came in place of its words. */
  readonly garbage?: string;
}

/** Reads a worker's line; whatever a module that it imports has written there must not be this process's failure. */
export function readWorkerLine(line: string): WorkerLine {
  const said = readChannelLine(line);
  if (said === undefined) return { garbage: line };
  const { address, printed }: { readonly address?: unknown; readonly printed?: unknown } = said;
  if (typeof address === "string") return { address };
  if (Array.isArray(printed)) return { printed: printed.map(String) };
  return { garbage: line };
}

/** The object that a line of JSON is, if it is one. */
export function readChannelLine(line: string): object | undefined {
  try {
    const said: unknown = JSON.parse(line);
    return typeof said === "object" && said !== null ? said : undefined;
  } catch {
    // The caller says that it is none, and what it is.
    return undefined;
  }
}

/** Says of a line that it is none of Python's own. */
export function garbageReason(line: string): string {
  const shown = line.length > GARBAGE_SHOWN ? `${line.slice(0, GARBAGE_SHOWN)}…` : line;
  return `${JSON.stringify(shown)} came on its file descriptor 3, by which it speaks to its host; a module that it imports must not write there`;
}

/** Starts a process of its own. */
export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { pid, channel, exited, kill, ...process } = startPythonProcess(options, settingsOf(options));
  const said = new Promise<WorkerLine>((resolve) => readLines(channel, (line) => resolve(readWorkerLine(line))));
  return { pid, listening: addressOf({ ...options, ...process, said, exited }), exited, kill };
}

/** A worker's settings as its Python side reads them. */
export function settingsOf(options: WorkerProcessOptions): object {
  const { token, address, folder, modules, paths, dspy, memoryLimitBytes } = options;
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

/** What the wait for an address is made of. */
export interface AddressParts {
  readonly worker: string;
  readonly clock: Clock;
  readonly startTimeoutMs?: number;
  readonly said: Promise<WorkerLine>;
  readonly exited: Promise<WorkerExit>;
  readonly printed: readonly string[];
  /** Resolves when all of that has been read. */
  readonly drained: Promise<void>;
}

/** Waits for the first of: the address, the end, the time. Rejects with BRIDGE_WORKER_START_FAILED. */
export async function addressOf(parts: AddressParts): Promise<string> {
  const { worker, clock, startTimeoutMs = 60_000, said, exited, printed, drained } = parts;
  const late = Promise.withResolvers<"late">();
  // Whoever opens the worker has a deadline too, which holds the process where somebody waits.
  const timer = clock.setTimer(startTimeoutMs, () => late.resolve("late"));
  try {
    const first = await Promise.race([said, exited, late.promise]);
    if (first === "late") throw workerStartFailed(worker, `it did not listen within ${startTimeoutMs} ms`, printed);
    if ("reason" in first) {
      await drained;
      throw workerStartFailed(worker, first.reason, printed);
    }
    if (first.address !== undefined) return first.address;
    if (first.garbage !== undefined) throw workerStartFailed(worker, garbageReason(first.garbage), printed);
    throw workerStartFailed(worker, "it failed before it listened", first.printed ?? []);
  } finally {
    timer.cancel();
  }
}
