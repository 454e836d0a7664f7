// Holds a value against its field's bounds.
// Knows nothing of how the value came about.
import type { Field } from "./field.ts";

/** What is wrong with a value by its field's constraints, in words; undefined where nothing is. Bounds on numbers pass over other values, and so on. */
export function constraintProblem(field: Field, value: unknown): string | undefined {
  const { constraints } = field;
  if (constraints === undefined) return undefined;
  if (typeof value === "number") return numberProblem(constraints, value);
  const length = lengthOf(value);
  if (length === undefined) return undefined;
  const { minLength, maxLength, pattern } = constraints;
  if (minLength !== undefined && length < minLength)
    return `its length is ${length}, below the minimum of ${minLength}`;
  if (maxLength !== undefined && length > maxLength)
    return `its length is ${length}, above the maximum of ${maxLength}`;
  if (pattern !== undefined && typeof value === "string" && !new RegExp(pattern, "u").test(value))
    return `it does not match the pattern ${pattern}`;
  return undefined;
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string") return [...value].length;
  if (value instanceof Set) return value.size;
  return Array.isArray(value) ? value.length : undefined;
}

function numberProblem(constraints: NonNullable<Field["constraints"]>, value: number): string | undefined {
  const { gt, ge, lt, le, multipleOf } = constraints;
  if (gt !== undefined && !(value > gt)) return `${value} is not greater than ${gt}`;
  if (ge !== undefined && !(value >= ge)) return `${value} is not greater than or equal to ${ge}`;
  if (lt !== undefined && !(value < lt)) return `${value} is not less than ${lt}`;
  if (le !== undefined && !(value <= le)) return `${value} is not less than or equal to ${le}`;
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) return `${value} is not a multiple of ${multipleOf}`;
  return undefined;
}

/** Tolerates the last bits of a decimal fraction: 0.3 counts as a multiple of 0.1. */
function isMultiple(value: number, of: number): boolean {
  const ratio = value / of;
  return Math.abs(ratio - Math.round(ratio)) <= 1e-9 * Math.max(1, Math.abs(ratio));
}
