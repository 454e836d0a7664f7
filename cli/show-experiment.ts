// One experiment: its question, its state, and the runs that belong to it.
// Knows nothing of how it was asked for.
import { type ExperimentRecord, formatScore, type ResultStore } from "../index.ts";
import { scoreOf } from "./run-score.ts";
import type { Shown } from "./shown.ts";
import { table } from "./table.ts";
import { localTime } from "./time-text.ts";

/** Shows an experiment. */
export async function showExperiment(store: ResultStore, experiment: ExperimentRecord): Promise<Shown> {
  const { experimentId, hypothesisText, status, programName, runIds, createdAt, error } = experiment;
  const found = await store.getMany(
    "run",
    runIds.map((runId) => ({ runId })),
  );
  const runs = found.records.filter((run) => run !== undefined);
  const rows = runs.map((run) => [
    run.runId,
    run.runKind,
    run.status,
    formatScore(scoreOf(run)),
    localTime(run.startedAt),
  ]);
  const text = [
    `${experimentId}: ${status}, ${programName}, designed ${localTime(createdAt)}`,
    `  ${hypothesisText}`,
    ...(error === undefined ? [] : [`  failed: ${error.code ?? error.name}: ${error.message}`]),
    rows.length === 0 ? "  no run yet" : table(["run", "kind", "status", "score", "started"], rows, "  "),
  ].join("\n");
  return { text, value: { experiment, runs }, problems: found.problems };
}
