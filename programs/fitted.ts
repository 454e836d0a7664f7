// How well a value fits a type, which decides between the members of a union.
// Knows no types.
import { Mismatch } from "./mismatch.ts";
import type { PythonValue } from "./python/values.ts";

/** Converted. */
export const LAX = 0;
/** Converted without loss, as an int to a float. */
export const STRICT = 1;
/** As it was. */
export const EXACT = 2;

/** How well a value fitted: in a union the best fit wins, the first among equals. */
export type Fit = typeof LAX | typeof STRICT | typeof EXACT;

/** A value that fits. */
export interface Fitted {
  readonly value: PythonValue;
  readonly fit: Fit;
  /** For models, how many fields were given: the more the better, before `fit` is looked at. */
  readonly fieldsSet?: number;
}

/** The lesser of two. */
export function worse(a: Fit, b: Fit): Fit {
  return a < b ? a : b;
}

/** Whether a fit is better than another. */
export function isBetter(a: Fitted, b: Fitted): boolean {
  if (a.fieldsSet !== undefined && b.fieldsSet !== undefined && a.fieldsSet !== b.fieldsSet) {
    return a.fieldsSet > b.fieldsSet;
  }
  return a.fit > b.fit;
}

/** Does work on a part of a value, and says in a mismatch which part it was. */
export function inside<Result>(key: number | string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof Mismatch ? error.within(key) : error;
  }
}
