// What two values have in common, and when one is nothing.
// Knows nothing of text.
import { Float, type PythonValue } from "../python/values.ts";

/** Whether a value is an empty text, list or dict. */
export function isEmptyText(value: PythonValue): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0) || (value instanceof Map && value.size === 0);
}

/** Whether Python takes a value for false. */
export function isNothing(value: PythonValue): boolean {
  if (value === null || value === false || value === 0 || value === 0n) return true;
  return isEmptyText(value) || (value instanceof Float && value.value === 0);
}

/** Whether two values are of one shape: dicts of the same keys, lists of the same length, all the way down. */
export function hasSameShape(a: PythonValue, b: PythonValue): boolean {
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && hasSameShape(value, b.get(key) ?? null));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => hasSameShape(item, b[index] ?? null));
  }
  return kindOf(a) === kindOf(b);
}

function kindOf(value: PythonValue): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return "list";
  if (value instanceof Map) return "dict";
  if (value instanceof Float) return "float";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return typeof value === "bigint" ? "int" : typeof value;
}
