// A trial whose examples somebody else runs: recorded from proposed to done, as those that run here are.
// Knows nothing of who runs it.
import { type EvaluationReport, type ExampleResult, foldReport } from "../evaluate/index.ts";
import type { OpenTrial, Trial, TrialOptions } from "../optimizers/index.ts";
import { type Module, programHash, programState } from "../programs/index.ts";
import type { ErrorRecord, JsonObject } from "../runtime/base/index.ts";
import type { TrialRecord } from "../stores/index.ts";
import { toResultRecord } from "./example-record.ts";
import type { RunServices } from "./run-services.ts";
import { runDiverged, toTrial } from "./run-trial.ts";
import { emitOptimizerEvent, type StudyParts } from "./study-parts.ts";

/** Records a candidate as proposed. Rejects with RUN_DIVERGED where the record holds another candidate for this trial. */
export async function openForeignTrial(
  { clock, bus }: RunServices,
  { rules, valset, optimizerName }: StudyParts,
  candidate: Module,
  { trialId, proposal, dataset = valset }: TrialOptions,
): Promise<OpenTrial> {
  const { runId, recording, metrics } = rules;
  const candidateHash = programHash(candidate);
  const earlier = await recording.replayFrom?.get("trial", { runId, trialId });
  const proposed =
    earlier && (await recording.replayFrom?.get("candidate", { runId, candidateId: earlier.candidateId }));
  if (proposed !== undefined && proposed.programHash !== candidateHash && recording.retryFailed !== true) {
    throw runDiverged(runId, trialId);
  }
  const startedMs = clock.now();
  const about = { runId, optimizer: optimizerName, trialId };
  emitOptimizerEvent(bus, runId, "optimizer.trial.started", () => ({
    measures: { examples: dataset.examples.length },
    about,
  }));
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
        programHash: candidateHash,
        programState: programState(candidate),
        ...(proposal === undefined ? {} : { proposal }),
        parents: [],
        createdAt: head.startedAt,
      },
      { ...head, status: "proposed" },
    ],
  });
  const report = (results: readonly ExampleResult[]): EvaluationReport =>
    foldReport(
      {
        dataset,
        exampleIds: dataset.exampleIds,
        metricNames: metrics.map(({ metricName }) => metricName),
        passThreshold: rules.passThreshold,
        seed: rules.seed,
        ...(rules.settings.compat === undefined ? {} : { compat: rules.settings.compat }),
      },
      results,
      { durationMs: clock.now() - startedMs },
    );
  return {
    async end(results): Promise<Trial> {
      const trial = toTrial(trialId, report(results));
      const done: TrialRecord = {
        ...head,
        status: "done",
        // A report is plain JSON throughout, and the store checks it before it writes.
        report: trial.report as unknown as JsonObject,
        ...(trial.score === null ? {} : { score: trial.score }),
        endedAt: Math.floor(clock.wallMs()),
      };
      const place = { runId, trialId };
      const records = results.map((result, index) =>
        toResultRecord({ ...place, exampleId: result.exampleId }, index, result),
      );
      await recording.recorder.record({ records: [...records, done] });
      const { counts, metrics: summaries } = trial.report.results;
      rules.onProgress?.({
        runId,
        trialId,
        finished: results.length,
        planned: counts.planned,
        scored: counts.scored,
        failed: counts.failed,
        mean: summaries[0]?.mean ?? null,
        replayed: 0,
      });
      emitOptimizerEvent(bus, runId, "optimizer.trial.stopped", () => ({
        measures: {
          durationMs: clock.now() - startedMs,
          failed: trial.report.results.counts.failed,
          ...(trial.score === null ? {} : { score: trial.score }),
        },
        about: { ...about, from: "run" },
      }));
      return trial;
    },
    fail({ code = "" }: ErrorRecord): void {
      const measures = { durationMs: clock.now() - startedMs };
      emitOptimizerEvent(bus, runId, "optimizer.trial.failed", () => ({ measures, about: { ...about, code } }));
    },
  };
}
