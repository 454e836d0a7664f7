// Writes values as JSON that Python reads back as what they are: what JSON cannot say stands under the key `$`.
// Knows nothing of frames. `decode-value.ts` is the way back, `python/src/dspex_worker/codec.py` the twin.
import { types } from "node:util";
import { Float, Int, Sequence } from "../runtime/base/index.ts";
import { valueUnserializable } from "./errors.ts";
import { formlessOf } from "./formless-value.ts";
import { Tagged } from "./tagged.ts";

/** Deeper than this is a cycle, or more than Python's own recursion takes. */
export const MAX_DEPTH = 200;

interface Place {
  readonly key: string | number;
  readonly above: Place | undefined;
  readonly depth: number;
}

/**
 * Writes a value as tagged JSON.
 *
 * Whole numbers are ints, others floats; `Float` and `Int` say otherwise. Plain objects and Maps are dicts, Sets are sets, Dates are moments
 * in UTC; `undefined` counts as absent in an object and as None elsewhere. Throws BRIDGE_VALUE_UNSERIALIZABLE, naming the place.
 */
export function encodeValue(value: unknown): string {
  return JSON.stringify(toWire(value, undefined));
}

function toWire(value: unknown, place: Place | undefined): unknown {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? value : tagged("text", units(value));
    case "boolean":
      return value;
    case "number":
      return numberToWire(value);
    case "bigint":
      return isSafe(value) ? Number(value) : tagged("int", digitsOf(value));
    case "undefined":
      return null;
    case "object":
      return value === null ? null : objectToWire(value, place);
    default:
      throw valueUnserializable(pathOf(place), `a ${typeof value}`);
  }
}

function numberToWire(value: number): unknown {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return value;
  return Number.isFinite(value) && !Number.isInteger(value) ? value : floatToWire(value);
}

function floatToWire(value: number): unknown {
  if (Number.isNaN(value)) return tagged("float", "nan");
  if (!Number.isFinite(value)) return tagged("float", value > 0 ? "inf" : "-inf");
  if (Object.is(value, -0)) return tagged("float", "-0");
  return Number.isInteger(value) ? tagged("float", value) : value;
}

function objectToWire(value: object, place: Place | undefined): unknown {
  if ((place?.depth ?? 0) > MAX_DEPTH)
    throw valueUnserializable(pathOf(place, 6), `a cycle, or more than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return itemsToWire(value, place);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return recordToWire(value, place);
  if (value instanceof Float) return floatToWire(value.value);
  if (value instanceof Int) return numberToWire(value.value);
  if (value instanceof Sequence) return tagged(value.kind, itemsToWire(value.items, place));
  if (value instanceof Tagged) return tagged(value.tag, ...itemsToWire(value.parts, place));
  if (value instanceof Map) return mapToWire(value, place);
  if (value instanceof Set) return tagged("set", itemsToWire([...value], place));
  if (value instanceof Uint8Array) return tagged("bytes", toBase64(value));
  if (value instanceof Date) return dateToWire(value, place);
  if ("toJSON" in value && typeof value.toJSON === "function") return toWire(value.toJSON(), deeper(place, "toJSON()"));
  if (types.isBoxedPrimitive(value)) return toWire(value.valueOf(), place);
  if (types.isAnyArrayBuffer(value)) return tagged("bytes", toBase64(new Uint8Array(value)));
  if (types.isTypedArray(value)) return numbersToWire(value);
  if (types.isDataView(value)) return tagged("bytes", toBase64(value));
  const formless = formlessOf(value);
  if (formless !== undefined) throw valueUnserializable(pathOf(place), formless.found, formless.remedy);
  // Instances of a user's class cross as their own properties, as they do in JSON.
  return recordToWire(value, place);
}

/** A list, of floats where the array can hold fractions: `Float64Array.of(1)` is `[1.0]`. */
function numbersToWire(numbers: NodeJS.TypedArray): readonly unknown[] {
  const isOfFloats = /^Float/.test(numbers[Symbol.toStringTag]);
  return Array.from<number | bigint, unknown>(numbers, (each) =>
    isOfFloats ? floatToWire(Number(each)) : toWire(each, undefined),
  );
}

/** The list itself where nothing in it changes: most lists are of texts and numbers. */
function itemsToWire(items: readonly unknown[], place: Place | undefined): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    // Texts and numbers name no place, so none is made for them.
    const wire =
      typeof item === "string" || typeof item === "number" ? toWire(item, place) : toWire(item, deeper(place, index));
    if (changed !== undefined) changed.push(wire);
    else if (wire !== item) changed = [...items.slice(0, index), wire];
  }
  return changed ?? items;
}

function recordToWire(value: object, place: Place | undefined): unknown {
  let changed: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    if (key === "$" || !key.isWellFormed()) return mapToWire(new Map(Object.entries(value)), place);
    // Own enumerable keys of an object, read back as what they are: unknown.
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    const wire = toWire(item, deeper(place, key));
    if (wire === item && changed === undefined) continue;
    changed ??= copyOf(value);
    define(changed, key, wire);
  }
  return changed ?? value;
}

function copyOf(value: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) define(copy, key, item);
  return copy;
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  // Defined, not assigned: a key `__proto__` is a key and nothing more.
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function mapToWire(map: ReadonlyMap<unknown, unknown>, place: Place | undefined): unknown {
  const entries = [...map].filter(([, item]) => item !== undefined);
  return tagged(
    "dict",
    entries.map(([key, item]) => [toWire(key, place), toWire(item, deeper(place, String(key)))]),
  );
}

function dateToWire(value: Date, place: Place | undefined): unknown {
  if (Number.isNaN(value.getTime())) throw valueUnserializable(pathOf(place), "an invalid Date");
  const year = value.getUTCFullYear();
  if (year < 1 || year > LAST_YEAR) throw valueUnserializable(pathOf(place), `a Date in the year ${year}`, YEARS);
  return tagged("datetime", value.toISOString().replace("Z", "000+00:00"));
}

function tagged(tag: string, ...parts: readonly unknown[]): unknown {
  return { $: [tag, ...parts] };
}

function units(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

/** In hexadecimal where they are many: of decimal ones Python reads 4300, or as many as it is told, 640 at least. */
function digitsOf(value: bigint): string {
  if (value > -LONGEST_DECIMAL && value < LONGEST_DECIMAL) return String(value);
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

const LAST_YEAR = 9999;
const YEARS = `Python's moments are of the years 1 to ${LAST_YEAR}; pass others as texts.`;
const LONGEST_DECIMAL = 1n << 2048n;

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function toBase64(bytes: ArrayBufferView): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function deeper(above: Place | undefined, key: string | number): Place {
  return { key, above, depth: (above?.depth ?? 0) + 1 };
}

/** The path to a place, cut after so many steps where it is a cycle's. */
function pathOf(place: Place | undefined, most = Number.POSITIVE_INFINITY): string {
  const keys: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.above) keys.unshift(at.key);
  const shown = keys.slice(0, most).map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`));
  return `$${shown.join("")}${keys.length > most ? "…" : ""}`;
}
