// Holds the inputs of a predictor against its signature, and fills in defaults.
// Knows nothing of prompts.

import type { FieldValues } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import { inputInvalid } from "./errors.ts";
import { admitsNone, type FieldType, type ModelType, typeName } from "./field-type.ts";
import type { ProgramWarning } from "./ports.ts";
import { Float, Int, Sequence } from "./python/values.ts";
import type { AnySignature } from "./signature.ts";

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
    if (field.typed && !fits(value, field.type, compat)) {
      report("mismatched", field.name, `expected ${typeName(field.type)}, found ${describe(value)}`);
    }
  }
  if (Object.keys(values).length !== given) reportUnknown();
  return values;

  function report(problem: "missing" | "mismatched" | "unknown", field: string, found?: string): void {
    const names = fields.map((each) => each.name);
    const error = inputInvalid(path, problem, field, names, found);
    if (compat === undefined) throw error;
    warnings.warn({ kind: `input-${problem}`, path, fields: [field], message: error.message });
  }

  function reportUnknown(): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined && !fields.some((field) => field.name === name)) report("unknown", name);
    }
  }
}

function fits(value: unknown, type: FieldType, compat: Compat | undefined): boolean {
  // DSPy lets None stand in any field, unchecked.
  if (value === null) return compat !== undefined || type.kind === "any" || admitsNone(type) || admitsNullLiteral(type);
  switch (type.kind) {
    case "any":
      return true;
    case "str":
      // A list of texts in a field of text is written as numbered passages.
      return typeof value === "string" || (Array.isArray(value) && value.every((item) => typeof item === "string"));
    case "int":
      return (
        typeof value === "bigint" || value instanceof Int || (typeof value === "number" && Number.isInteger(value))
      );
    case "float":
      return typeof value === "number" || typeof value === "bigint" || value instanceof Float || value instanceof Int;
    case "bool":
      return typeof value === "boolean";
    case "none":
      return false;
    case "list":
      return (
        Array.isArray(value) && (type.item === undefined || value.every((item) => fitsWithin(item, type.item, compat)))
      );
    case "dict":
      return isRecord(value) && entryValues(value).every((item) => fitsWithin(item, type.value, compat));
    case "literal":
      return type.values.some((allowed) => allowed === value);
    case "enum":
      return type.members.some((member) => member.value === value);
    case "bytes":
      return typeof value === "string" || value instanceof Uint8Array;
    case "datetime":
    case "date":
    case "time":
    case "timedelta":
      return typeof value === "string" || typeof value === "number" || value instanceof Date;
    case "tuple":
      return isSequence(value) && fitsTuple(itemsOf(value), type, compat);
    case "set":
    case "frozenset":
      return isSequence(value) && itemsOf(value).every((item) => fitsWithin(item, type.item, compat));
    case "custom":
      return isRecord(value) || ((type.custom === "Code" || type.custom === "Reasoning") && typeof value === "string");
    case "model":
      return isRecord(value) && fitsModel(value, type, compat);
    case "union":
      return type.members.some((member) => fits(value, member, compat));
  }
}

/** Arrays, sets, and Python's tuples and sets stand for each other: JavaScript has no tuples, and JSON no sets. */
function isSequence(value: unknown): value is readonly unknown[] | ReadonlySet<unknown> | Sequence {
  return Array.isArray(value) || value instanceof Set || value instanceof Sequence;
}

function itemsOf(value: readonly unknown[] | ReadonlySet<unknown> | Sequence): readonly unknown[] {
  return value instanceof Sequence ? value.items : [...value];
}

function fitsTuple(
  items: readonly unknown[],
  type: FieldType & { kind: "tuple" },
  compat: Compat | undefined,
): boolean {
  const { items: types, open } = type;
  if (types === undefined) return true;
  if (open) return items.every((item) => fitsWithin(item, types[0], compat));
  return items.length === types.length && items.every((item, index) => fitsWithin(item, types[index], compat));
}

function fitsModel(value: object, type: ModelType, compat: Compat | undefined): boolean {
  const given = new Map<unknown, unknown>(value instanceof Map ? value : Object.entries(value));
  return type.fields.every((field) => {
    const item = given.get(field.name);
    if (item === undefined) return field.default !== undefined;
    return fitsWithin(item, field.type, compat);
  });
}

/** Inside a list or dict the one latitude of str fields, a list of texts, is not meant. */
function fitsWithin(value: unknown, type: FieldType | undefined, compat: Compat | undefined): boolean {
  if (type === undefined) return true;
  if (type.kind === "str") return typeof value === "string";
  return fits(value, type, compat);
}

function admitsNullLiteral(type: FieldType): boolean {
  return type.kind === "literal" && type.values.includes(null);
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entryValues(value: object): unknown[] {
  return value instanceof Map ? [...value.values()] : Object.values(value);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return `the ${typeof value} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}
