// How a field's value stands in a prompt.
// Knows one field at a time.

import type { Compat } from "./compat.ts";
import { formatFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import { jsonDumps, jsonKeys, pythonStr } from "./python/repr.ts";
import { type PythonValue, Sequence } from "./python/values.ts";
import { toPython } from "./to-python.ts";

/** The text of a field's value. Throws PROGRAM_FORMAT_FAILED for a value that has none. */
export function fieldValueText(field: Field, value: unknown, compat: Compat | undefined): string {
  if (typeof value === "string") return value;
  const python = convert(field, value);
  if (Array.isArray(python)) {
    return field.type.kind === "str" ? listInText(field, python, compat) : jsonDumps(jsonKeys(python));
  }
  if (python instanceof Sequence || python instanceof Map) return jsonDumps(jsonKeys(python));
  return pythonStr(python);
}

function convert(field: Field, value: unknown): PythonValue {
  try {
    return toPython(value, field.type);
  } catch (error) {
    throw formatFailed(field.name, error instanceof Error ? error.message : String(error));
  }
}

/** A list in a field of text: numbered blobs. */
function listInText(field: Field, items: readonly PythonValue[], compat: Compat | undefined): string {
  if (items.length === 0) return "N/A";
  const blobs = items.map((item) => blobOf(field, item, compat));
  return blobs.length === 1 ? (blobs[0] ?? "") : blobs.map((blob, index) => `[${index + 1}] ${blob}`).join("\n");
}

function blobOf(field: Field, item: PythonValue, compat: Compat | undefined): string {
  const text = typeof item === "string" ? item : otherBlob(field, item, compat);
  if (!text.includes("\n") && !text.includes("«") && !text.includes("»")) return `«${text}»`;
  return `«««\n    ${text.replaceAll("\n", "\n    ")}\n»»»`;
}

function otherBlob(field: Field, item: PythonValue, compat: Compat | undefined): string {
  if (compat === undefined)
    return typeof item === "object" && item !== null ? jsonDumps(jsonKeys(item)) : pythonStr(item);
  // DSPy asks `"\n" in item`: lists and dicts answer by their members, numbers, booleans and None raise.
  const members = Array.isArray(item) ? item : item instanceof Map ? [...item.keys()] : undefined;
  if (members === undefined || members.some((member) => member === "\n" || member === "«" || member === "»")) {
    throw formatFailed(field.name, "a list in a field of type str may hold texts only");
  }
  return pythonStr(item);
}
