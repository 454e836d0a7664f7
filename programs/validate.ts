// Holds data against a signature and says all that is wrong with it; made ready once per signature.
// Knows nothing of prompts, answers or runs.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import { nearest } from "../runtime/base/index.ts";
import { constraintProblem } from "./constraints.ts";
import type { DeclaredTypes } from "./declared-types.ts";
import type { Field } from "./field.ts";
import { admitsNone, typeName } from "./field-type.ts";
import { describeGiven, fits } from "./fits.ts";
import { type Checked, type InputsOfLike, type OutputsOfLike, type SignatureLike, toSignature } from "./predict.ts";
import { toPlain } from "./python/values.ts";
import { quotedNames } from "./quoted-names.ts";
import { heldToChecks } from "./side-check.ts";
import { type AnySignature, type Side, Signature } from "./signature.ts";
import { signatureInvalid } from "./signature-checks.ts";
import type { NoTypes } from "./signature-types.ts";
import { heldAgainst } from "./standard-schema.ts";
import { toPython } from "./to-python.ts";

/** One thing that is wrong with data. */
export interface ValidationProblem {
  /** `*` where it is no single field's. */
  readonly field: string;
  readonly problem: "not-an-object" | "missing" | "unknown" | "mismatched" | "constraint" | "schema";
  /** A sentence. */
  readonly message: string;
}

/** The data with defaults filled in, or all that is wrong with it. */
export type Validation<Values extends object = Record<string, unknown>> =
  | { readonly valid: true; readonly values: Values }
  | { readonly valid: false; readonly problems: readonly ValidationProblem[] };

/** A signature made ready to hold data against. */
export interface CompiledSignature<Inputs extends object = object, Outputs extends object = object> {
  readonly signature: Signature<Inputs, Outputs>;
  /** Holds data against the inputs. */
  validateInputs(data: unknown): Validation<Inputs>;
  /** Holds data against the outputs. */
  validateOutputs(data: unknown): Validation<Outputs>;
  /** Values as plain JSON data: moments as ISO text, sets as lists; keys in the signature's order. Throws a TypeError for what JSON cannot say. */
  toJson(values: object): JsonObject;
}

/**
 * Holds data against the inputs of a signature, or its outputs: required fields, then types, then constraints and schemas.
 *
 * Says all that is wrong, not the first thing; nothing is converted. Throws SIGNATURE_INVALID for a signature that is none.
 */
export function validate<Inputs extends object, Outputs extends object, Of extends Side = "input">(
  data: unknown,
  signature: Signature<Inputs, Outputs>,
  // The default is the first of the two sides, which is what `Of` is where nothing is said.
  side: Of = "input" as Of,
): Validation<Of extends "input" ? Inputs : Outputs> {
  if (!(signature instanceof Signature)) {
    throw signatureInvalid(`expected a signature, as \`signature(…)\` makes one, got ${describeGiven(signature)}`);
  }
  const compiled = compiledOf(signature);
  const result = side === "input" ? compiled.validateInputs(data) : compiled.validateOutputs(data);
  // `side` says which of the two it is.
  return result as Validation<Of extends "input" ? Inputs : Outputs>;
}

/** Makes a signature, or its string, ready to validate data; once per signature. Throws SIGNATURE_INVALID. */
export function compileSignature<const Like extends SignatureLike, const Types extends DeclaredTypes = NoTypes>(
  signature: Checked<Like, Types>,
  options: { readonly types?: Types } = {},
): CompiledSignature<InputsOfLike<Like, Types>, OutputsOfLike<Like, Types>> {
  return compiledOf(toSignature(signature, options.types));
}

const compiled = new WeakMap<AnySignature, unknown>();

function compiledOf<Inputs extends object, Outputs extends object>(
  signature: Signature<Inputs, Outputs>,
): CompiledSignature<Inputs, Outputs> {
  const known = compiled.get(signature);
  // What is kept under a signature was made of it below.
  if (known !== undefined) return known as CompiledSignature<Inputs, Outputs>;
  const inputs = sideValidator(signature, "input");
  const outputs = sideValidator(signature, "output");
  const made: CompiledSignature<Inputs, Outputs> = {
    signature,
    // Values that fit the fields of a side are what its type says.
    validateInputs: (data) => inputs(data) as Validation<Inputs>,
    validateOutputs: (data) => outputs(data) as Validation<Outputs>,
    toJson: (values) => jsonOf(signature, values),
  };
  compiled.set(signature, made);
  return made;
}

function sideValidator(signature: AnySignature, side: Side): (data: unknown) => Validation {
  const fields = side === "input" ? signature.inputs : signature.outputs;
  const names = new Set(fields.map((field) => field.name));
  return (data) => {
    if (typeof data !== "object" || data === null || Array.isArray(data)) {
      const message = `Expected an object of the ${side}s ${quotedNames(names)}, found ${describeGiven(data)}.`;
      return { valid: false, problems: [{ field: "*", problem: "not-an-object", message }] };
    }
    const problems: ValidationProblem[] = [];
    const values: Record<string, unknown> = {};
    for (const field of fields) {
      const problem = fieldProblem(field, ownValue(data, field.name), side, values);
      if (problem !== undefined) problems.push({ field: field.name, ...problem });
    }
    for (const name of Object.keys(data)) {
      if (!names.has(name) && ownValue(data, name) !== undefined) problems.push(unknownField(name, side, names));
    }
    if (problems.length > 0) return { valid: false, problems };
    const held = heldToChecks(signature.checks, side, values);
    if ("values" in held) return { valid: true, values: held.values };
    return { valid: false, problems: [{ field: "*", problem: "schema", message: `${held.problem}.` }] };
  };
}

/** What is wrong with a field's value; where nothing is, the value is put among the others. */
function fieldProblem(
  field: Field,
  given: unknown,
  side: Side,
  values: Record<string, unknown>,
): Omit<ValidationProblem, "field"> | undefined {
  const { name, type, schema } = field;
  const value = given === undefined ? field.default?.value : given;
  if (value === undefined) {
    if (admitsNone(type)) return undefined;
    return { problem: "missing", message: `The ${side} \`${name}\` is missing.` };
  }
  if (schema !== undefined) {
    const held = heldAgainst(schema, value);
    if ("problem" in held)
      return { problem: "schema", message: `\`${name}\` does not fit its schema: ${held.problem}.` };
    values[name] = held.value;
    return undefined;
  }
  if (field.typed && !fits(value, type, undefined)) {
    return { problem: "mismatched", message: `\`${name}\` must be ${typeName(type)}; found ${describeGiven(value)}.` };
  }
  const problem = constraintProblem(field, value);
  if (problem !== undefined) return { problem: "constraint", message: `\`${name}\` breaks a constraint: ${problem}.` };
  values[name] = value;
  return undefined;
}

function unknownField(name: string, side: Side, names: ReadonlySet<string>): ValidationProblem {
  const near = nearest(name, [...names]);
  const hint = near === undefined ? `the ${side}s are ${quotedNames(names)}` : `did you mean \`${near}\`?`;
  return { field: name, problem: "unknown", message: `There is no ${side} \`${name}\`; ${hint}` };
}

function jsonOf({ fields }: AnySignature, values: object): JsonObject {
  const plain: Record<string, JsonValue> = {};
  for (const { name, type } of fields) {
    const value = ownValue(values, name);
    if (value !== undefined) plain[name] = JSON.parse(JSON.stringify(toPlain(toPython(value, type))));
  }
  return plain;
}

function ownValue(data: object, name: string): unknown {
  // Any own property of any object reads as unknown.
  return Object.hasOwn(data, name) ? (data as Readonly<Record<string, unknown>>)[name] : undefined;
}
