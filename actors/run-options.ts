// What a person asks of an evaluation or an optimization.
// Plain descriptions: nothing here runs anything.
import type { Dataset, FailurePolicy, Metrics } from "../evaluate/index.ts";
import type { LmProvider } from "../lm/index.ts";
import type { Optimizer } from "../optimizers/index.ts";
import type { Adapter, LmCapabilities, LmOptions, Module, ProgramObserver, UsageSink } from "../programs/index.ts";
import type { RunSource } from "../stores/index.ts";

/** How far a run has come; also what `onProgress` is told. */
export interface RunProgress {
  readonly runId: string;
  /** The trial that moved; `"evaluation"` for a plain evaluation. */
  readonly trialId: string;
  readonly finished: number;
  readonly planned: number;
  readonly scored: number;
  readonly failed: number;
  /** Mean of the primary metric so far; null: nothing scored yet. */
  readonly mean: number | null;
  /** Examples answered from the record instead of run. */
  readonly replayed: number;
}

/** What evaluation and optimization have in common. */
export interface RunOptions {
  /** Several metrics are given by name; the first leads. */
  readonly metric: Metrics;
  /** The model, over the runtime's own: `"provider/model"` or a provider object. */
  readonly lm?: string | LmProvider;
  /** Options over each predictor's own. */
  readonly lmOptions?: LmOptions;
  /** What the model can do, in place of what its provider says of it. */
  readonly lmCapabilities?: LmCapabilities;
  readonly adapter?: Adapter;
  /** Adds up what requests cost, beside whoever else does. What the record answers costs what it did. */
  readonly usage?: UsageSink;
  /** Hears what happens, beside whoever else does. */
  readonly observer?: ProgramObserver;
  /**
   * Examples in flight at once, per evaluation. Default 16. Of a program that asks a model once, so many requests are in flight; the example after
   * each is made ready meanwhile, and the one before may still be judged.
   */
  readonly window?: number;
  /** Milliseconds for one example, queueing in the model's pool included. Default 120,000. */
  readonly exampleTimeoutMs?: number;
  readonly failurePolicy?: FailurePolicy;
  /** A score at or above it counts as passed. Default 1. */
  readonly passThreshold?: number;
  /** Seeds everything that draws. Default 0. */
  readonly seed?: number;
  /** The caller's own version of program and metric; compared on resume. Default `"1"`. */
  readonly version?: string;
  /** Name under which the program is recorded. Default: the module's kind. */
  readonly programName?: string;
  /** The experiment's hypothesis, by id. Default: an exploratory one is registered. */
  readonly hypothesisId?: string;
  readonly compat?: "dspy-3.3.1";
  /** Cancels at once: calls in flight are aborted, what was finished stays. */
  readonly signal?: AbortSignal;
  /** Starts nothing new once aborted, waits for what is in flight, then ends as cancelled. */
  readonly drain?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Written into the run's record; `Runtime.unfinished` finds the run by it. */
  readonly command?: RunSource;
}

/** An evaluation. */
export interface EvaluateOptions extends RunOptions {
  readonly dataset: Dataset;
}

/** An optimization. */
export interface OptimizeOptions extends RunOptions {
  readonly optimizer: Optimizer;
  readonly trainset: Dataset;
  /** Default: the training set. */
  readonly valset?: Dataset;
  /** The program that shows how. Default: the student itself. */
  readonly teacher?: Module;
  /** Candidates worked on at once. Default 4; 1 under `compat`. */
  readonly parallelTrials?: number;
}

/** What a resume needs that no record can hold: the functions. */
export interface ResumeOptions {
  readonly metric: Metrics;
  readonly teacher?: Module;
  /** Only for an optimizer of your own; the built-in ones are made again from their record. */
  readonly optimizer?: Optimizer;
  /** Must equal the recorded version. Default `"1"`. */
  readonly version?: string;
  readonly lm?: string | LmProvider;
  readonly lmCapabilities?: LmCapabilities;
  readonly adapter?: Adapter;
  readonly usage?: UsageSink;
  readonly observer?: ProgramObserver;
  /** Asks again where a failure is recorded. Default false: a recorded failure is replayed like an answer. */
  readonly retryFailed?: boolean;
  /** Goes on although program or version changed. Default false. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly drain?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}
