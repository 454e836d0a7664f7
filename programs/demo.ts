// A demonstration as predictors carry it, and its values.
// Knows nothing of prompts.
import type { FieldValues } from "./adapter.ts";
import { type AnyExample, Example } from "./example.ts";

/** A demonstration: field values, as an example or a plain record. Fields that the signature does not have are ignored. */
export type Demo = AnyExample | FieldValues;

/** A demonstration's values. */
export function demoValues(demo: Demo): FieldValues {
  // A demo that is no Example is a record of values.
  return (demo instanceof Example ? demo.fields : demo) as FieldValues;
}
