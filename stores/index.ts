export type { BackendEntry, BackendOperation, BackendRange, StoreBackend } from "./backend.ts";
export type { CacheTier, CacheTierOptions } from "./cache-tier.ts";
export type { StoreOwner } from "./errors.ts";
export type { FactFilter, StoreEvent, StoreFact, StoreSink } from "./events.ts";
export type { ExperimentFilters, ExperimentPage, PageOptions } from "./experiment-index.ts";
export { type LevelStoreOptions, levelStore } from "./level-store.ts";
export { memoryStore } from "./memory-store.ts";
export { type Payload, toOrderedPayload, toPayload } from "./payload.ts";
export type { RecordHead, StoreProblem } from "./record-kind.ts";
export { createResultStore, type ResultStoreOptions } from "./record-store.ts";
export type { CandidateRecord } from "./records/candidate.ts";
export type { DecisionRecord } from "./records/decision.ts";
export type { EventRecord } from "./records/event.ts";
export type { ExampleResultRecord, RecordedMeasures, RecordedOutcome } from "./records/example-result.ts";
export {
  type ExperimentDesign,
  type ExperimentRecord,
  isArchived,
  type OptimizationResultRecord,
} from "./records/experiment.ts";
export type { HypothesisRecord } from "./records/hypothesis.ts";
export type { LmCallOutcome, LmCallRecord, RecordedUsage } from "./records/lm-call.ts";
export type { ProgramRecord } from "./records/program.ts";
export type { RunRecord, RunSource } from "./records/run.ts";
export type { ToolCallOutcome, ToolCallRecord } from "./records/tool-call.ts";
export type { TrialRecord } from "./records/trial.ts";
export type { KeyOf, RecordByKind, RecordKind, StoreRecord } from "./records.ts";
export type {
  Durability,
  ListRange,
  ManyRecords,
  RecordList,
  RecordPage,
  ResultStore,
  StoreBatch,
  WriteOptions,
} from "./result-store.ts";
export type { StoreStatus } from "./store-gate.ts";
