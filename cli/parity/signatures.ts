// The signatures of recorded cases.
// Knows nothing of prompts or answers.
import {
  type DeclaredTypes,
  type EnumDeclaration,
  enumOf,
  type Field,
  type FieldConstraints,
  inferPrefix,
  type ModelDeclaration,
  type ModelFieldOptions,
  model,
  namedTypes,
  readTypeText,
  Signature,
  toPlain,
} from "../../programs/index.ts";
import { loadValue, type RecordedNames } from "./values.ts";

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

/** An enum or model as a case records it. */
export type RecordedType =
  | { readonly kind: "enum"; readonly members: Readonly<Record<string, string | number>> }
  | {
      readonly kind: "model";
      readonly doc?: string;
      readonly fields: readonly {
        readonly name: string;
        readonly type: string;
        readonly desc?: string;
        readonly default?: unknown;
      }[];
    };

/** The enums and models of a case. */
export type RecordedTypes = Readonly<Record<string, RecordedType>>;

/** A case's own types by name. */
export function loadTypes(types: RecordedTypes | undefined): RecordedNames {
  const declared = Object.entries(types ?? {}).map(([name, type]) => [name, declarationOf(type)] as const);
  return namedTypes(Object.fromEntries(declared) satisfies DeclaredTypes);
}

function declarationOf(type: RecordedType): EnumDeclaration | ModelDeclaration {
  if (type.kind === "enum") return enumOf(type.members);
  const fields = type.fields.map((field): [string, ModelFieldOptions] => {
    const { name, type: text, desc } = field;
    const fallback = "default" in field ? { default: toPlain(loadValue(field.default, "plain")) } : {};
    return [name, { type: text, ...(desc === undefined ? {} : { desc }), ...fallback }];
  });
  return model(Object.fromEntries(fields), type.doc === undefined ? {} : { doc: type.doc });
}

/** The signature of a case; `names` are the case's own types. `A | B` in a type is Python's class syntax there. */
export function loadSignature({ instructions, inputs, outputs }: RecordedSignature, names?: RecordedNames): Signature {
  const load = (field: RecordedField): Field => loadField(field, names);
  return new Signature(instructions, inputs.map(load), outputs.map(load));
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

function loadField(field: RecordedField, names: RecordedNames | undefined): Field {
  const { name, desc, prefix, constraintsText } = field;
  return {
    name,
    type: readTypeText(field.type, "UnionType", names),
    typed: true,
    desc: desc ?? `\${${name}}`,
    prefix: prefix ?? `${inferPrefix(name)}:`,
    ...("default" in field ? { default: { value: toPlain(loadValue(field.default, "plain", names)) } } : {}),
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
