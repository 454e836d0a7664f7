// Everything a run needs, checked and resolved, whether it is new or resumed.
// Only shapes.
import type { Dataset, EvaluationReport, NamedMetric } from "../evaluate/index.ts";
import type { Optimizer, OptimizerResult } from "../optimizers/index.ts";
import type { Adapter, LmCapabilities, Module, ProgramObserver, UsageSink } from "../programs/index.ts";
import type { ExperimentRecord, RunSource } from "../stores/index.ts";
import type { LmRoute } from "./lm-route.ts";
import type { RunProgress } from "./run-options.ts";
import type { RunRules } from "./run-rules.ts";

/** What evaluations and optimizations have in common. */
interface PlanHead {
  readonly runId: string;
  /** As it was designed; what the run finds is written into copies of it. */
  readonly experiment: ExperimentRecord;
  readonly program: Module;
  readonly programName: string;
  readonly programHash: string;
  readonly programVersion: string;
  readonly metrics: readonly NamedMetric[];
  readonly rules: RunRules;
  readonly route: LmRoute;
  readonly adapter?: Adapter;
  readonly lmCapabilities?: LmCapabilities;
  readonly usage?: UsageSink;
  readonly observer?: ProgramObserver;
  readonly source?: RunSource;
  /** When the run was first started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Whether the store may already hold a part of it, or holds all of it: then nothing is written again. */
  readonly origin: "new" | "resumed" | "completed";
  /** Whether a resumed run was complete before: its record stands until it is complete again. */
  readonly wasCompleted?: boolean;
  readonly retryFailed: boolean;
  readonly signal?: AbortSignal;
  readonly drain?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** An evaluation, ready to run. */
export interface EvaluationPlan extends PlanHead {
  readonly runKind: "evaluation";
  readonly dataset: Dataset;
  /** What a completed run came to. */
  readonly report?: EvaluationReport;
}

/** An optimization, ready to run. */
export interface OptimizationPlan extends PlanHead {
  readonly runKind: "optimization";
  readonly optimizer: Optimizer;
  readonly teacher?: Module;
  readonly trainset: Dataset;
  readonly valset: Dataset;
  /** What a completed run came to, where its record says all of it. */
  readonly result?: OptimizerResult;
}

/** A run, ready to start. */
export type RunPlan = EvaluationPlan | OptimizationPlan;

/** What a run came to. */
export type RunOutcome =
  | { readonly runKind: "evaluation"; readonly report: EvaluationReport }
  | { readonly runKind: "optimization"; readonly result: OptimizerResult };
