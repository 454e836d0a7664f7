// Reads the tagged JSON that `encode-value.ts` and Python's twin write.
// Knows nothing of frames.
import { Float, type PythonValue, Sequence } from "../runtime/base/index.ts";
import { MAX_DEPTH } from "./encode-value.ts";
import { payloadInvalid } from "./errors.ts";
import { plainTagged, type Tag, Tagged } from "./tagged.ts";

/**
 * How values come: `plain`, as a program's user wants them (numbers are numbers, tuples and sets arrays, dicts objects), or `exact`, so that
 * Python gets back what it gave.
 */
export type ValueForm = "plain" | "exact";

const TAGS: ReadonlySet<string> = new Set<Tag>([
  "datetime",
  "date",
  "time",
  "timedelta",
  "decimal",
  "uuid",
  "complex",
  "frozenset",
  "enum",
  "model",
  "example",
  "prediction",
]);

const MOST_UNITS = 8192;

/** Reads a value. Throws BRIDGE_PAYLOAD_INVALID for what is no JSON, or has a tag that is none. */
export function decodeValue(text: string, form: ValueForm = "plain"): unknown {
  let wire: unknown;
  try {
    wire = JSON.parse(text);
  } catch (error) {
    throw payloadInvalid("it is no JSON", error);
  }
  // Most payloads hold nothing that JSON cannot say; they need no second look.
  return text.includes('"$"') ? fromWire(wire, form, 0) : wire;
}

function fromWire(wire: unknown, form: ValueForm, depth: number): unknown {
  if (typeof wire !== "object" || wire === null) return wire;
  if (depth > MAX_DEPTH * 2) throw payloadInvalid(`it is nested more than ${MAX_DEPTH} deep`);
  if (Array.isArray(wire)) return wire.map((item: unknown) => fromWire(item, form, depth + 1));
  if ("$" in wire) return tagToValue(wire.$, form, depth + 1);
  return toRecord(Object.entries(wire).map(([key, item]) => [key, fromWire(item, form, depth + 1)]));
}

function tagToValue(parts: unknown, form: ValueForm, depth: number): unknown {
  if (!Array.isArray(parts)) throw payloadInvalid("what stands under `$` is no list");
  const [tag, first] = parts as readonly unknown[];
  switch (tag) {
    case "float":
      return form === "exact" ? exactFloat(Number(floatText(first))) : Number(floatText(first));
    case "int":
      return bigintOf(first);
    case "text":
      return textOf(listOf(first).map(Number));
    case "bytes":
      return new Uint8Array(Buffer.from(String(first), "base64"));
    case "tuple":
    case "set":
      return sequenceOf(tag, first, form, depth);
    case "dict":
      return dictOf(first, form, depth);
    default:
      if (typeof tag !== "string" || !TAGS.has(tag)) throw payloadInvalid(`there is no tag ${JSON.stringify(tag)}`);
      return taggedOf(tag as Tag, parts.slice(1), form, depth);
  }
}

function taggedOf(tag: Tag, parts: readonly unknown[], form: ValueForm, depth: number): unknown {
  const value = new Tagged(tag, ...parts.map((part) => fromWire(part, form, depth)));
  return form === "exact" ? value : plainTagged(value);
}

function sequenceOf(kind: "tuple" | "set", items: unknown, form: ValueForm, depth: number): unknown {
  const values = listOf(items).map((item) => fromWire(item, form, depth));
  // `exact` values are Python's, whatever of them `Tagged` stands for.
  return form === "exact" ? new Sequence(kind, values as readonly PythonValue[]) : values;
}

function dictOf(entries: unknown, form: ValueForm, depth: number): unknown {
  const pairs = listOf(entries).map((entry): readonly [unknown, unknown] => {
    const [key, item] = listOf(entry);
    return [fromWire(key, form, depth), fromWire(item, form, depth)];
  });
  if (form === "exact") return new Map(pairs);
  return toRecord(pairs.map(([key, item]) => [keyText(key), item]));
}

/** The key of a plain object: what JSON would write for it. */
function keyText(key: unknown): string {
  return typeof key === "object" && key !== null ? JSON.stringify(key) : String(key);
}

function exactFloat(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

function floatText(text: unknown): unknown {
  if (text === "inf") return "Infinity";
  return text === "-inf" ? "-Infinity" : text;
}

function bigintOf(text: unknown): bigint {
  if (typeof text !== "string" || !/^-?(\d+|0x[\da-f]+)$/.test(text))
    throw payloadInvalid("an int's digits are no digits");
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

/** In slices: each code unit is an argument, and a call takes no more than the stack holds. */
function textOf(units: readonly number[]): string {
  let text = "";
  for (let from = 0; from < units.length; from += MOST_UNITS) {
    text += String.fromCharCode(...units.slice(from, from + MOST_UNITS));
  }
  return text;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw payloadInvalid("a tag's items are no list");
  return value;
}

function toRecord(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    // Defined, not assigned: a key `__proto__` out of Python is a key and nothing more.
    Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return record;
}
