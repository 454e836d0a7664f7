// Takes a user's JavaScript value for a Python one, so that it can be written as Python writes it.
// The field's type tells `1` from `1.0`.

import { customToPython } from "./custom-values.ts";
import type { FieldType, ModelType } from "./field-type.ts";
import { readDatetime } from "./python/temporal.ts";
import { type Dict, Float, Int, type PythonValue, Sequence, toFloat } from "./python/values.ts";

const ANY: FieldType = { kind: "any" };
/** Deeper values than this are a cycle or no value a prompt could hold. */
export const MAX_DEPTH = 200;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The Python value of a JavaScript one.
 *
 * Objects with `toJSON` (dates, examples) are what that answers; Maps and plain objects are dicts, other iterables lists; a model's
 * fields come in the model's order. A whole number in a place of floats is a float, unless it is marked by `int`. Throws a TypeError for functions,
 * symbols, cycles and bytes that are not UTF-8.
 */
export function toPython(value: unknown, type: FieldType = ANY, depth = 0): PythonValue {
  if (depth > MAX_DEPTH) throw new TypeError(`it is nested more than ${MAX_DEPTH} deep, or holds itself`);
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return value;
    case "number":
      return isFloatType(type) ? toFloat(value) : value;
    case "undefined":
      return null;
    case "object":
      return value === null ? null : objectToPython(value, type, depth + 1);
    default:
      throw new TypeError(`a ${typeof value} has no textual form`);
  }
}

function objectToPython(value: object, type: FieldType, depth: number): PythonValue {
  if (value instanceof Float || value instanceof Int || value instanceof Sequence) return value;
  if (Array.isArray(value)) return value.map((item: unknown, index) => toPython(item, itemType(type, index), depth));
  if (value instanceof Map) return toDictOrModel(value, type, depth);
  if (value instanceof Date) return dateText(value, type);
  if (value instanceof Uint8Array) return UTF8.decode(value);
  if ("toJSON" in value && typeof value.toJSON === "function") return toPython(value.toJSON(), type, depth);
  if (value instanceof Set) return [...value].map((item: unknown) => toPython(item, itemType(type, 0), depth));
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return toDictOrModel(new Map<unknown, unknown>(entries), type, depth);
}

function toDictOrModel(given: ReadonlyMap<unknown, unknown>, type: FieldType, depth: number): PythonValue {
  const custom = memberOf(type, "custom");
  if (custom !== undefined) return customToPython(custom.custom, toDict(given, ANY, depth));
  const model = modelFor(type, given);
  return model === undefined ? toDict(given, type, depth) : toModel(given, model, depth);
}

/** The model that named values are meant for: a type's own, or of a union's the one that knows most of them and misses none. */
export function modelFor(type: FieldType, given: ReadonlyMap<unknown, unknown>): ModelType | undefined {
  if (type.kind === "model") return type;
  if (type.kind !== "union") return undefined;
  let best: ModelType | undefined;
  let most = -1;
  for (const member of type.members) {
    if (member.kind !== "model") continue;
    const isWhole = member.fields.every((field) => field.default !== undefined || given.has(field.name));
    const known = member.fields.filter((field) => given.has(field.name)).length;
    if (!isWhole || known <= most) continue;
    best = member;
    most = known;
  }
  return best;
}

function toDict(entries: Iterable<[unknown, unknown]>, type: FieldType, depth: number): Dict {
  const keyType = memberOf(type, "dict")?.key ?? ANY;
  const valueType = memberOf(type, "dict")?.value ?? ANY;
  const dict: Dict = new Map();
  for (const [key, item] of entries) dict.set(toPython(key, keyType, depth), toPython(item, valueType, depth));
  return dict;
}

/** The fields of a model in the model's order, defaults filled in; what the model does not know is left out. */
function toModel(given: ReadonlyMap<unknown, unknown>, { fields }: ModelType, depth: number): Dict {
  const model: Dict = new Map();
  for (const { name, type, default: fallback } of fields) {
    const item = given.get(name) ?? (given.get(name) === undefined ? fallback?.value : null);
    if (item !== undefined) model.set(name, toPython(item, type, depth));
  }
  return model;
}

/** A moment in milliseconds as pydantic writes one, or the day alone where that is asked for. */
function dateText(value: Date, type: FieldType): string {
  const text = value.toISOString();
  if (memberOf(type, "date") !== undefined) return text.slice(0, 10);
  return readDatetime(text) ?? text;
}

export function itemType(type: FieldType, index: number): FieldType {
  const tuple = memberOf(type, "tuple");
  if (tuple !== undefined) return tuple.items?.[tuple.open ? 0 : index] ?? ANY;
  return (memberOf(type, "list") ?? memberOf(type, "set") ?? memberOf(type, "frozenset"))?.item ?? ANY;
}

export function memberOf<Kind extends FieldType["kind"]>(
  type: FieldType,
  kind: Kind,
): Extract<FieldType, { kind: Kind }> | undefined {
  const found = type.kind === "union" ? type.members.find((member) => member.kind === kind) : type;
  // `find` compared the kind just so.
  return found?.kind === kind ? (found as Extract<FieldType, { kind: Kind }>) : undefined;
}

/** Whether a whole number in this place is meant as a float: nothing beside float would take it. */
export function isFloatType(type: FieldType): boolean {
  if (type.kind === "float") return true;
  return (
    type.kind === "union" &&
    type.members.some((member) => member.kind === "float") &&
    !type.members.some((member) => member.kind === "int" || member.kind === "any")
  );
}
