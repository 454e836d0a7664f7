// Enums and models that a signature's string may name: declared here, typed for the compiler, made field types for the rest.
// Knows the grammar only by the function that reads a type.
import { BaseError } from "../runtime/base/index.ts";
import { type FieldType, type ModelField, typeName } from "./field-type.ts";
import { describeGiven, fits } from "./fits.ts";
import { isRecord } from "./record.ts";
import { readTypeText } from "./signature-text.ts";

/** What an enum's members may be worth. */
export type EnumValue = string | number;

/** A choice of values, to be named in `types`. */
export interface EnumDeclaration<Value extends EnumValue = EnumValue> {
  readonly declares: "enum";
  readonly members: readonly { readonly name: string; readonly value: Value }[];
}

/** What can be said of a model's field beyond its type. */
export interface ModelFieldOptions {
  /** In the grammar of signature strings; may name other declared types and the model itself. */
  readonly type: string;
  /** What the field means; stands in the schema that the language model reads. */
  readonly desc?: string;
  /** Stands in where the field is not given. Default: the field must be given. */
  readonly default?: unknown;
}

/** The fields of a model: a type, or a type and more. */
export interface ModelFields {
  readonly [name: string]: string | ModelFieldOptions;
}

/** An object of named fields, to be named in `types`. */
export interface ModelDeclaration<Fields extends ModelFields = ModelFields> {
  readonly declares: "model";
  readonly fields: Fields;
  readonly doc?: string;
}

/** Types of your own by the name that the signature's string gives them. */
export interface DeclaredTypes {
  readonly [name: string]: EnumDeclaration | ModelDeclaration;
}

/**
 * Declares a choice of values: `enumOf(["red", "blue"])`, or with names of their own as in Python, `enumOf({ RED: "red", BLUE: "blue" })`.
 *
 * A program sees the value; names are understood where a language model answers with one. Throws SIGNATURE_INVALID for a choice of nothing.
 */
export function enumOf<const Value extends EnumValue>(
  members: readonly Value[] | Readonly<Record<string, Value>>,
): EnumDeclaration<Value> {
  if (!isRecord(members) && !Array.isArray(members))
    throw invalid(`an enum needs its values as a list or an object, got ${describeGiven(members)}`);
  const entries: [string, Value][] = isList(members)
    ? members.map((value) => [String(value), value])
    : Object.entries(members);
  if (entries.length === 0) throw invalid("an enum needs at least one value");
  return { declares: "enum", members: entries.map(([name, value]) => ({ name, value })) };
}

/**
 * Declares an object of named fields: `model({ name: "str", age: "int", tags: { type: "list[str]", default: [] } })`.
 *
 * `doc` says what it is, for the language model to read.
 */
export function model<const Fields extends ModelFields>(
  fields: Fields,
  options: { readonly doc?: string } = {},
): ModelDeclaration<Fields> {
  return { declares: "model", fields, ...options };
}

/** The field types of declared ones, by name. Throws SIGNATURE_INVALID for a field whose type is none, or whose default is not of it. */
export function namedTypes(declared: DeclaredTypes): ReadonlyMap<string, FieldType> {
  if (!isRecord(declared)) throw invalid(`expected \`types\` as an object, got ${describeGiven(declared)}`);
  const types = new Map<string, FieldType>();
  const unread: (() => void)[] = [];
  for (const [name, declaration] of Object.entries(declared)) {
    if (!isRecord(declaration) || (declaration.declares !== "enum" && !isRecord(declaration.fields)))
      throw invalid(
        `\`${name}\` must be what \`enumOf([…])\` or \`model({…})\` makes, got ${describeGiven(declaration)}`,
      );
    if (declaration.declares === "enum") {
      types.set(name, { kind: "enum", name, members: declaration.members });
      continue;
    }
    const fields: ModelField[] = [];
    const { doc } = declaration;
    types.set(name, { kind: "model", name, fields, ...(doc === undefined ? {} : { doc }) });
    // Read once every name is there: models may name each other in any order, and themselves.
    unread.push(() => {
      for (const [field, said] of Object.entries(declaration.fields)) fields.push(modelField(field, said, types));
    });
  }
  for (const read of unread) read();
  // Held against their types once all of those are there.
  for (const [name, type] of types) if (type.kind === "model") assertDefaultsFit(name, type.fields);
  return types;
}

function modelField(name: string, said: string | ModelFieldOptions, types: ReadonlyMap<string, FieldType>): ModelField {
  const options = typeof said === "string" ? { type: said } : said;
  if (!isRecord(options)) throw invalid(`the field \`${name}\` of a model must be a type, or an object that says it`);
  const { desc } = options;
  return {
    name,
    type: readTypeText(options.type, "Union", types),
    ...(desc === undefined ? {} : { desc }),
    ...("default" in options ? { default: { value: options.default } } : {}),
  };
}

function assertDefaultsFit(modelName: string, fields: readonly ModelField[]): void {
  for (const { name, type, default: fallback } of fields) {
    if (fallback?.value === undefined || fits(fallback.value, type, undefined)) continue;
    const found = describeGiven(fallback.value);
    throw invalid(
      `the default of \`${modelName}.${name}\` does not fit its type: expected ${typeName(type)}, found ${found}`,
    );
  }
}

function isList<Value>(members: readonly Value[] | Readonly<Record<string, Value>>): members is readonly Value[] {
  return Array.isArray(members);
}

function invalid(problem: string): BaseError {
  return new BaseError("SIGNATURE_INVALID", `The type cannot be made: ${problem}.`, { details: { problem } });
}
