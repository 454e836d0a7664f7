// Holds the inputs of a predictor against its signature, and fills in defaults.
// Knows nothing of prompts.

import type { FieldValues } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import { constraintProblem } from "./constraints.ts";
import { inputInvalid } from "./errors.ts";
import { admitsNone, typeName } from "./field-type.ts";
import { describeGiven, fits } from "./fits.ts";
import type { ProgramWarning } from "./ports.ts";
import { heldToChecks } from "./side-check.ts";
import type { AnySignature } from "./signature.ts";
import { heldAgainst } from "./standard-schema.ts";

/**
 * The inputs with defaults filled in. An input that is `undefined` counts as not given.
 *
 * A missing, unknown or ill-typed input throws PROGRAM_INPUT_INVALID; under `compat` it is a warning, as in DSPy.
 */
export function checkedInputs(
  signature: AnySignature,
  inputs: object,
  path: string,
  compat: Compat | undefined,
  warnings: { warn(warning: ProgramWarning): void },
): FieldValues {
  // Field names are checked below; the values stay unknown.
  let values = inputs as Record<string, unknown>;
  const fields = signature.inputs;
  let given = 0;
  for (const field of fields) {
    let value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
    if (value === undefined && field.default !== undefined) {
      value = field.default.value;
      values = { ...values, [field.name]: value };
    }
    if (value === undefined) {
      if (admitsNone(field.type)) continue;
      // A misspelt name is both unknown and missing; only the former says what was meant.
      if (compat === undefined) reportUnknown();
      report("missing", field.name);
      continue;
    }
    given++;
    if (field.schema !== undefined) {
      const held = heldAgainst(field.schema, value);
      if ("problem" in held) throw misfit(field.name, held.problem);
      if (held.value !== value) values = { ...values, [field.name]: held.value };
    } else if (field.typed && !fits(value, field.type, compat)) {
      report("mismatched", field.name, `expected ${typeName(field.type)}, found ${describeGiven(value)}`);
    } else if (compat === undefined && field.constraints !== undefined) {
      const problem = constraintProblem(field, value);
      if (problem !== undefined) report("mismatched", field.name, problem);
    }
  }
  if (Object.keys(values).length !== given) reportUnknown();
  if (signature.checks.length === 0) return values;
  const held = heldToChecks(signature.checks, "input", values);
  if ("problem" in held) throw misfit("*", held.problem);
  return held.values;

  function misfit(field: string, problem: string): Error {
    return inputInvalid(path, "mismatched", field, names(), problem);
  }

  function names(): string[] {
    return fields.map((each) => each.name);
  }

  function report(problem: "missing" | "mismatched" | "unknown", field: string, found?: string): void {
    const error = inputInvalid(path, problem, field, names(), found);
    if (compat === undefined) throw error;
    warnings.warn({ kind: `input-${problem}`, path, fields: [field], message: error.message });
  }

  function reportUnknown(): void {
    const known = new Set(names());
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined && !known.has(name)) report("unknown", name);
    }
  }
}
