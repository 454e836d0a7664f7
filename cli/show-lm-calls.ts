// LM calls of one place in a run, with their prompts and responses: why did my program give this result?
// Knows nothing of where they are shown.
import {
  formatCost,
  formatDuration,
  type JsonObject,
  type JsonValue,
  type LmCallRecord,
  type ResultStore,
} from "../index.ts";
import { indented } from "./render-values.ts";
import { jsonObject } from "./run-score.ts";

/** An LM call with what its payload hashes stand for; null where the store no longer holds it. */
export interface ShownLmCall {
  readonly call: LmCallRecord;
  readonly request: JsonValue;
  readonly response: JsonValue;
}

/** The place whose calls are wanted. */
export type LmCallPlace = Partial<Pick<LmCallRecord, "trialId" | "exampleId">> & Pick<LmCallRecord, "runId">;

/** Reads the calls of a place, in the order in which they were made. */
export async function lmCallsAt(store: ResultStore, place: LmCallPlace) {
  const { records, problems } = await store.list("lm-call", { prefix: place }).all();
  const calls = [...records].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || a.n - b.n);
  const shown: ShownLmCall[] = [];
  for (const call of calls) {
    const [request, response] = await store.getPayloads([
      call.request,
      ...("response" in call.outcome ? [call.outcome.response] : []),
    ]);
    shown.push({ call, request: request ?? null, response: response ?? null });
  }
  return { calls: shown, problems };
}

/** The calls as text. */
export function renderLmCalls(calls: readonly ShownLmCall[]): string {
  if (calls.length === 0) return "no LM call is recorded here";
  return calls.map((shown, position) => renderCall(shown, position + 1)).join("\n");
}

function renderCall({ call, request, response }: ShownLmCall, number: number): string {
  const known = call.costUsd === "unknown" ? 0 : call.costUsd;
  const head = [
    `LM call ${number} by ${call.modulePath}`,
    `${call.providerName ?? "?"}/${call.modelName ?? "?"}`,
    `from ${call.from}`,
    formatDuration(call.durationMs),
    ...(call.usage === undefined ? [] : [`${call.usage.inputTokens} + ${call.usage.outputTokens} tokens`]),
    formatCost(call.costUsd, known),
  ].join(" · ");
  const answer =
    "error" in call.outcome
      ? [`  failed: ${call.outcome.error.code ?? call.outcome.error.name}: ${call.outcome.error.message}`]
      : completionsIn(response).map((text) => `  response\n${indented(text, "    ")}`);
  return [head, ...messagesIn(request).map(({ role, text }) => `  ${role}\n${indented(text, "    ")}`), ...answer].join(
    "\n",
  );
}

function messagesIn(request: JsonValue): readonly { readonly role: string; readonly text: string }[] {
  const messages = jsonObject(request)?.["messages"];
  if (!Array.isArray(messages)) return [{ role: "request", text: "(not in the store)" }];
  return messages.map((message: JsonValue) => {
    const { role, content, tool_calls: calls } = jsonObject(message) ?? ({} as JsonObject);
    return { role: String(role ?? "?"), text: textOf(content, calls) };
  });
}

function completionsIn(response: JsonValue): readonly string[] {
  const completions = jsonObject(response)?.["completions"];
  if (!Array.isArray(completions)) return ["(not in the store)"];
  return completions.map((completion: JsonValue) => {
    const { text, toolCalls } = jsonObject(completion) ?? ({} as JsonObject);
    return textOf(text, toolCalls);
  });
}

/** What was said, and the tools that were called beside it or in its place. */
function textOf(said: JsonValue | undefined, calls: JsonValue | undefined): string {
  const parts = [said, calls].filter((part) => part !== undefined && part !== null);
  return parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join("\n") || "(nothing)";
}
