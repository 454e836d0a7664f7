// When a value is one of a Literal's: equality as Python has it.
// Knows nothing of text.
import type { LiteralValue } from "./field-type.ts";
import { Float, Int, type PythonValue } from "./python/values.ts";

/** Whether a value equals a Literal's member: `True`, 1 and 1.0 are equal, and "1" is not. */
export function isEqualToLiteral(allowed: LiteralValue, value: PythonValue): boolean {
  const number = value instanceof Float || value instanceof Int ? value.value : plainNumber(value);
  const wanted = plainNumber(allowed);
  return wanted === number || (isNumeric(wanted) && isNumeric(number) && String(wanted) === String(number));
}

function plainNumber<Value>(value: Value): Value | number {
  return typeof value === "boolean" ? Number(value) : value;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
