// Whether a value that a user gives fits a type as it is.
// Knows nothing of prompts, and converts nothing.
import type { Compat } from "./compat.ts";
import { admitsNone, type CustomType, type FieldType, type ModelType } from "./field-type.ts";
import { readDate, readDatetime, readDuration, readTime } from "./python/temporal.ts";
import { Float, Int, Sequence } from "./python/values.ts";
import { isRecord } from "./record.ts";

/** Whether a value that a user gives may stand in a place of a type. Nothing is converted. */
export function fits(value: unknown, type: FieldType, compat: Compat | undefined): boolean {
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
      if (value instanceof Date) return type.kind !== "time" && type.kind !== "timedelta";
      return (
        typeof value === "number" || (typeof value === "string" && (compat !== undefined || isMoment(type.kind, value)))
      );
    case "tuple":
      return isSequence(value) && fitsTuple(itemsOf(value), type, compat);
    case "set":
    case "frozenset":
      return isSequence(value) && itemsOf(value).every((item) => fitsWithin(item, type.item, compat));
    case "custom":
      return fitsCustom(value, type, compat);
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

/** Code and reasoning are texts; of content, the parts are looked at; the other types have too many shapes. */
function fitsCustom(value: unknown, { custom, shape }: CustomType, compat: Compat | undefined): boolean {
  if (typeof value === "string") return custom === "Code" || custom === "Reasoning";
  if (!isRecord(value)) return false;
  const isContent = custom === "Image" || custom === "Audio" || custom === "Document";
  return compat !== undefined || !isContent || fitsModel(value, shape, compat);
}

const READERS = { datetime: readDatetime, date: readDate, time: readTime, timedelta: readDuration } as const;

function isMoment(kind: keyof typeof READERS, text: string): boolean {
  return READERS[kind](text) !== undefined;
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

function entryValues(value: object): unknown[] {
  return value instanceof Map ? [...value.values()] : Object.values(value);
}

/** A given value in words. */
export function describeGiven(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "bigint") return `the number ${String(value).slice(0, 60)}`;
  const text = JSON.stringify(value) ?? String(value);
  return `the ${typeof value} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}
