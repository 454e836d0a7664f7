// A JSON schema with its references put in place of what refers to them, since a tool's arguments are told one by one.
// Knows nothing of tools.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";

/** The schema without `$defs`. A definition that leads back to itself ends in a plain object. */
export function inlinedSchema(schema: JsonObject): JsonObject {
  const { $defs, definitions, $schema: _, ...rest } = schema;
  const known = { ...objectOf(definitions), ...objectOf($defs) };
  return inlined(rest, known, []) as JsonObject; // an object stays one
}

function inlined(value: JsonValue, known: JsonObject, within: readonly string[]): JsonValue {
  if (isList(value)) return value.map((item) => inlined(item, known, within));
  if (typeof value !== "object" || value === null) return value;
  const reference = value["$ref"];
  if (typeof reference === "string") {
    const name = reference.slice(reference.lastIndexOf("/") + 1);
    const found = Object.hasOwn(known, name) ? known[name] : undefined;
    if (found === undefined || within.includes(name)) return { type: "object" };
    return inlined(found, known, [...within, name]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inlined(item ?? null, known, within)]));
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !isList(value) ? value : {};
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
