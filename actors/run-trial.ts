// One trial of a study: a candidate, evaluated and recorded from proposed to done.
// Knows nothing of the optimizer that proposed it.
import type { EvaluationReport } from "../evaluate/index.ts";
import type { Trial, TrialOptions } from "../optimizers/index.ts";
import { type Module, programHash, programState } from "../programs/index.ts";
import { BaseError, type JsonObject } from "../runtime/base/index.ts";
import type { TrialRecord } from "../stores/index.ts";
import { runCancelled, runEvaluation } from "./run-evaluation.ts";
import type { RunServices } from "./run-services.ts";
import type { StudyParts } from "./study-parts.ts";

/**
 * Evaluates a candidate as a trial: proposed, evaluated, done, each recorded; a trial that is recorded as done answers from its record.
 *
 * Where failures are asked again, a trial with failed examples is evaluated again for those, and a candidate that came out
 * differently, because what failed before it now did not, is evaluated anew. Otherwise rejects with RUN_DIVERGED where the record holds another
 * candidate for this trial; rejects with RUN_CANCELLED.
 */
export async function runTrial(
  services: RunServices,
  { rules, programName, valset }: StudyParts,
  candidate: Module,
  { trialId, proposal, dataset = valset }: TrialOptions,
  signal: AbortSignal,
): Promise<{ readonly trial: Trial; readonly from: "run" | "record" }> {
  const { runId, recording } = rules;
  const candidateHash = programHash(candidate);
  const earlier = await recording.replayFrom?.get("trial", { runId, trialId });
  const proposed =
    earlier && (await recording.replayFrom?.get("candidate", { runId, candidateId: earlier.candidateId }));
  const isAnother = proposed !== undefined && proposed.programHash !== candidateHash;
  if (isAnother && recording.retryFailed !== true) throw runDiverged(runId, trialId);
  if (earlier?.status === "done" && !isAnother) {
    // Written by this file from a report; the store has checked that it is JSON.
    const report = earlier.report as unknown as EvaluationReport;
    if (recording.retryFailed !== true || report.results.counts.failed === 0) {
      return { trial: toTrial(trialId, report), from: "record" };
    }
  }
  const head = {
    kind: "trial",
    version: 1,
    runId,
    trialId,
    candidateId: trialId,
    datasetHash: dataset.hash,
    ...(proposal === undefined ? {} : { proposal }),
    startedAt: earlier?.startedAt ?? Math.floor(services.clock.wallMs()),
  } as const;
  await recording.recorder.record({
    records: [
      {
        kind: "candidate",
        version: 1,
        runId,
        candidateId: trialId,
        programHash: candidateHash,
        programState: programState(candidate),
        ...(proposal === undefined ? {} : { proposal }),
        parents: [],
        createdAt: head.startedAt,
      },
      { ...head, status: "proposed" },
    ],
  });
  const task = {
    rules,
    trialId,
    program: candidate,
    programName,
    dataset,
    ...(isAnother ? { results: "anew" as const } : {}),
  };
  const report = await runEvaluation(services, task, signal);
  if (report.results.status === "cancelled") throw runCancelled(runId);
  const trial = toTrial(trialId, report);
  const done: TrialRecord = {
    ...head,
    status: "done",
    // A report is plain JSON throughout, and the store checks it before it writes.
    report: report as unknown as JsonObject,
    ...(trial.score === null ? {} : { score: trial.score }),
    endedAt: Math.floor(services.clock.wallMs()),
  };
  await recording.recorder.record({ records: [done] });
  return { trial, from: "run" };
}

/** A trial as its optimizer sees it. One that was given up has no score: the few examples that got through must not make it the best. */
export function toTrial(trialId: string, report: EvaluationReport): Trial {
  return { trialId, score: report.results.status === "complete" ? report.results.score : null, report };
}

/** The record holds another program for this trial. */
export function runDiverged(runId: string, trialId: string): BaseError {
  return new BaseError(
    "RUN_DIVERGED",
    `Run ${runId} proposed another program for trial "${trialId}" than before it was interrupted. The optimizer, a metric or the data ` +
      "gives different answers each time (chance without a seed, time, arrival order). Make it repeatable, or start a new run.",
    { details: { runId, trialId } },
  );
}
