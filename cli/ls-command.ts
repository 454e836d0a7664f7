// `dspex ls`: recent runs, and experiments that nobody has run yet, newest first.
// Knows nothing of what a run holds.
import { type ExperimentRecord, formatScore, type ResultStore, type RunRecord } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { FlagValues } from "./flags.ts";
import { commandText, openRecord, storeFolder } from "./open-runtime.ts";
import { scoreOf } from "./run-score.ts";
import { table } from "./table.ts";
import { localTime } from "./time-text.ts";

/** One line of the list. */
interface Row {
  readonly id: string;
  readonly kind: "evaluation" | "optimization" | "program" | "experiment";
  readonly status: string;
  readonly program: string;
  readonly score: number | null;
  readonly dataset: string | null;
  readonly experimentId: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

const DEFAULT_LIMIT = 20;

/** Lists. */
export async function lsCommand(context: CommandContext): Promise<ExitCode> {
  const { flags, output } = context;
  const store = await openRecord(context);
  if (store === undefined) {
    output.note(`There is no store in ${storeFolder(context)} yet; dspex run, eval and optimize make one.`);
    output.result("", { rows: [], problems: [], more: 0 });
    return EXIT.ok;
  }
  try {
    const { rows, problems, more } = await recentRows(store, flags);
    for (const { key, message } of problems) output.note(`unreadable: ${key}: ${message}`);
    if (rows.length === 0) output.note(`Nothing fits in ${store.location}.`);
    const cells = rows.map((row) => [
      row.id,
      row.kind,
      row.status,
      row.program,
      row.kind === "program" ? "" : formatScore(row.score),
      row.dataset ?? "",
      localTime(row.startedAt),
    ]);
    const text = rows.length === 0 ? "" : table(["id", "kind", "status", "program", "score", "data", "started"], cells);
    output.result(text, { rows, problems, more });
    if (more > 0)
      output.note(`${more} older not shown: ${commandText(context, "ls", "--limit", String(rows.length + more))}`);
    return EXIT.ok;
  } finally {
    await store.close();
  }
}

async function recentRows(store: ResultStore, flags: FlagValues) {
  const limit = flags.limit ?? DEFAULT_LIMIT;
  const fits = (row: Row) =>
    (flags.status === undefined || row.status === flags.status) &&
    (flags.program === undefined || row.program === flags.program);
  let kept: Row[] = [];
  let seen = 0;
  const keep = (row: Row) => {
    if (!fits(row)) return;
    seen++;
    kept.push(row);
    // Runs lie in the order of their ids, not of their age; sorting now and then keeps the list, and the memory, short.
    if (kept.length >= 2 * limit + 64) kept = newest(kept, limit);
  };
  const runs = store.list("run");
  for await (const run of runs) keep(rowOfRun(run));
  const experiments = store.list("experiment");
  for await (const experiment of experiments) if (experiment.runIds.length === 0) keep(rowOfExperiment(experiment));
  const rows = newest(kept, limit);
  return { rows, problems: [...runs.problems, ...experiments.problems], more: seen - rows.length };
}

function newest(rows: readonly Row[], limit: number): Row[] {
  return [...rows].sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1)).slice(0, limit);
}

function rowOfRun(run: RunRecord): Row {
  return {
    id: run.runId,
    kind: run.runKind,
    status: run.status,
    program: run.programName,
    score: scoreOf(run),
    dataset: run.datasetName ?? null,
    experimentId: run.experimentId ?? null,
    startedAt: run.startedAt,
  };
}

function rowOfExperiment({ experimentId, status, programName, datasetName, createdAt }: ExperimentRecord): Row {
  return {
    id: experimentId,
    kind: "experiment",
    status,
    program: programName,
    score: null,
    dataset: datasetName ?? null,
    experimentId,
    startedAt: createdAt,
  };
}
