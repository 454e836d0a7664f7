export { callKey } from "./call-key.ts";
export type { CallOptions } from "./call-options.ts";
export { createRuntime, openRuntime } from "./create-runtime.ts";
export type { AppEvent, ApplicationEvent } from "./events.ts";
export type { ExperimentSpec, HypothesisSpec } from "./experiment-journal.ts";
export { moduleHash } from "./module-hash.ts";
export type { ProgramHandle } from "./program-handle.ts";
export { defineRecorder } from "./recorder.ts";
export type { EvaluateOptions, OptimizeOptions, ResumeOptions, RunOptions, RunProgress } from "./run-options.ts";
export type {
  EvaluationResult,
  Experiments,
  OptimizationResult,
  Runtime,
  SpawnProgramOptions,
} from "./runtime.ts";
export type { RuntimeOptions } from "./runtime-options.ts";
