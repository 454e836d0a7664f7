// One trial of a study: a candidate, evaluated and recorded from proposed to done.
// Knows nothing of the optimizer that proposed it.
import type { EvaluationReport } from "../evaluate/index.ts";
import type { Trial, TrialOptions } from "../optimizers/index.ts";
import type { Module } from "../programs/index.ts";
import { runCancelled, runEvaluation } from "./run-evaluation.ts";
import type { RunServices } from "./run-services.ts";
import type { StudyParts } from "./study-parts.ts";
import { doneRecord, earlierTrial, recordProposed, toTrial } from "./trial-record.ts";

/**
 * Evaluates a candidate as a trial: proposed, evaluated, done, each recorded; a trial that is recorded as done answers from its record.
 *
 * Where failures are asked again, a trial with failed examples is evaluated again for those, and a candidate that came out
 * differently, because what failed before it now did not, is evaluated anew. Otherwise rejects with RUN_DIVERGED where the record holds another
 * candidate for this trial; rejects with RUN_CANCELLED.
 */
export async function runTrial(
  services: RunServices,
  parts: StudyParts,
  candidate: Module,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<{ readonly trial: Trial; readonly from: "run" | "record" }> {
  const { rules, programName, valset } = parts;
  const { trialId, dataset = valset } = options;
  const { record, isAnother } = await earlierTrial(rules, trialId, candidate);
  if (record?.status === "done" && !isAnother) {
    // Written by `doneRecord` from a report; the store has checked that it is JSON.
    const report = record.report as unknown as EvaluationReport;
    if (rules.recording.retryFailed !== true || report.results.counts.failed === 0) {
      return { trial: toTrial(trialId, report), from: "record" };
    }
  }
  const head = await recordProposed(services.clock, parts, candidate, options, record);
  const task = {
    rules,
    trialId,
    program: candidate,
    programName,
    dataset,
    ...(isAnother ? { results: "anew" as const } : {}),
  };
  const report = await runEvaluation(services, task, signal);
  if (report.results.status === "cancelled") throw runCancelled(rules.runId);
  const trial = toTrial(trialId, report);
  await rules.recording.recorder.record({ records: [doneRecord(services.clock, head, trial)] });
  return { trial, from: "run" };
}
