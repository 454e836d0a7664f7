// The earlier turns that a history holds, and what tools answered in them.
// Knows no format.
import type { JsonObject } from "../runtime/base/index.ts";
import type { FieldValues } from "./adapter.ts";
import type { Field } from "./field.ts";
import type { FieldType } from "./field-type.ts";
import type { ChatMessage } from "./ports.ts";
import { jsonDumps, jsonKeys } from "./python/repr.ts";
import { toPython } from "./to-python.ts";

/** One earlier turn. */
export interface EarlierTurn {
  /** The values of the signature's fields, tool calls without their results. */
  readonly values: FieldValues;
  /** The results of the turn's tool calls, if it had any. */
  readonly results?: FieldValues;
  /** The turn's tool calls, if it had any. */
  readonly calls?: readonly unknown[];
}

/** Whether a field holds the history of a conversation. */
export function isHistory({ type }: Field): boolean {
  return type.kind === "custom" && type.custom === "History";
}

/** Whether a type is that of tool calls. */
export function isToolCalls(type: FieldType): boolean {
  return type.kind === "custom" && type.custom === "ToolCalls";
}

/** The turns of a history, or of nothing. */
export function historyTurns(history: unknown): readonly EarlierTurn[] {
  const messages = property(history, "messages");
  return Array.isArray(messages) ? messages.map(turnOf) : [];
}

function turnOf(message: unknown): EarlierTurn {
  const values: FieldValues = message instanceof Map ? Object.fromEntries(message) : { ...Object(message) };
  for (const [name, value] of Object.entries(values)) {
    const asked = property(value, "tool_calls");
    if (asked === undefined) continue;
    const calls: readonly unknown[] = Array.isArray(asked) ? asked : [];
    const results = property(value, "tool_call_results");
    if (results === undefined || results === null) return { values, calls };
    return {
      values: { ...values, [name]: { tool_calls: asked } },
      results: { tool_call_results: resultsOf(results) },
      calls,
    };
  }
  return { values };
}

/**
 * A turn as a model that calls tools by itself knows it: what it said and called, then a message per result.
 *
 * Calls without an id, and calls that do not go with their results, are left out: a provider would refuse them.
 */
export function nativeTurn(said: string, { calls = [], results }: EarlierTurn): readonly ChatMessage[] {
  const answers = property(results?.["tool_call_results"], "tool_call_results");
  const answered: readonly unknown[] = Array.isArray(answers) ? answers : [];
  const isWhole =
    results !== undefined &&
    calls.length === answered.length &&
    calls.every((call, index) => {
      const id = property(call, "id");
      return typeof id === "string" && id !== "" && id === property(answered[index], "call_id");
    });
  if (!isWhole) return said === "" ? [] : [{ role: "assistant", content: said }];
  return [
    { role: "assistant", content: said === "" ? null : said, tool_calls: calls.map(callMessage) },
    ...answered.map((result): ChatMessage => {
      const value = property(result, "value");
      return {
        role: "tool",
        tool_call_id: String(property(result, "call_id")),
        name: String(property(result, "name")),
        content: typeof value === "string" ? value : jsonDumps(jsonKeys(toPython(value))),
      };
    }),
  ];
}

function callMessage(call: unknown): JsonObject {
  const args = jsonDumps(jsonKeys(toPython(property(call, "args") ?? {})));
  return {
    id: String(property(call, "id")),
    type: "function",
    function: { name: String(property(call, "name")), arguments: args },
  };
}

/** Results as a list, as one, or under their name; all of them in full. */
function resultsOf(given: unknown): unknown {
  const inner = property(given, "tool_call_results") ?? given;
  const list: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  return {
    tool_call_results: list.map((result) => ({
      call_id: property(result, "call_id") ?? null,
      name: property(result, "name"),
      value: property(result, "value") ?? null,
      is_error: property(result, "is_error") ?? false,
    })),
  };
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return value instanceof Map ? value.get(name) : Reflect.get(value, name);
}
