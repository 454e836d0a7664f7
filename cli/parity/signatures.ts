// The signatures of recorded cases.
// Knows nothing of prompts or answers.
import {
  type Field,
  type FieldConstraints,
  inferPrefix,
  readTypeText,
  Signature,
  toPlain,
} from "../../programs/index.ts";
import { loadValue } from "./values.ts";

/** A field as a case records it. */
export interface RecordedField {
  readonly name: string;
  readonly type: string;
  readonly desc?: string;
  readonly prefix?: string;
  readonly default?: unknown;
  readonly constraints?: Readonly<Record<string, unknown>>;
  readonly constraintsText?: string;
}

/** A signature as a case records it. */
export interface RecordedSignature {
  readonly instructions: string;
  readonly inputs: readonly RecordedField[];
  readonly outputs: readonly RecordedField[];
}

/** The signature of a case. `A | B` in a type is Python's class syntax there. */
export function loadSignature({ instructions, inputs, outputs }: RecordedSignature): Signature {
  return new Signature(instructions, inputs.map(loadField), outputs.map(loadField));
}

const CONSTRAINTS: Readonly<Record<string, keyof FieldConstraints>> = {
  gt: "gt",
  ge: "ge",
  lt: "lt",
  le: "le",
  multiple_of: "multipleOf",
  min_length: "minLength",
  max_length: "maxLength",
};

function loadField(field: RecordedField): Field {
  const { name, desc, prefix, constraintsText } = field;
  return {
    name,
    type: readTypeText(field.type, "UnionType"),
    typed: true,
    desc: desc ?? `\${${name}}`,
    prefix: prefix ?? `${inferPrefix(name)}:`,
    ...("default" in field ? { default: { value: toPlain(loadValue(field.default, "plain")) } } : {}),
    ...(field.constraints === undefined ? {} : { constraints: loadConstraints(field.constraints) }),
    constraintsText: constraintsText ?? "",
  };
}

function loadConstraints(recorded: Readonly<Record<string, unknown>>): FieldConstraints {
  const known = Object.entries(recorded).flatMap(([key, value]) => {
    const name = CONSTRAINTS[key];
    return name === undefined ? [] : [[name, toPlain(loadValue(value, "plain"))] as const];
  });
  return Object.fromEntries(known);
}
