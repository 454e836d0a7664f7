// One job from its first life to its report: killed again and again, and after each death held against the record.
// Knows nothing of when to kill; that is told to it life by life.
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BatchKill, Fault, JobName, JobOrder } from "./order.ts";
import { readLines } from "./read-lines.ts";
import { placeOf, readRecord, resultOf } from "./record-reader.ts";
import type { CountingServer } from "./server-client.ts";

/** How one life is to end: by itself, after so many requests, or at a batch write. */
export type LifeEnd =
  | { readonly type: "report" }
  | { readonly type: "requests"; readonly after: number }
  | { readonly type: "batch"; readonly where: BatchKill; readonly atBatch: number }
  | ({ readonly type: "misery" } & Required<
      Pick<JobOrder, "miseries" | "searches" | "foundFile" | "hitsFile" | "seed" | "mark" | "examples">
    >);

/** What was found wrong over a job's lives. */
export interface Findings {
  kills: number;
  /** Acknowledged, but absent after the kill. */
  lost: number;
  /** Asked again although recorded before a kill. */
  repeated: number;
  /** Asked again because the kill came before the record: allowed, at most the window for each kill. */
  inFlight: number;
}

/** Jobs with a file of their own. */
const FILES: Partial<Record<JobName, string>> = {
  "python-evaluation": "python-job.ts",
  "python-search": "python-job.ts",
};

/** A job and its lives. */
export class JobLives {
  readonly findings: Findings = { kills: 0, lost: 0, repeated: 0, inFlight: 0 };
  readonly #job: JobName;
  readonly #folder: string;
  readonly #server: CountingServer;
  readonly #fault: Fault | undefined;
  #recorded: ReadonlySet<string> = new Set();
  readonly #asked = new Set<string>();

  constructor(job: JobName, folder: string, server: CountingServer, fault?: Fault) {
    this.#job = job;
    this.#folder = folder;
    this.#server = server;
    this.#fault = fault;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  /** Lives once. Answers the report if the job came to its end, and how many requests it made. */
  async live(end: LifeEnd): Promise<{ readonly report?: string; readonly requests: number }> {
    const order = this.#order(end);
    for (const file of [order.acknowledgedFile, order.countedFile, order.reportFile]) rmSync(file, { force: true });
    const before = (await this.#server.seen()).length;
    const child = fork(join(import.meta.dirname, FILES[this.#job] ?? "job.ts"), [JSON.stringify(order)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    if (child.pid !== undefined && end.type === "requests") await this.#server.killAfter(child.pid, end.after);
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    await this.#server.spare();
    const asked = await this.#server.seen(before);
    this.#compareRequests(asked);
    if (signal === "SIGKILL") {
      this.findings.kills += 1;
      await this.#compareRecord(order);
    } else if (code !== 0) {
      throw new Error(`the job ${this.#job} ended with code ${code}; what it printed is above`);
    }
    return {
      requests: asked.length,
      ...(existsSync(order.reportFile) ? { report: readFileSync(order.reportFile, "utf8") } : {}),
    };
  }

  #order(end: LifeEnd): JobOrder {
    return {
      job: this.#job,
      serverUrl: this.#server.url,
      storeFolder: join(this.#folder, "store"),
      acknowledgedFile: join(this.#folder, "acknowledged"),
      countedFile: join(this.#folder, "counted"),
      reportFile: join(this.#folder, "report.json"),
      ...(end.type === "misery" ? end : {}),
      ...(end.type === "batch" ? { batchKill: { where: end.where, atBatch: end.atBatch } } : {}),
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
    };
  }

  #compareRequests(asked: readonly string[]): void {
    for (const key of asked) {
      if (this.#recorded.has(key)) this.findings.repeated += 1;
      else if (this.#asked.has(key)) this.findings.inFlight += 1;
      this.#asked.add(key);
    }
  }

  async #compareRecord(order: JobOrder): Promise<void> {
    const { keys, answers, results } = await readRecord(order.storeFolder);
    this.#recorded = keys;
    const given = new Map<string, number>();
    for (const [exampleId, step] of readLines<[string, string]>(order.acknowledgedFile)) {
      const place = placeOf(exampleId, step);
      given.set(place, (given.get(place) ?? 0) + 1);
    }
    for (const [place, count] of given) this.findings.lost += Math.max(0, count - (answers.get(place) ?? 0));
    for (const counted of readLines<{ runId: string; trialId: string; exampleId: string }>(order.countedFile)) {
      if (!results.has(resultOf(counted.runId, counted.trialId, counted.exampleId))) this.findings.lost += 1;
    }
  }
}
