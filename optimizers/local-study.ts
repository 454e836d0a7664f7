// A study in place, without a runtime: for tests of optimizers and for scripts. Everything is asked of the LM port again each time.
// Knows nothing of actors, stores or resume; the application's study does the same with all of them.
import {
  type Dataset,
  evaluateLocally,
  type FailurePolicy,
  type Metrics,
  namedMetrics,
  runExampleLocally,
} from "../evaluate/index.ts";
import { type Example, type LmPort, type Module, type ProgramSettings, prepareProgram } from "../programs/index.ts";
import { type Clock, type JsonObject, systemClock } from "../runtime/base/index.ts";
import { slotRepeated } from "./errors.ts";
import type { Study, StudyRun, StudyRunOptions } from "./study.ts";
import type { Trial, TrialOptions } from "./trial.ts";

/** What a study in place is made of. */
export interface LocalStudyOptions {
  readonly student: Module;
  readonly teacher?: Module;
  readonly trainset: Dataset;
  /** Default: the training set. */
  readonly valset?: Dataset;
  readonly lm: LmPort;
  /** Default: none; then optimizers that evaluate refuse. */
  readonly metrics?: Metrics;
  /** Adapter, LM options, `compat`. */
  readonly settings?: ProgramSettings;
  /** Default 0. */
  readonly seed?: number;
  /** Candidates at once. Default 4; 1 under `compat`. */
  readonly parallelTrials?: number;
  /** Examples in flight at once, per candidate. Default 8; 1 under `compat`. */
  readonly window?: number;
  readonly failurePolicy?: FailurePolicy;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** A decision, as `decide` was told it. */
export interface Decision {
  readonly kind: string;
  readonly facts: JsonObject;
}

/** A study in place, and what happened in it. */
export interface LocalStudy extends Study {
  /** In the order in which they were told. */
  readonly decisions: readonly Decision[];
  /** In the order in which they ended. */
  readonly trials: readonly Trial[];
  /** The slots of runs, in the order in which they were asked for. */
  readonly slots: readonly string[];
}

/**
 * Makes a study that runs everything in place.
 *
 * A slot or trial id that is used twice rejects with OPTIMIZER_SLOT_REPEATED: a resumed study could not tell the two apart.
 */
export function localStudy(options: LocalStudyOptions): LocalStudy {
  const { student, teacher, trainset, lm, settings = {}, seed = 0, clock = systemClock } = options;
  const { compat } = settings;
  const {
    valset = trainset,
    parallelTrials = compat === undefined ? 4 : 1,
    window = compat === undefined ? 8 : 1,
  } = options;
  const signal = options.signal ?? new AbortController().signal;
  const metrics = options.metrics === undefined ? [] : namedMetrics(options.metrics);
  const exampleIds = new Map<Example, string>();
  for (const { examples, exampleIds: ids } of [valset, trainset]) {
    for (const [index, example] of examples.entries()) exampleIds.set(example, ids[index] ?? String(index));
  }
  const decisions: Decision[] = [];
  const trials: Trial[] = [];
  const slots: string[] = [];
  const trialIds = new Set<string>();

  const run = async (
    program: Module,
    example: Example,
    { slot, metric, lm: lmOptions, rolloutId, model }: StudyRunOptions,
  ): Promise<StudyRun> => {
    if (slots.includes(slot)) throw slotRepeated("slot", slot);
    slots.push(slot);
    const judges = metric === true ? metrics.slice(0, 1) : [];
    const { result, prediction, trace } = await runExampleLocally({
      program: prepareProgram(program),
      example,
      exampleId: exampleIds.get(example) ?? slot,
      metrics: judges,
      purpose: "bootstrapping",
      lm,
      settings: {
        ...settings,
        ...(lmOptions === undefined ? {} : { lm: { ...settings.lm, ...lmOptions } }),
        ...(rolloutId === undefined ? {} : { rolloutId }),
        ...(model === undefined ? {} : { model }),
      },
      signal,
      clock,
    });
    const { outcome } = result;
    if (outcome.status === "failed") return { status: "failed", error: outcome.error };
    // A run that did not fail has its prediction.
    const done = { status: "done", prediction: prediction ?? {}, trace } as const;
    const [judge] = judges;
    if (judge === undefined) return done;
    return { ...done, score: outcome.status === "scored" ? (outcome.scores[judge.metricName]?.score ?? null) : null };
  };

  const evaluate = async (candidate: Module, { trialId, dataset = valset }: TrialOptions): Promise<Trial> => {
    if (trialIds.has(trialId)) throw slotRepeated("trial", trialId);
    trialIds.add(trialId);
    const report = await evaluateLocally(candidate, dataset, {
      lm,
      metrics: options.metrics ?? {},
      settings,
      window,
      seed,
      signal,
      clock,
      ...(options.failurePolicy === undefined ? {} : { failurePolicy: options.failurePolicy }),
    });
    signal.throwIfAborted();
    // A trial that was given up has no score: the few examples that got through must not make it the best.
    const trial = { trialId, score: report.results.status === "complete" ? report.results.score : null, report };
    trials.push(trial);
    return trial;
  };

  return {
    student,
    ...(teacher === undefined ? {} : { teacher }),
    trainset,
    valset,
    seed,
    parallelTrials,
    metricNames: metrics.map(({ metricName }) => metricName),
    ...(compat === undefined ? {} : { compat }),
    signal,
    run,
    evaluate,
    decide: (kind, facts) => decisions.push({ kind, facts }),
    decisions,
    trials,
    slots,
  };
}
