// A trial on record, from proposed to done, whoever runs its examples.
// Knows nothing of how they are run.
import type { EvaluationReport } from "../evaluate/index.ts";
import type { Trial, TrialOptions } from "../optimizers/index.ts";
import { type Module, programHash, programState } from "../programs/index.ts";
import { BaseError, type Clock, type JsonObject } from "../runtime/base/index.ts";
import type { TrialRecord } from "../stores/index.ts";
import type { StudyParts } from "./study-parts.ts";

/** What the record holds of a trial from an earlier life of its run. */
export interface EarlierTrial {
  readonly record: TrialRecord | undefined;
  /** Whether it was of another candidate, which is let be only where failures are asked again. */
  readonly isAnother: boolean;
}

/** What the record of a trial says from first to last. */
type TrialHead = Omit<TrialRecord, "status" | "report" | "score" | "endedAt">;

/** Looks a trial up. Rejects with RUN_DIVERGED where the record holds another candidate for it and failures are not asked again. */
export async function earlierTrial(
  { runId, recording }: StudyParts["rules"],
  trialId: string,
  candidate: Module,
): Promise<EarlierTrial> {
  const record = await recording.replayFrom?.get("trial", { runId, trialId });
  const proposed = record && (await recording.replayFrom?.get("candidate", { runId, candidateId: record.candidateId }));
  const isAnother = proposed !== undefined && proposed.programHash !== programHash(candidate);
  if (isAnother && recording.retryFailed !== true) throw runDiverged(runId, trialId);
  return { record, isAnother };
}

/** Records a candidate and its trial as proposed; answers what further records of the trial begin with. */
export async function recordProposed(
  clock: Clock,
  { rules, valset }: StudyParts,
  candidate: Module,
  { trialId, proposal, dataset = valset }: TrialOptions,
  earlier: TrialRecord | undefined,
): Promise<TrialHead> {
  const { runId, recording } = rules;
  const head = {
    kind: "trial",
    version: 1,
    runId,
    trialId,
    candidateId: trialId,
    datasetHash: dataset.hash,
    ...(proposal === undefined ? {} : { proposal }),
    startedAt: earlier?.startedAt ?? Math.floor(clock.wallMs()),
  } as const;
  await recording.recorder.record({
    records: [
      {
        kind: "candidate",
        version: 1,
        runId,
        candidateId: trialId,
        programHash: programHash(candidate),
        programState: programState(candidate),
        ...(proposal === undefined ? {} : { proposal }),
        parents: [],
        createdAt: head.startedAt,
      },
      { ...head, status: "proposed" },
    ],
  });
  return head;
}

/** The record of a trial that is done. */
export function doneRecord(clock: Clock, head: TrialHead, { report, score }: Trial): TrialRecord {
  return {
    ...head,
    status: "done",
    // A report is plain JSON throughout, and the store checks it before it writes.
    report: report as unknown as JsonObject,
    ...(score === null ? {} : { score }),
    endedAt: Math.floor(clock.wallMs()),
  };
}

/** A trial as its optimizer sees it. One that was given up has no score: the few examples that got through must not make it the best. */
export function toTrial(trialId: string, report: EvaluationReport): Trial {
  return { trialId, score: report.results.status === "complete" ? report.results.score : null, report };
}

function runDiverged(runId: string, trialId: string): BaseError {
  return new BaseError(
    "RUN_DIVERGED",
    `Run ${runId} proposed another program for trial "${trialId}" than before it was interrupted. The optimizer, a metric or the data ` +
      "gives different answers each time (chance without a seed, time, arrival order). Make it repeatable, or start a new run.",
    { details: { runId, trialId } },
  );
}
