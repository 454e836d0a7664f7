// One example of a run: what went in, what came out, what it scored, and the LM calls underneath.
// Knows nothing of whole runs.
import { formatScore, type JsonObject, type JsonValue, type ResultStore, type RunRecord } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { recordUnknown } from "./errors.ts";
import { commandText } from "./open-runtime.ts";
import { renderOutputs } from "./render-values.ts";
import { jsonObject } from "./run-score.ts";
import { lmCallsAt, renderLmCalls } from "./show-lm-calls.ts";
import { renderToolCalls, toolCallsAt } from "./show-tool-calls.ts";
import type { Shown } from "./shown.ts";
import { table } from "./table.ts";

/** A recorded result, as the store gives it. */
type ResultRecord = NonNullable<Awaited<ReturnType<typeof resultAt>>>;

/** Shows an example of one trial, or, in a run of many trials, what it came to in each. Rejects with CLI_RECORD_UNKNOWN. */
export async function showExample(
  context: CommandContext,
  store: ResultStore,
  run: RunRecord,
  trialId: string | undefined,
  exampleId: string,
): Promise<Shown> {
  const { runId } = run;
  const wanted = trialId ?? (run.runKind === "evaluation" ? "evaluation" : undefined);
  if (wanted === undefined) return showInTrials(context, store, run, exampleId);
  const result = await resultAt(store, runId, wanted, exampleId);
  if (result === undefined) throw await exampleUnknown(store, runId, wanted, exampleId);
  const fields = await exampleFields(store, run, exampleId);
  const place = { runId, trialId: wanted, exampleId };
  const { calls, problems } = await lmCallsAt(store, place);
  const tools = await toolCallsAt(store, place);
  const text = [
    `${runId}${wanted === "evaluation" ? "" : `/${wanted}`} example ${exampleId}: ${outcomeText(result)}`,
    ...(fields === undefined
      ? []
      : ["inputs", renderOutputs(fields.inputs, "  "), "labels", renderOutputs(fields.labels, "  ")]),
    ...(result.outcome.status === "failed" ? [] : ["prediction", renderOutputs(result.prediction, "  ")]),
    ...feedbackLines(result),
    renderLmCalls(calls),
    ...renderToolCalls(tools.calls),
  ].join("\n");
  return {
    text,
    value: { result, example: fields ?? null, lmCalls: calls, toolCalls: tools.calls },
    problems: [...problems, ...tools.problems],
  };
}

async function showInTrials(
  context: CommandContext,
  store: ResultStore,
  run: RunRecord,
  exampleId: string,
): Promise<Shown> {
  const { runId } = run;
  const trials = await store.list("trial", { prefix: { runId } }).all();
  const keys = trials.records.map(({ trialId }) => ({ runId, trialId, exampleId }));
  const found = await store.getMany("example-result", keys);
  const results = found.records.filter((result) => result !== undefined);
  const [first] = results;
  if (first === undefined)
    throw recordUnknown(
      exampleId,
      `the id of an example of ${runId}`,
      store.location,
      `See ${commandText(context, "show", runId)}.`,
    );
  const rows = results.map((result) => [result.trialId, outcomeText(result)]);
  const text = [
    `${runId} example ${exampleId} in ${results.length} trials`,
    table(["trial", "outcome"], rows, "  "),
    `its prompts: ${commandText(context, "show", runId, "--trial", first.trialId, "--example", exampleId)}`,
  ].join("\n");
  return { text, value: { results }, problems: [...trials.problems, ...found.problems] };
}

function resultAt(store: ResultStore, runId: string, trialId: string, exampleId: string) {
  return store.get("example-result", { runId, trialId, exampleId });
}

function outcomeText({ outcome }: ResultRecord): string {
  if (outcome.status === "failed")
    return `failed: ${outcome.error.code ?? outcome.error.name}: ${outcome.error.message}`;
  if (outcome.status === "unscored") return `unscored: ${outcome.reason}`;
  const scores = Object.entries(jsonObject(outcome.scores) ?? {});
  return scores.map(([name, score]) => `${name} ${formatScore(numberAt(score, "score"))}`).join(", ");
}

function feedbackLines({ outcome }: ResultRecord): readonly string[] {
  if (outcome.status !== "scored") return [];
  return Object.entries(jsonObject(outcome.scores) ?? {}).flatMap(([name, score]) => {
    const feedback = jsonObject(score)?.["feedback"];
    return typeof feedback === "string" ? [`feedback of ${name}: ${feedback}`] : [];
  });
}

/** The example itself, from whichever of the run's data sets holds it. */
async function exampleFields(store: ResultStore, run: RunRecord, exampleId: string) {
  const hashes = Object.values(jsonObject(run.metadata?.["datasets"]) ?? {}).filter((hash) => typeof hash === "string");
  for (const payload of await store.getPayloads(hashes)) {
    const ids = jsonObject(payload)?.["exampleIds"];
    const examples = jsonObject(payload)?.["examples"];
    const position = Array.isArray(ids) ? ids.indexOf(exampleId) : -1;
    if (position === -1 || !Array.isArray(examples)) continue;
    const example = jsonObject(examples[position]);
    const named: unknown = example?.["inputs"];
    const inputs = Array.isArray(named) ? named : [];
    const entries = Object.entries(jsonObject(example?.["fields"]) ?? {});
    const pick = (keep: boolean): JsonObject =>
      Object.fromEntries(entries.filter(([name]) => inputs.includes(name) === keep));
    return { inputs: pick(true), labels: pick(false) };
  }
  return undefined;
}

async function exampleUnknown(store: ResultStore, runId: string, trialId: string, exampleId: string) {
  const { records } = await store.list("example-result", { prefix: { runId, trialId }, limit: 5 }).all();
  const names = records.map((record) => `"${record.exampleId}"`).join(", ");
  const advice = names === "" ? "It has none yet." : `Its first are ${names}.`;
  return recordUnknown(exampleId, `the id of an example with a result in ${runId}`, store.location, advice);
}

function numberAt(value: JsonValue | undefined, key: string): number | null {
  const found = jsonObject(value)?.[key];
  return typeof found === "number" ? found : null;
}
