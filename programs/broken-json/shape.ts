// What two values have in common, and when one is nothing.
// Knows nothing of text.
import { hasSameShape, isEmpty } from "../json-repair-shape.ts";
import { Float, type PythonValue } from "../python/values.ts";

/** Whether Python takes a value for false. */
export function isNothing(value: PythonValue): boolean {
  if (value === null || value === false || value === 0 || value === 0n) return true;
  return isEmpty(value) || (value instanceof Float && value.value === 0);
}

/** Whether two values are of one shape, and what is neither list nor dict of one of Python's types. */
export function isAlike(a: PythonValue, b: PythonValue): boolean {
  return hasSameShape(a, b, isSameKind);
}

function isSameKind(a: PythonValue, b: PythonValue): boolean {
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
