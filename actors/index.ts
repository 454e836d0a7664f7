export { callKey } from "./call-key.ts";
export type { CallOptions } from "./call-options.ts";
export { createRuntime, openRuntime } from "./create-runtime.ts";
export type { AppEvent, ApplicationEvent } from "./events.ts";
export type { ExperimentSpec, HypothesisSpec } from "./experiment-journal.ts";
export type { HostFunction, HostToolContext, HostTools } from "./host-tools.ts";
export { moduleHash } from "./module-hash.ts";
export { loadProgram, saveProgram } from "./program-file.ts";
export type { ProgramHandle } from "./program-handle.ts";
export type { ModuleSupervision, Processes, ProgramSupervision } from "./program-supervision.ts";
export type {
  PythonCallOptions,
  PythonSessionOptions,
  PythonStreamOptions,
  SessionCallOptions,
  SessionStreamOptions,
} from "./python-call-options.ts";
export type { PythonCalls } from "./python-calls.ts";
export type { PythonPoolOptions, PythonSettings } from "./python-options.ts";
export { PythonSession } from "./python-session.ts";
export { PythonStream } from "./python-stream.ts";
export type { PythonToolOptions, RetrieverToolOptions } from "./python-tool.ts";
export { defineRecorder } from "./recorder.ts";
export type { RouteHistory } from "./route-desk.ts";
export type { DecidedRoute, RouteFilter } from "./route-log.ts";
export type { EvaluateOptions, OptimizeOptions, ResumeOptions, RunOptions, RunProgress } from "./run-options.ts";
export type {
  EvaluationResult,
  Experiments,
  OptimizationResult,
  ProgramTreeSpec,
  Runtime,
} from "./runtime.ts";
export type { RuntimeOptions } from "./runtime-options.ts";
export type { LoadInto, ProgramParts, SavedPrograms } from "./saved-programs.ts";
export type { ScopeSettings, SpawnProgramOptions } from "./scope-settings.ts";
