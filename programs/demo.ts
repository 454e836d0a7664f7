// A demonstration as predictors carry it, and its values.
// Knows nothing of prompts.
import type { FieldValues } from "./adapter.ts";
import { type AnyExample, Example } from "./example.ts";
import { describeGiven } from "./fits.ts";
import { moduleInvalid } from "./modules/module-errors.ts";
import { isRecord } from "./record.ts";

/** A demonstration: field values, as an example or a plain record. Fields that the signature does not have are ignored. */
export type Demo = AnyExample | FieldValues;

/** A demonstration's values. */
export function demoValues(demo: Demo): FieldValues {
  // A demo that is no Example is a record of values.
  return (demo instanceof Example ? demo.fields : demo) as FieldValues;
}

/** A list of demonstrations of its own. Throws PROGRAM_MODULE_INVALID for what is none. */
export function demoList(demos: readonly Demo[]): readonly Demo[] {
  if (!Array.isArray(demos)) {
    throw moduleInvalid(
      "predict",
      `expected \`demos\` to be a list of examples or records, got ${describeGiven(demos)}`,
    );
  }
  for (const [index, demo] of demos.entries()) {
    if (isRecord(demo)) continue;
    const found = describeGiven(demo);
    throw moduleInvalid("predict", `expected \`demos[${index}]\` to be an example or a record of values, got ${found}`);
  }
  return Object.freeze([...demos]);
}
