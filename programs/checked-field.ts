// Makes fields whose constraints and default go with their type: what could never be held is refused when the signature is made.
// Knows nothing of the fields beside it.
import { assertConstraintsFit } from "./constraint-fit.ts";
import { constraintProblem } from "./constraints.ts";
import { type Field, type FieldOptions, fieldOf } from "./field.ts";
import { type FieldType, typeName } from "./field-type.ts";
import { describeGiven, fits } from "./fits.ts";
import { assertFieldWords, signatureInvalid } from "./signature-checks.ts";

/** Makes a field as `fieldOf` does. Throws SIGNATURE_INVALID for constraints that do not fit its type, and for a default that an input could not have. */
export function checkedField(name: string, type: FieldType, typed: boolean, options: FieldOptions = {}): Field {
  assertFieldWords(name, options);
  assertConstraintsFit(name, type, options);
  const field = fieldOf(name, type, typed, options);
  const problem = defaultProblem(field);
  if (problem === undefined) return field;
  throw signatureInvalid(`the default of \`${name}\` ${problem}`, { field: name });
}

/** What is wrong with a field's default. Where there is a schema, it is what values are held against. */
function defaultProblem(field: Field): string | undefined {
  const value = field.default?.value;
  if (value === undefined || field.schema !== undefined) return undefined;
  if (field.typed && !fits(value, field.type, undefined))
    return `does not fit its type: expected ${typeName(field.type)}, found ${describeGiven(value)}`;
  const problem = constraintProblem(field, value);
  return problem === undefined ? undefined : `does not fit its constraints: ${problem}`;
}
