// What a job is told, and where it leaves what it did.
// Only shapes and names.

import type { Misery } from "./python-misery.ts";

/** The header in which each request carries its key in the record. */
export const KEY_HEADER = "x-dspex-call-key";

/** Every job that is killed. */
export const JOBS = ["evaluation", "labeled-few-shot", "bootstrap-few-shot", "random-search"] as const;

/** Jobs that need Python: an evaluation of a program there, and a search by an optimizer there for a program of this side. */
export const PYTHON_JOBS = ["python-evaluation", "python-search"] as const;

/** One of the jobs. */
export type JobName = (typeof JOBS)[number] | (typeof PYTHON_JOBS)[number];

/** Where at a batch write a job kills itself. */
export type BatchKill = "before" | "inside" | "after";

/** A way to be wrong on purpose, to show that it would be found out. */
export type Fault = "acknowledge-before-write" | "resume-without-journal" | "not-repeatable";

/** A search, and what comes over it. */
export interface PlannedSearch {
  readonly name: string;
  /** Absent where it is left alone. */
  readonly blow?: {
    readonly misery: Misery;
    /** The model's answers in it after which it comes. */
    readonly after: number;
  };
}

/** What one life of a job is told. */
export interface JobOrder {
  readonly job: JobName;
  readonly serverUrl: string;
  readonly storeFolder: string;
  /** Gets a line for each answer that the program was given. */
  readonly acknowledgedFile: string;
  /** Gets a line for each example that counted. */
  readonly countedFile: string;
  readonly reportFile: string;
  /** The batch write, counted from 0 in this life, at which the job kills itself. */
  readonly batchKill?: { readonly where: BatchKill; readonly atBatch: number };
  readonly fault?: Fault;
  /** What the job does to its Python workers and to itself, one after the other. */
  readonly miseries?: readonly Misery[];
  /** Searches to do, one after the other, and what is done to each. */
  readonly searches?: readonly PlannedSearch[];
  /** Keeps what each search found, from life to life. */
  readonly foundFile?: string;
  /** Gets a line for each that was done. */
  readonly hitsFile?: string;
  readonly seed?: number;
  /** Is in the environment of whatever the job starts in Python. */
  readonly mark?: string;
  readonly examples?: number;
}
