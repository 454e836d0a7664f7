// Reads an answer that is, or holds, one JSON object.
// Knows nothing of prompts.
import { readOutputs } from "./answer.ts";
import type { Compat } from "./compat.ts";
import { parseFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import { repairJson } from "./json-repair.ts";
import { coercionReason } from "./parse-value.ts";
import type { Dict } from "./python/values.ts";

/** The outputs in a completion. Throws PROGRAM_PARSE_FAILED with a reason per field. */
export function readJsonAnswer(
  adapterName: string,
  outputs: readonly Field[],
  text: string,
  compat: Compat | undefined,
): Record<string, unknown> {
  const found = jsonObjectIn(text, compat);
  if (!(found instanceof Map)) {
    throw parseFailed({
      adapterName,
      text,
      expectedFields: outputs.map((field) => field.name),
      parsedFields: {},
      failures: [{ field: "*", reason: found }],
    });
  }
  const source = { adapterName, outputs, compat, text, absence: "its key is missing" };
  return readOutputs(source, (field) => found.get(field.name));
}

/** The object that a text is, else the first pair of braces in it that is balanced; or why there is none. */
function jsonObjectIn(text: string, compat: Compat | undefined): Dict | string {
  try {
    const whole = repairJson(text, compat);
    if (whole instanceof Map) return whole;
    const part = firstBraces(text);
    const inner = part === undefined ? undefined : repairJson(part, compat);
    return inner instanceof Map ? inner : "there is no JSON object in the answer";
  } catch (error) {
    return coercionReason(error);
  }
}

/** The pair of braces that begins first, braces counted wherever they stand, also in strings. */
function firstBraces(text: string): string | undefined {
  const open: number[] = [];
  let first: { start: number; end: number } | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x7b) open.push(at);
    else if (char === 0x7d) {
      const start = open.pop();
      if (start === undefined) continue;
      if (first === undefined || start < first.start) first = { start, end: at + 1 };
      if (open.length === 0) break;
    }
  }
  return first === undefined ? undefined : text.slice(first.start, first.end);
}
