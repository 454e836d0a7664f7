// What an optimizer is, and the study it works in: the one interface for the optimizers here and a user's own.
// Knows nothing of stores, actors or models: a study's owner brings them.

import type { Dataset, EvaluationReport, ExampleMeasures } from "../evaluate/index.ts";
import type { Example, LmOptions, ModelChoice, Module, Prediction, TraceStep } from "../programs/index.ts";
import type { ErrorRecord, JsonObject } from "../runtime/base/index.ts";
import type { StudyRemote } from "./study-remote.ts";
import type { Trial, TrialOptions } from "./trial.ts";

/** How one traced run is to be made. */
export interface StudyRunOptions {
  /**
   * Names the place of this run in the search, such as `seed -1/example 3/round 0`. Made from the optimizer's own position, never
   * from the order of arrival: a resumed study finds its paid calls under it. One slot is run once.
   */
  readonly slot: string;
  /** Whether the study's primary metric judges the run, with purpose `bootstrapping`. Default false. */
  readonly metric?: boolean;
  /** Options over the program's own. */
  readonly lm?: LmOptions;
  /** Another sample of the same request; part of the request's identity, never sent. */
  readonly rolloutId?: number;
  /** Which model answers, in place of the study's own. */
  readonly model?: ModelChoice;
}

/** What became of one traced run. A failure is a value: the optimizer decides what it means. */
export type StudyRun =
  | {
      readonly status: "done";
      readonly prediction: Prediction;
      readonly trace: readonly TraceStep[];
      /** With `metric: true`; null where the metric abstained. */
      readonly score?: number | null;
      /** What it cost. Absent where nobody counts. */
      readonly measures?: ExampleMeasures;
    }
  | {
      readonly status: "failed";
      readonly error: ErrorRecord;
      /** What its predictors had answered until then. Absent where nobody kept it. */
      readonly trace?: readonly TraceStep[];
      readonly measures?: ExampleMeasures;
    };

/**
 * What an optimizer is given: the program, the data, and the two things it can ask for.
 *
 * Both may be asked for many things at once. A request that is already recorded is answered from the record, so an optimizer that
 * runs again from the start with the same study pays for nothing twice: it must draw only from generators seeded by `seed` or by
 * constants, and must not look at time, chance or arrival order.
 */
export interface Study {
  /** The program to improve. Never changed; candidates are copies (`withPredictors`). */
  readonly student: Module;
  /** The program that shows how. Absent: the student itself. */
  readonly teacher?: Module;
  readonly trainset: Dataset;
  /** The training set where none was given. */
  readonly valset: Dataset;
  readonly seed: number;
  /** How many candidates may be worked on at once; 1 is one after the other, as in DSPy. */
  readonly parallelTrials: number;
  /** Names of the study's metrics, the primary one first; empty where it has none. */
  readonly metricNames: readonly string[];
  readonly compat?: "dspy-3.3.1";
  readonly signal: AbortSignal;
  /** For optimizers that run in Python. Absent where there is no way there. */
  readonly remote?: StudyRemote;
  /** Runs a program once on one example and keeps its trace. Rejects only when the study itself ends. */
  run(program: Module, example: Example, options: StudyRunOptions): Promise<StudyRun>;
  /** Runs a candidate over a data set. Rejects only when the study itself ends. */
  evaluate(candidate: Module, options: TrialOptions): Promise<Trial>;
  /** Records why: kind and facts stand beside the trials. */
  decide(kind: string, facts: JsonObject): void;
}

/** One candidate of a finished search. */
export interface Candidate {
  readonly trialId: string;
  /** Null: not evaluated, or nothing was scored. */
  readonly score: number | null;
  readonly proposal: JsonObject;
  readonly program: Module;
  /** Absent where the optimizer evaluates nothing. */
  readonly report?: EvaluationReport;
}

/** What an optimizer found. */
export interface OptimizerResult {
  readonly best: Module;
  /** The trial that `best` won; absent where the optimizer evaluates nothing. */
  readonly bestTrialId?: string;
  readonly bestScore?: number;
  /** Best first; equals in the order in which they were proposed. */
  readonly candidates: readonly Candidate[];
}

/**
 * Improves a program: an async function of a study, with a name and its options for the record.
 *
 * An implementor reads `docs/optimizers.md`. Anything thrown ends the study as failed, with what was done kept.
 */
export interface Optimizer {
  /** Stands in records, such as `bootstrap-few-shot`. */
  readonly optimizerName: string;
  /** The options in force, defaults included. Part of what a resume compares. */
  readonly options: JsonObject;
  compile(study: Study): Promise<OptimizerResult>;
}
