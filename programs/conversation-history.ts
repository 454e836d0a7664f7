// The earlier turns that a history holds, and what tools answered in them.
// Knows no format.
import type { FieldValues } from "./adapter.ts";
import type { Field } from "./field.ts";

/** One earlier turn. */
export interface EarlierTurn {
  /** The values of the signature's fields, tool calls without their results. */
  readonly values: FieldValues;
  /** The results of the turn's tool calls, if it had any. */
  readonly results?: FieldValues;
}

/** Whether a field holds the history of a conversation. */
export function isHistory({ type }: Field): boolean {
  return type.kind === "custom" && type.custom === "History";
}

/** The turns of a history, or of nothing. */
export function historyTurns(history: unknown): readonly EarlierTurn[] {
  const messages = property(history, "messages");
  return Array.isArray(messages) ? messages.map(turnOf) : [];
}

function turnOf(message: unknown): EarlierTurn {
  const values: FieldValues = message instanceof Map ? Object.fromEntries(message) : { ...Object(message) };
  for (const [name, value] of Object.entries(values)) {
    if (property(value, "tool_calls") === undefined) continue;
    const results = property(value, "tool_call_results");
    if (results === undefined || results === null) break;
    const calls = { tool_calls: property(value, "tool_calls") };
    return { values: { ...values, [name]: calls }, results: { tool_call_results: resultsOf(results) } };
  }
  return { values };
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
