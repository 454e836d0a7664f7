// A run's and its experiment's records at each stage of their life.
// Knows nothing of who writes them.

import { programState } from "../programs/index.ts";
import { contentHash, type ErrorRecord, type JsonObject } from "../runtime/base/index.ts";
import type { ExperimentRecord, Payload, RunRecord } from "../stores/index.ts";
import { datasetPayload } from "./dataset-record.ts";
import { programsPayload } from "./recorded-programs.ts";
import { optimizationReport } from "./run-optimization.ts";
import type { RunOutcome, RunPlan } from "./run-plan.ts";
import { rulesToJson } from "./run-rules.ts";

/** The trial id of a plain evaluation, which has no trials. */
export const EVALUATION_TRIAL = "evaluation";

/** How a run stands. */
export type RunStage =
  | { readonly status: "running" }
  | { readonly status: "completed"; readonly outcome: RunOutcome; readonly endedAt: number }
  | { readonly status: "failed"; readonly error: ErrorRecord; readonly endedAt: number }
  | { readonly status: "cancelled"; readonly endedAt: number };

/** The data sets of a run as payloads, and where each is used. */
export function runDatasets(plan: RunPlan): { readonly payloads: readonly Payload[]; readonly hashes: JsonObject } {
  if (plan.runKind === "evaluation") {
    const payload = datasetPayload(plan.dataset);
    return { payloads: [payload], hashes: { dataset: payload.payloadHash } };
  }
  const trainset = datasetPayload(plan.trainset);
  const valset = datasetPayload(plan.valset);
  return { payloads: [trainset, valset], hashes: { trainset: trainset.payloadHash, valset: valset.payloadHash } };
}

/** What an optimization found as a payload; an evaluation finds no programs. */
export function foundPrograms(outcome: RunOutcome): Payload | undefined {
  if (outcome.runKind === "evaluation") return undefined;
  const { best, candidates } = outcome.result;
  return programsPayload([best, ...candidates.map(({ program }) => program)]);
}

/** The run's record. `programs` names the payload of those that it found. */
export function runRecord(plan: RunPlan, datasets: JsonObject, stage: RunStage, programs?: string): RunRecord {
  const scored = plan.runKind === "evaluation" ? plan.dataset : plan.valset;
  return {
    kind: "run",
    version: 1,
    runId: plan.runId,
    runKind: plan.runKind,
    experimentId: plan.experiment.experimentId,
    status: stage.status,
    programName: plan.programName,
    programHash: plan.programHash,
    programState: programState(plan.program),
    programVersion: plan.programVersion,
    ...(plan.source === undefined ? {} : { source: plan.source }),
    datasetName: scored.name,
    datasetHash: scored.hash,
    exampleCount: scored.examples.length,
    metricNames: plan.metrics.map((metric) => metric.metricName),
    ...(plan.runKind === "optimization"
      ? { optimizerName: plan.optimizer.optimizerName, optimizerOptions: plan.optimizer.options }
      : {}),
    seed: plan.rules.seed,
    lmNames: [plan.route.lmName],
    settings: rulesToJson(plan.rules),
    startedAt: plan.startedAt,
    // Of what can change an answer: another address under the same name is another model.
    metadata: {
      datasets,
      lmIdentity: contentHash(plan.route.provider.identity),
      ...(programs === undefined ? {} : { programs }),
    },
    ...endOfRun(stage),
  };
}

function endOfRun(stage: RunStage) {
  if (stage.status === "running") return {};
  if (stage.status === "failed") return { error: stage.error, endedAt: stage.endedAt };
  if (stage.status === "cancelled") return { endedAt: stage.endedAt };
  return { report: outcomeJson(stage.outcome), endedAt: stage.endedAt };
}

/** The experiment's record. A cancelled run leaves it running: it can be resumed. */
export function experimentRecord(plan: RunPlan, stage: RunStage): ExperimentRecord {
  const scored = plan.runKind === "evaluation" ? plan.dataset : plan.valset;
  const { experiment } = plan;
  const { sampleSize, controlledVariables } = experiment.design;
  return {
    ...experiment,
    design: {
      ...experiment.design,
      sampleSize: sampleSize === 0 ? scored.examples.length : sampleSize,
      controlledVariables: {
        seed: plan.rules.seed,
        window: plan.rules.window,
        model: plan.route.lmName,
        ...controlledVariables,
      },
    },
    status: stage.status === "cancelled" ? "running" : stage.status,
    programName: plan.programName,
    programHash: plan.programHash,
    ...(plan.runKind === "optimization" ? { optimizerName: plan.optimizer.optimizerName } : {}),
    datasetName: scored.name,
    datasetHash: scored.hash,
    metricNames: plan.metrics.map((metric) => metric.metricName),
    runIds: [plan.runId],
    startedAt: plan.startedAt,
    ...endOfExperiment(stage),
  };
}

function endOfExperiment(stage: RunStage): Partial<ExperimentRecord> {
  if (stage.status === "failed") return { error: stage.error, completedAt: stage.endedAt };
  if (stage.status !== "completed") return {};
  const { outcome, endedAt } = stage;
  if (outcome.runKind === "evaluation") return { results: { evaluation: outcomeJson(outcome) }, completedAt: endedAt };
  const { result } = outcome;
  return {
    results: { optimization: outcomeJson(outcome) },
    optimization: {
      ...(result.bestScore === undefined ? {} : { bestScore: result.bestScore }),
      ...(result.bestTrialId === undefined ? {} : { bestCandidateId: result.bestTrialId }),
      bestProgramState: programState(result.best),
      trialIds: result.candidates.map((candidate) => candidate.trialId),
    },
    completedAt: endedAt,
  };
}

function outcomeJson(outcome: RunOutcome): JsonObject {
  // A report is plain JSON throughout, and the store checks it before it writes.
  return outcome.runKind === "evaluation"
    ? (outcome.report as unknown as JsonObject)
    : optimizationReport(outcome.result);
}
