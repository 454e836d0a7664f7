// JSON as a type, its canonical text and its hash.
// Everything that is compared, keyed or content-addressed goes through here.
import { hash } from "node:crypto";
import { BaseError } from "./errors.ts";

/** What JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** A JSON object. A property that is `undefined` counts as absent. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Whether a value that is JSON is an object, neither a list nor null. Does not look inside. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Writes a value as JSON with sorted keys and no white space, so that equal values have equal text.
 *
 * Keys whose value is `undefined` are left out, as `JSON.stringify` does. `-0` reads as `0`.
 * @throws JSON_NOT_SERIALIZABLE for NaN, infinities, functions, symbols, bigints, class instances without `toJSON` and cycles.
 */
export function canonicalJson(value: unknown): string {
  return write(value, "", undefined);
}

/** The SHA-256 of a text (UTF-8), as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/** The SHA-256 of a value's canonical JSON. */
export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** A container that is being written; what it says of paths is read only where something is wrong. */
interface Place {
  readonly container: object;
  readonly key: string | number;
  readonly above: Place | undefined;
}

function write(value: unknown, key: string | number, above: Place | undefined): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) throw notSerializable(key, above, String(value));
      return String(value === 0 ? 0 : value);
    case "object":
      break;
    default:
      throw notSerializable(key, above, typeof value);
  }
  if (value === null) return "null";
  for (let place = above; place !== undefined; place = place.above) {
    if (place.container === value) throw notSerializable(key, above, "a cycle");
  }
  if (Array.isArray(value)) return writeArray(value, { container: value, key, above });
  if ("toJSON" in value && typeof value.toJSON === "function") return write(value.toJSON(), key, above);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw notSerializable(key, above, `an instance of ${value.constructor?.name ?? "an unnamed class"}`);
  }
  return writeObject(value, { container: value, key, above });
}

function writeArray(items: readonly unknown[], place: Place): string {
  let text = "";
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    const written = item === undefined ? "null" : write(item, index, place);
    text += index === 0 ? written : `,${written}`;
  }
  return `[${text}]`;
}

function writeObject(value: object, place: Place): string {
  let text = "";
  for (const key of Object.keys(value).sort()) {
    // Own enumerable keys of a plain object, read back as what they are: unknown.
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${write(item, key, place)}`;
  }
  return `{${text}}`;
}

function pathOf(key: string | number, above: Place | undefined): string {
  if (above === undefined) return "$";
  return pathOf(above.key, above.above) + (typeof key === "number" ? `[${key}]` : `.${key}`);
}

function notSerializable(key: string | number, above: Place | undefined, found: string): BaseError {
  const path = pathOf(key, above);
  return new BaseError(
    "JSON_NOT_SERIALIZABLE",
    `Expected a JSON value at ${path}, found ${found}. Pass strings, finite numbers, booleans, null, arrays and plain objects.`,
    { details: { path, found } },
  );
}
