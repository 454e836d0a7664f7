// A run or one of its trials: what it is, what it came to, its candidates, and why the optimizer did what it did.
// Knows nothing of single examples.
import {
  type EvaluationReport,
  formatDuration,
  formatScore,
  type JsonObject,
  type JsonValue,
  type ResultStore,
  type RunRecord,
  renderReport,
  type TrialRecord,
} from "../index.ts";
import type { CommandContext } from "./command.ts";
import { recordUnknown } from "./errors.ts";
import { commandText } from "./open-runtime.ts";
import { renderOutputs } from "./render-values.ts";
import { evaluationReport, jsonObject } from "./run-score.ts";
import type { Shown } from "./shown.ts";
import { table } from "./table.ts";
import { localTime } from "./time-text.ts";

/** How many lines of decisions are spelled out; `--json` and `--limit` give more. */
const DEFAULT_LIMIT = 20;
/** Longer facts push the columns apart; `--json` has them whole. */
const FACTS_LENGTH = 120;

/** Shows a run. */
export async function showRun(context: CommandContext, store: ResultStore, run: RunRecord): Promise<Shown> {
  const { runId } = run;
  const trials = await store.list("trial", { prefix: { runId } }).all();
  const decisions = await store.list("decision", { prefix: { runId } }).all();
  const recorded = run.status === "completed" ? undefined : await countResults(store, runId);
  const report = evaluationReport(run.report);
  const limit = context.flags.limit ?? DEFAULT_LIMIT;
  const told = decisions.records.slice(0, limit).map(({ decisionKind, facts }) => [decisionKind, factsText(facts)]);
  const left = decisions.records.length - told.length;
  const lines = [
    ...headLines(run),
    ...(report === undefined ? [] : [renderReport(report, run.programName)]),
    ...(recorded === undefined ? [] : [`  recorded so far: ${recorded} example results`]),
    ...poorLines(report, limit),
    ...bestLines(run),
    ...(trials.records.length === 0 ? [] : ["trials, the best first", trialTable(run, trials.records)]),
    ...(told.length === 0 ? [] : ["decisions", table(["what", "facts"], told, "  ")]),
    ...(left > 0 ? [`  and ${left} more: --limit ${decisions.records.length}`] : []),
    ...nextLines(context, run, trials.records),
  ];
  return {
    text: lines.join("\n"),
    value: { run, trials: trials.records, decisions: decisions.records },
    problems: [...trials.problems, ...decisions.problems],
  };
}

/** Shows a trial. Rejects with CLI_RECORD_UNKNOWN. */
export async function showTrial(
  context: CommandContext,
  store: ResultStore,
  run: RunRecord,
  trialId: string,
): Promise<Shown> {
  const { runId } = run;
  const trial = await store.get("trial", { runId, trialId });
  if (trial === undefined) {
    const known = await store.list("trial", { prefix: { runId }, limit: 12 }).all();
    const names = known.records.map((each) => `"${each.trialId}"`).join(", ");
    throw recordUnknown(
      trialId,
      `the id of a trial of ${runId}`,
      store.location,
      names === "" ? "It has no trials." : `It has ${names}.`,
    );
  }
  const candidate = await store.get("candidate", { runId, candidateId: trial.candidateId });
  const report = evaluationReport(trial.report);
  const text = [
    `${runId}/${trialId}: ${trial.status}, score ${formatScore(trial.score ?? null)}, ${localTime(trial.startedAt)}`,
    ...(trial.proposal === undefined ? [] : ["proposal", renderOutputs(trial.proposal, "  ")]),
    ...(report === undefined ? [] : [renderReport(report, trialId)]),
    ...(candidate === undefined ? [] : ["program", programText(candidate.programState)]),
    `one example: ${commandText(context, "show", runId, "--trial", trialId, "--example", firstExample(report) ?? "ID")}`,
  ].join("\n");
  return { text, value: { trial, candidate: candidate ?? null }, problems: [] };
}

function headLines(run: RunRecord): readonly string[] {
  const took = run.endedAt === undefined ? "" : `, took ${formatDuration(run.endedAt - run.startedAt)}`;
  const facts = [
    ...(run.lmNames === undefined ? [] : [`LM ${run.lmNames.join(", ")}`]),
    ...(run.datasetName === undefined ? [] : [`data ${run.datasetName} (${run.exampleCount ?? "?"} examples)`]),
    ...(run.metricNames.length === 0 ? [] : [`metric ${run.metricNames.join(", ")}`]),
    ...(run.optimizerName === undefined
      ? []
      : [`optimizer ${run.optimizerName} ${JSON.stringify(run.optimizerOptions ?? {})}`]),
    ...(run.seed === undefined ? [] : [`seed ${run.seed}`]),
  ];
  return [
    `${run.runId}: ${run.runKind} of ${run.programName}, ${run.status}, ${localTime(run.startedAt)}${took}`,
    ...(run.experimentId === undefined ? [] : [`  experiment ${run.experimentId}`]),
    ...facts.map((fact) => `  ${fact}`),
    ...(run.source === undefined ? [] : [`  command: dspex ${run.source.args.join(" ")} ${run.source.modulePath}`]),
    ...(run.error === undefined ? [] : [`  failed: ${run.error.code ?? run.error.name}: ${run.error.message}`]),
  ];
}

/** Examples that failed, could not be scored or did not pass: the ones somebody wants to look into. */
function poorLines(report: EvaluationReport | undefined, limit: number): readonly string[] {
  if (report === undefined) return [];
  const { examples, primaryMetric, passThreshold } = report.results;
  const poor = examples.flatMap((row) => {
    if (row.status === "failed") return [[row.exampleId, `failed: ${row.code}`]];
    if (row.status === "unscored") return [[row.exampleId, `unscored: ${row.reason}`]];
    const score = row.status === "scored" ? row.scores[primaryMetric]?.score : undefined;
    return score === undefined || score >= passThreshold
      ? []
      : [[row.exampleId, `${primaryMetric} ${formatScore(score)}`]];
  });
  if (poor.length === 0) return [];
  const left = poor.length - limit;
  return [
    "examples that did not pass",
    table(["example", "outcome"], poor.slice(0, limit), "  "),
    ...(left > 0 ? [`  and ${left} more: --limit ${poor.length}`] : []),
  ];
}

function bestLines({ report }: RunRecord): readonly string[] {
  const best = jsonObject(report)?.["bestTrialId"];
  const score = jsonObject(report)?.["bestScore"];
  return typeof best === "string" && typeof score === "number" ? [`best: ${best}, score ${formatScore(score)}`] : [];
}

/** In the order of the optimizer's own ranking where the run has come to one. */
function trialTable({ report }: RunRecord, trials: readonly TrialRecord[]): string {
  const candidates = jsonObject(report)?.["candidates"];
  const ranked = Array.isArray(candidates) ? candidates.map((each: JsonValue) => jsonObject(each)?.["trialId"]) : [];
  const rank = ({ trialId }: TrialRecord) => (ranked.includes(trialId) ? ranked.indexOf(trialId) : ranked.length);
  const scoreOf = ({ score }: TrialRecord) => score ?? Number.NEGATIVE_INFINITY;
  const byScore = [...trials].sort((a, b) => rank(a) - rank(b) || scoreOf(b) - scoreOf(a));
  const rows = byScore.map(({ trialId, status, score, proposal }) => [
    trialId,
    status,
    formatScore(score ?? null),
    proposal === undefined ? "" : factsText(proposal),
  ]);
  return table(["trial", "status", "score", "proposal"], rows, "  ");
}

function nextLines(context: CommandContext, run: RunRecord, trials: readonly TrialRecord[]): readonly string[] {
  const { runId, status, source } = run;
  const exampleId = firstExample(evaluationReport(run.report));
  const [trial] = trials;
  return [
    ...(status === "completed" || source === undefined ? [] : [`go on: ${commandText(context, "resume", runId)}`]),
    ...(exampleId === undefined ? [] : [`one example: ${commandText(context, "show", runId, "--example", exampleId)}`]),
    ...(trial === undefined ? [] : [`one trial: ${commandText(context, "show", `${runId}/${trial.trialId}`)}`]),
  ];
}

/** The example that is asked about most: the first that failed, else the first. */
function firstExample(report: EvaluationReport | undefined): string | undefined {
  const rows = report?.results.examples ?? [];
  return (rows.find((row) => row.status === "failed") ?? rows[0])?.exampleId;
}

function programText(state: JsonObject): string {
  return Object.entries(state)
    .map(([path, parameters]) => {
      if (parameters === null) return `  ${path}: as Python makes it`;
      const { demos, signature } = jsonObject(parameters) ?? {};
      const count = Array.isArray(demos) ? demos.length : 0;
      const instructions = JSON.stringify(jsonObject(signature)?.["instructions"] ?? "");
      return `  ${path}: ${count} demonstrations, instructions ${instructions}`;
    })
    .join("\n");
}

function factsText(facts: JsonObject): string {
  const text = Object.entries(facts)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
  return text.length > FACTS_LENGTH ? `${text.slice(0, FACTS_LENGTH)}…` : text;
}

async function countResults(store: ResultStore, runId: string): Promise<number> {
  let count = 0;
  for await (const _ of store.list("example-result", { prefix: { runId } })) count++;
  return count;
}
