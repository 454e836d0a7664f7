// The record of an experiment: hypothesis, design, what ran, what came out. Final once it is completed or failed.
// Knows nothing of indexes and queries.
import type { ErrorRecord, JsonObject, JsonValue } from "../../runtime/base/index.ts";
import { count, errorRecord, finite, id, json, jsonObject, listOf, oneOf, optional, shape, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** How an experiment is set up. */
export interface ExperimentDesign {
  /** What is held still, by name: seed, model, window. */
  readonly controlledVariables: JsonObject;
  readonly sampleSize: number;
  /** Names of the tests that decide, such as `bootstrap`. */
  readonly statisticalTests: readonly string[];
  /** Such as `seeded_shuffle` or `stratified_sampling`. */
  readonly randomizationStrategy?: string;
  readonly measurementProtocol?: JsonObject;
}

/** What an optimizer's run came to. */
export interface OptimizationResultRecord {
  readonly baselineScore?: number;
  readonly bestScore?: number;
  /** `bestScore - baselineScore`. */
  readonly delta?: number;
  readonly bestCandidateId?: string;
  readonly bestProgramState?: JsonObject;
  readonly candidateIds?: readonly string[];
  readonly trialIds?: readonly string[];
}

/**
 * An experiment as it is kept.
 *
 * While `designed` or `running` it may be written again; with `completed` or `failed` it is archived and never changes.
 */
export interface ExperimentRecord extends RecordHead<"experiment"> {
  readonly experimentId: string;
  readonly hypothesisId: string;
  /** The hypothesis in words, copied, so that the record can be read and searched alone. */
  readonly hypothesisText: string;
  readonly design: ExperimentDesign;
  readonly status: "designed" | "running" | "completed" | "failed";
  readonly programName: string;
  readonly programHash?: string;
  readonly optimizerName?: string;
  readonly datasetName?: string;
  readonly datasetHash?: string;
  readonly metricNames?: readonly string[];
  /** The runs that belong to it, in the order in which they were started. */
  readonly runIds: readonly string[];
  /** Reports by role, such as `{ baseline, optimized }`. */
  readonly results?: JsonObject;
  readonly optimization?: OptimizationResultRecord;
  /** Whether the hypothesis held, the tests' results, effect sizes, recommendations. */
  readonly statisticalAnalysis?: JsonObject;
  readonly researchInsights?: string;
  readonly reproducibilityPackagePath?: string;
  /** Why it failed. */
  readonly error?: ErrorRecord;
  /** Milliseconds since 1970, as are the other two. */
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly completedAt?: number;
  readonly metadata?: JsonObject;
  readonly notes?: JsonValue;
}

/** Whether the experiment has come to its end and never changes again. */
export function isArchived(experiment: ExperimentRecord): boolean {
  return experiment.status === "completed" || experiment.status === "failed";
}

/** The kind `experiment`. */
export const experimentKind = defineKind<ExperimentRecord>()({
  kind: "experiment",
  version: 1,
  keyFields: ["experimentId"],
  fields: {
    experimentId: id,
    hypothesisId: id,
    hypothesisText: text,
    design: shape<ExperimentDesign>({
      controlledVariables: jsonObject,
      sampleSize: count,
      statisticalTests: listOf(text),
      randomizationStrategy: optional(text),
      measurementProtocol: optional(jsonObject),
    }),
    status: oneOf("designed", "running", "completed", "failed"),
    programName: text,
    programHash: optional(text),
    optimizerName: optional(text),
    datasetName: optional(text),
    datasetHash: optional(text),
    metricNames: optional(listOf(text)),
    runIds: listOf(id),
    results: optional(jsonObject),
    optimization: optional(
      shape<OptimizationResultRecord>({
        baselineScore: optional(finite),
        bestScore: optional(finite),
        delta: optional(finite),
        bestCandidateId: optional(text),
        bestProgramState: optional(jsonObject),
        candidateIds: optional(listOf(text)),
        trialIds: optional(listOf(text)),
      }),
    ),
    statisticalAnalysis: optional(jsonObject),
    researchInsights: optional(text),
    reproducibilityPackagePath: optional(text),
    error: optional(errorRecord),
    createdAt: count,
    startedAt: optional(count),
    completedAt: optional(count),
    metadata: optional(jsonObject),
    notes: optional(json),
  },
});
