// What one evaluation is asked to do, and the rules that all evaluations of one run share.
// Only shapes.
import type { Dataset, FailurePolicy, NamedMetric } from "../evaluate/index.ts";
import type { Module, ProgramSettings } from "../programs/index.ts";
import type { LmRoute } from "./lm-route.ts";
import type { Recording } from "./recorded-lm.ts";
import type { RunProgress } from "./run-options.ts";

/** How evaluations of one run are made; the same for all its trials. */
export interface EvaluationRules {
  readonly runId: string;
  readonly metrics: readonly NamedMetric[];
  readonly route: LmRoute;
  readonly recording: Recording;
  readonly settings: ProgramSettings;
  readonly window: number;
  readonly exampleTimeoutMs: number;
  readonly failurePolicy: FailurePolicy;
  readonly passThreshold: number;
  readonly seed: number;
  readonly drain?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** One evaluation. */
export interface EvaluationTask {
  readonly rules: EvaluationRules;
  readonly trialId: string;
  readonly program: Module;
  readonly programName: string;
  readonly dataset: Dataset;
  /** `anew`: recorded results are another program's. Recorded LM calls still answer; they are found by what was asked. Default: results are replayed. */
  readonly results?: "anew";
}
