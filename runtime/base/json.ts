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

/**
 * Writes a value as JSON with sorted keys and no white space, so that equal values have equal text.
 *
 * Keys whose value is `undefined` are left out, as `JSON.stringify` does. `-0` reads as `0`.
 * @throws JSON_NOT_SERIALIZABLE for NaN, infinities, functions, symbols, bigints, class instances without `toJSON` and cycles.
 */
export function canonicalJson(value: unknown): string {
  return write(value, "$", []);
}

/** The SHA-256 of a text (UTF-8), as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/** The SHA-256 of a value's canonical JSON. */
export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}

function write(value: unknown, path: string, above: unknown[]): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) throw notSerializable(path, String(value));
      return String(value === 0 ? 0 : value);
    case "object":
      break;
    default:
      throw notSerializable(path, typeof value);
  }
  if (value === null) return "null";
  if (above.includes(value)) throw notSerializable(path, "a cycle");
  if (Array.isArray(value)) {
    above.push(value);
    const items = value.map((item, index) => (item === undefined ? "null" : write(item, `${path}[${index}]`, above)));
    above.pop();
    return `[${items.join(",")}]`;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") return write(value.toJSON(), path, above);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw notSerializable(path, `an instance of ${value.constructor?.name ?? "an unnamed class"}`);
  }
  above.push(value);
  let text = "";
  for (const key of Object.keys(value).sort()) {
    // Own enumerable keys of a plain object, read back as what they are: unknown.
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${write(item, `${path}.${key}`, above)}`;
  }
  above.pop();
  return `{${text}}`;
}

function notSerializable(path: string, found: string): BaseError {
  return new BaseError(
    "JSON_NOT_SERIALIZABLE",
    `Expected a JSON value at ${path}, found ${found}. Pass strings, finite numbers, booleans, null, arrays and plain objects.`,
    { details: { path, found } },
  );
}
