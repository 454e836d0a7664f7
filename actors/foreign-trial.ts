// A trial whose examples somebody else runs: recorded from proposed to done, as those that run here are.
// Knows nothing of who runs it.
import { type EvaluationReport, type ExampleResult, foldReport } from "../evaluate/index.ts";
import type { OpenTrial, Trial, TrialOptions } from "../optimizers/index.ts";
import type { Module } from "../programs/index.ts";
import type { ErrorRecord } from "../runtime/base/index.ts";
import { toResultRecord } from "./example-record.ts";
import type { RunServices } from "./run-services.ts";
import { emitOptimizerEvent, type StudyParts } from "./study-parts.ts";
import { doneRecord, earlierTrial, recordProposed, toTrial } from "./trial-record.ts";

/** Records a candidate as proposed. Rejects with RUN_DIVERGED where the record holds another candidate for this trial. */
export async function openForeignTrial(
  { clock, bus }: RunServices,
  parts: StudyParts,
  candidate: Module,
  options: TrialOptions,
): Promise<OpenTrial> {
  const { rules, valset, optimizerName } = parts;
  const { trialId, dataset = valset } = options;
  const { runId, recording, metrics } = rules;
  const earlier = await earlierTrial(rules, trialId, candidate);
  const startedMs = clock.now();
  const about = { runId, optimizer: optimizerName, trialId };
  emitOptimizerEvent(bus, runId, "optimizer.trial.started", () => ({
    measures: { examples: dataset.examples.length },
    about,
  }));
  const head = await recordProposed(clock, parts, candidate, options, earlier.record);
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
      const place = { runId, trialId };
      const records = results.map((result, index) =>
        toResultRecord({ ...place, exampleId: result.exampleId }, index, result),
      );
      await recording.recorder.record({ records: [...records, doneRecord(clock, head, trial)] });
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
