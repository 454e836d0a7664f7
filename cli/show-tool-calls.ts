// Calls of tools of one place in a run, with what they were given and what they answered.
// Knows nothing of where they are shown.
import { formatDuration, type JsonValue, type ResultStore, type ToolCallRecord } from "../index.ts";
import { indented } from "./render-values.ts";
import { jsonObject } from "./run-score.ts";
import type { LmCallPlace } from "./show-lm-calls.ts";

/** A call of a tool with what its payload hashes stand for; null where the store no longer holds it. */
export interface ShownToolCall {
  readonly call: ToolCallRecord;
  readonly args: JsonValue;
  readonly result: JsonValue;
}

/** Reads the calls of a place, in the order in which they were made. */
export async function toolCallsAt(store: ResultStore, place: LmCallPlace) {
  const { records, problems } = await store.list("tool-call", { prefix: place }).all();
  const calls = [...records].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || a.n - b.n);
  const shown: ShownToolCall[] = [];
  for (const call of calls) {
    const { args: given, outcome } = call;
    const [args, held] = await store.getPayloads([given, ...("result" in outcome ? [outcome.result] : [])]);
    shown.push({ call, args: args ?? null, result: jsonObject(held ?? null)?.["result"] ?? null });
  }
  return { calls: shown, problems };
}

/** The calls as text, a line or more each. */
export function renderToolCalls(calls: readonly ShownToolCall[]): readonly string[] {
  return calls.map(({ call, args, result }, index) => {
    const { outcome, toolName, modulePath, durationMs } = call;
    const answer =
      "error" in outcome
        ? `  failed: ${outcome.error.code ?? outcome.error.name}: ${outcome.error.message}`
        : `  result\n${indented(typeof result === "string" ? result : JSON.stringify(result), "    ")}`;
    const head = `tool call ${index + 1} by ${modulePath} · ${toolName} · ${formatDuration(durationMs)}`;
    return [head, `  args\n${indented(JSON.stringify(args), "    ")}`, answer].join("\n");
  });
}
