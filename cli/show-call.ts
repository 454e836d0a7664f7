// One call of a program: inputs, outputs or failure, and the calls of models and tools underneath.
// Knows nothing of how it was asked for.
import type { ResultStore, RunRecord } from "../index.ts";
import { renderOutputs } from "./render-values.ts";
import { jsonObject } from "./run-score.ts";
import { lmCallsAt, renderLmCalls } from "./show-lm-calls.ts";
import { renderToolCalls, toolCallsAt } from "./show-tool-calls.ts";
import type { Shown } from "./shown.ts";
import { localTime } from "./time-text.ts";

/** Shows a call. */
export async function showCall(store: ResultStore, run: RunRecord): Promise<Shown> {
  const { calls, problems } = await lmCallsAt(store, { runId: run.runId });
  const tools = await toolCallsAt(store, { runId: run.runId });
  const outcome =
    run.error === undefined
      ? ["outputs", renderOutputs(jsonObject(run.report)?.["outputs"] ?? {}, "  ")]
      : [`failed: ${run.error.code ?? run.error.name}: ${run.error.message}`];
  const text = [
    `${run.runId}: call of ${run.programName}, ${run.status}, ${localTime(run.startedAt)}`,
    "inputs",
    renderOutputs(run.metadata?.["inputs"] ?? {}, "  "),
    ...(run.status === "running" ? [] : outcome),
    renderLmCalls(calls),
    ...renderToolCalls(tools.calls),
  ].join("\n");
  return { text, value: { run, lmCalls: calls, toolCalls: tools.calls }, problems: [...problems, ...tools.problems] };
}
