// A Python process with its imports done that makes workers of itself; this is its owner's end.
// Knows nothing of streams or pools.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderName } from "./leftovers.ts";
import { exitReason, type PythonProcess, readLines, startPythonProcess, type WorkerExit } from "./python-process.ts";
import {
  addressOf,
  garbageReason,
  readChannelLine,
  readWorkerLine,
  settingsOf,
  type WorkerLine,
  type WorkerProcess,
  type WorkerProcessOptions,
} from "./worker-process.ts";

/** How a fork-server is started: as its workers are, without what each has for itself. */
export interface ForkServerOptions
  extends Pick<
    WorkerProcessOptions,
    "python" | "runId" | "env" | "paths" | "dspy" | "clock" | "startTimeoutMs" | "holdsProcess" | "onOutput"
  > {
  /** Names it on its command line. */
  readonly server: string;
  /** Modules to import once for all workers; they must start no threads. Default: none. */
  readonly preload?: readonly string[];
  /** Where its folder is made. Default: the system's folder for temporary files. */
  readonly folder?: string;
}

/** After its leash was cut a worker has two seconds, and its group is killed; then its server does not do what it is told. */
const OBEY_MS = 5000;

/** What a fork-server says, one line each. */
interface ServerLine {
  readonly ready?: number;
  readonly forked?: number;
  readonly pid?: number;
  readonly said?: number;
  /** A forked worker's line, as it wrote it. */
  readonly line?: string;
  readonly exited?: number;
  readonly code?: number | null;
  readonly signal?: string | null;
}

interface Forked {
  pid: number;
  readonly said: (line: WorkerLine) => void;
  readonly exited: (exit: WorkerExit) => void;
}

/** A running fork-server. */
export class ForkServer {
  /** For its workers' sockets; gone with it. */
  readonly folder: string;
  readonly #options: ForkServerOptions;
  readonly #process: PythonProcess;
  readonly #forked = new Map<number, Forked>();
  #last = 0;
  #status: "running" | "over" = "running";
  /** What came in place of its words. */
  #garbage: string | undefined;

  constructor(options: ForkServerOptions) {
    const { server, paths, dspy, preload } = options;
    this.#options = options;
    this.folder = mkdtempSync(join(options.folder ?? tmpdir(), folderName(options.runId)));
    this.#process = startPythonProcess(
      { ...options, worker: server },
      { forks: true, folder: this.folder, paths: paths ?? [], dspy: dspy ?? true, preload: preload ?? [] },
    );
    readLines(this.#process.channel, (line) => this.#hear(line));
    void this.#process.exited.then((exit) => this.#ended(exit));
  }

  /** Whether it can make workers still. */
  get status(): "running" | "over" {
    return this.#status;
  }

  /** Resolves when it has ended, and with it its workers. */
  get exited(): Promise<WorkerExit> {
    return this.#process.exited;
  }

  /** Forks a worker. One that is asked for before the imports are done waits for them. */
  start(options: WorkerProcessOptions): WorkerProcess {
    const said = Promise.withResolvers<WorkerLine>();
    const exited = Promise.withResolvers<WorkerExit>();
    const number = ++this.#last;
    const forked: Forked = { pid: 0, said: said.resolve, exited: exited.resolve };
    if (this.#status === "running") {
      this.#forked.set(number, forked);
      this.#say({ start: number, settings: settingsOf(options) });
    } else exited.resolve({ code: null, signal: null, reason: "its fork-server has ended" });
    const { clock } = options;
    // A worker's own words come over the channel; what the server printed says why there is no worker.
    const { printed } = this.#process;
    const drained = exited.promise.then(() => (this.#status === "over" ? this.#process.drained : undefined));
    return {
      get pid() {
        return forked.pid;
      },
      listening: addressOf({ ...options, said: said.promise, exited: exited.promise, printed, drained }),
      exited: exited.promise,
      kill: () => {
        if (!this.#forked.has(number)) return;
        this.#say({ end: number });
        const timer = clock.setTimer(OBEY_MS, () => this.#process.kill());
        void exited.promise.then(() => timer.cancel());
      },
    };
  }

  /** Ends it, and with it all its workers. */
  async close(): Promise<void> {
    this.#status = "over";
    this.#process.kill();
    await this.#process.exited;
  }

  #say(line: object): void {
    this.#process.channel?.write(`${JSON.stringify(line)}\n`);
  }

  #hear(line: string): void {
    const said = readChannelLine(line);
    if (said !== undefined) {
      this.#take(said);
      return;
    }
    // It may have taken a word of the server's along, and then nobody would hear of a worker: another server is sure.
    this.#garbage ??= line;
    this.#status = "over";
    this.#process.kill();
  }

  #take(said: ServerLine): void {
    const number = said.forked ?? said.said ?? said.exited;
    const forked = number === undefined ? undefined : this.#forked.get(number);
    if (number === undefined || forked === undefined) return;
    if (said.forked !== undefined) forked.pid = said.pid ?? 0;
    if (said.line !== undefined) forked.said(readWorkerLine(said.line.trimEnd()));
    if (said.exited === undefined) return;
    const { code = null, signal = null } = said;
    this.#forked.delete(number);
    forked.exited({ code, signal, reason: exitReason(code, signal) });
  }

  #ended({ reason }: WorkerExit): void {
    this.#status = "over";
    rmSync(this.folder, { recursive: true, force: true });
    const why = this.#garbage === undefined ? reason : garbageReason(this.#garbage);
    for (const forked of this.#forked.values()) {
      forked.exited({ code: null, signal: null, reason: `its fork-server ${this.#options.server} is gone: ${why}` });
    }
    this.#forked.clear();
  }
}
