// Makes outputs of the values that an answer gives for each field, whatever format they came in.
// Knows no format.
import type { Compat } from "./compat.ts";
import { constraintProblem } from "./constraints.ts";
import { type FieldFailure, parseFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import { admitsNone } from "./field-type.ts";
import { isNestedDeeper, TOO_DEEP } from "./nesting.ts";
import { coercionReason, parseValue } from "./parse-value.ts";
import { type PythonValue, toPlain } from "./python/values.ts";
import { heldAgainst } from "./standard-schema.ts";

/** What is read, how, and from what text. */
export interface AnswerSource {
  readonly adapterName: string;
  readonly outputs: readonly Field[];
  readonly compat: Compat | undefined;
  /** The completion. */
  readonly text: string;
  /** What a field that did not come is told by. */
  readonly absence: string;
}

/** What schemas had a part in, and the fields that it was read for. */
const madeBySchemas = new WeakMap<object, readonly Field[]>();

/** Whether outputs were read for these fields, and a schema made some of them: held against it again, they might not fit. */
export function isMadeBySchema(outputs: object, fields: readonly Field[]): boolean {
  return madeBySchemas.get(outputs) === fields;
}

/**
 * The outputs, as plain values in the signature's order.
 *
 * `found` answers what the answer holds for a field, undefined where it holds nothing; `read` makes the field's value of it, by default as
 * `parseValue` does. Throws PROGRAM_PARSE_FAILED with a reason per field.
 */
export function readOutputs(
  { adapterName, outputs: fields, compat, text, absence }: AnswerSource,
  found: (field: Field) => PythonValue | undefined,
  read?: (field: Field, value: PythonValue) => PythonValue,
): Record<string, unknown> {
  const outputs: Record<string, unknown> = {};
  let failures: FieldFailure[] | undefined;
  for (const field of fields) {
    const value = found(field);
    const reason =
      value === undefined ? fillMissing(field, absence, outputs) : readField(field, value, compat, read, outputs);
    if (reason !== undefined) {
      failures ??= [];
      failures.push({ field: field.name, reason });
    }
  }
  if (failures === undefined) {
    if (fields.some(hasSchema)) madeBySchemas.set(outputs, fields);
    return outputs;
  }
  const expectedFields = fields.map((field) => field.name);
  throw parseFailed({ adapterName, text, expectedFields, parsedFields: outputs, failures });
}

function hasSchema({ schema }: Field): boolean {
  return schema !== undefined;
}

function readField(
  field: Field,
  value: PythonValue,
  compat: Compat | undefined,
  read: ((field: Field, value: PythonValue) => PythonValue) | undefined,
  outputs: Record<string, unknown>,
): string | undefined {
  const isText = read === undefined && field.type.kind === "str" && typeof value === "string";
  if (isText && field.schema === undefined && (compat !== undefined || field.constraints === undefined)) {
    outputs[field.name] = value;
    return undefined;
  }
  try {
    const plain = toPlain(read === undefined ? parseValue(value, field.type, compat) : read(field, value));
    // Nobody could keep it: neither a record nor a prompt that it goes into.
    if (isNestedDeeper(plain)) return TOO_DEEP;
    const problem = compat === undefined ? constraintProblem(field, plain) : undefined;
    if (problem !== undefined) return problem;
    if (field.schema === undefined) {
      outputs[field.name] = plain;
      return undefined;
    }
    const held = heldAgainst(field.schema, plain);
    if ("problem" in held) return held.problem;
    outputs[field.name] = held.value;
    return undefined;
  } catch (error) {
    return coercionReason(error);
  }
}

/** A field that did not come takes its default, or None where its type admits that. */
function fillMissing(field: Field, absence: string, outputs: Record<string, unknown>): string | undefined {
  if (field.default === undefined && !admitsNone(field.type)) return absence;
  outputs[field.name] = field.default === undefined ? null : field.default.value;
  return undefined;
}
