export { Random } from "../runtime/base/index.ts";
export { type BootstrapFewShotOptions, bootstrapFewShot } from "./bootstrap-few-shot.ts";
export { builtInOptimizers, optimizerFrom } from "./built-in.ts";
export {
  type Demonstrations,
  demonstrationsOf,
  predictorPaths,
  withDemonstrations,
  withoutDemonstrations,
  withoutExample,
} from "./demonstrations.ts";
export type { AboutStudy, OptimizerEvent } from "./events.ts";
export { mapInParallel, type ParallelEnd } from "./in-parallel.ts";
export { type LabeledFewShotOptions, labelDemonstrations, labeledFewShot } from "./labeled-few-shot.ts";
export { type Decision, type LocalStudy, type LocalStudyOptions, localStudy } from "./local-study.ts";
export {
  aFunction,
  anObject,
  checkOptions,
  numberBetween,
  type OptionRule,
  trueOrFalse,
  wholeNumber,
  wholeNumbers,
} from "./options.ts";
export {
  hostLm,
  innerOptimizer,
  type PythonOptimizerOptions,
  pythonMetric,
  pythonOptimizer,
  registered,
} from "./python-optimizer.ts";
export { bootstrapFewShotWithRandomSearch, type RandomSearchOptions } from "./random-search.ts";
export { type Ranked, type RankingRules, rankCandidates } from "./ranking.ts";
export { streamSeed } from "./stream-seed.ts";
export type {
  Candidate,
  Optimizer,
  OptimizerResult,
  Study,
  StudyRun,
  StudyRunOptions,
} from "./study.ts";
export type {
  Called,
  Completed,
  CompletePlace,
  JudgeOptions,
  OpenTrial,
  RemoteAsk,
  RemoteCallOptions,
  StudyRemote,
  ToolAsk,
} from "./study-remote.ts";
export type { Trial, TrialOptions } from "./trial.ts";
