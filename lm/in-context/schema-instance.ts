// The plainest value that a JSON schema admits, for fields that no demonstration shows.
// Knows the subset of JSON schema that prompts use; constraints beyond it are advice there too.
import type { JsonObject, JsonValue } from "../../runtime/base/index.ts";

/** How deep a schema that contains itself is followed; at this depth its optional parts have long been left out. */
const MAX_DEPTH = 12;

/** A value of the schema: defaults and first choices where given, else empty, zero or false. */
export function schemaInstance(schema: JsonObject): JsonValue {
  return instanceOf(schema, schema, 0);
}

function instanceOf(schema: JsonObject, root: JsonObject, depth: number): JsonValue {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (depth > MAX_DEPTH) return null;
  if (typeof schema.$ref === "string") return instanceOf(resolve(schema.$ref, root), root, depth + 1);
  if (isList(schema.enum)) return schema.enum[0] ?? null;
  for (const options of [schema.anyOf, schema.oneOf]) {
    // A null among the options is the plainest, and ends a schema that contains itself.
    if (isList(options)) return options.some(isNullSchema) ? null : instanceOf(asObject(options[0]), root, depth + 1);
  }
  if (isList(schema.allOf)) return instanceOf(asObject(schema.allOf[0]), root, depth + 1);
  switch (schema.type) {
    case "object":
      return objectOf(schema, root, depth);
    case "array":
      return arrayOf(schema, root, depth);
    case "integer":
    case "number":
      return numberOf(schema);
    case "boolean":
      return false;
    case "null":
      return null;
    case "string":
      return stringOf(schema);
    default:
      return schema.properties === undefined ? null : objectOf(schema, root, depth);
  }
}

function objectOf(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const properties = asObject(schema.properties);
  const required = isList(schema.required) ? schema.required : [];
  return Object.fromEntries(
    required.flatMap((name) =>
      typeof name === "string" ? [[name, instanceOf(asObject(properties[name]), root, depth + 1)]] : [],
    ),
  );
}

function arrayOf(schema: JsonObject, root: JsonObject, depth: number): JsonValue[] {
  if (isList(schema.prefixItems)) return schema.prefixItems.map((item) => instanceOf(asObject(item), root, depth + 1));
  const least = typeof schema.minItems === "number" ? schema.minItems : 0;
  return Array.from({ length: least }, () => instanceOf(asObject(schema.items), root, depth + 1));
}

function numberOf(schema: JsonObject): number {
  if (typeof schema.minimum === "number") return schema.minimum;
  if (typeof schema.exclusiveMinimum === "number") return schema.exclusiveMinimum + 1;
  if (typeof schema.maximum === "number" && schema.maximum < 0) return schema.maximum;
  return 0;
}

function stringOf(schema: JsonObject): string {
  switch (schema.format) {
    case "date-time":
      return "1970-01-01T00:00:00Z";
    case "date":
      return "1970-01-01";
    case "time":
      return "00:00:00";
    case "duration":
      return "PT0S";
    case "uuid":
      return "00000000-0000-0000-0000-000000000000";
    default:
      return "-".repeat(typeof schema.minLength === "number" ? schema.minLength : 0);
  }
}

function resolve(reference: string, root: JsonObject): JsonObject {
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<JsonObject>((place, step) => asObject(place[step]), root);
}

function asObject(value: JsonValue | undefined): JsonObject {
  // Lists are excluded, so what is left of a JSON value that is an object is a JsonObject.
  return typeof value === "object" && value !== null && !isList(value) ? (value as JsonObject) : {};
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isNullSchema(option: JsonValue): boolean {
  return asObject(option).type === "null";
}
