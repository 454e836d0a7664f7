export type {
  Candidate,
  Optimizer,
  OptimizerResult,
  Study,
  StudyRun,
  StudyRunOptions,
  Trial,
  TrialOptions,
} from "./study.ts";
