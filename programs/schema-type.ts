// Makes field types of JSON Schemas, as far as they have the words for it; what they have not is Any.
// Knows nothing of who made the schema, nor of holding values against it.
import { type FieldConstraints, type FieldOptions, wordConstraints } from "./field.ts";
import { type FieldType, type LiteralValue, literalOf, type ModelField, NONE, STR, unionOf } from "./field-type.ts";

/** A JSON Schema, as data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A type, and what else a schema says of a field. */
export interface SchemaField {
  readonly type: FieldType;
  readonly options: FieldOptions;
}

const FORMATS: Readonly<Record<string, FieldType>> = {
  "date-time": { kind: "datetime" },
  date: { kind: "date" },
};
const ANY: FieldType = { kind: "any" };
/** Deeper than this is a schema that leads back to itself without a model in between. */
const MAX_DEPTH = 64;

/** The type of a schema, and its description, bounds and default. `name` names models that have no title. */
export function fieldFromSchema(schema: JsonSchema, name: string): SchemaField {
  const reader = new SchemaReader(schema);
  return { type: reader.typeOf(schema, name), options: optionsOf(schema) };
}

/** The properties of an object's schema, each as a field; undefined where it is no object with properties. One that is not required may be null. */
export function fieldsFromSchema(schema: JsonSchema): ReadonlyMap<string, SchemaField> | undefined {
  const reader = new SchemaReader(schema);
  const { properties, required } = reader.resolved(schema);
  if (!isRecord(properties)) return undefined;
  const fields = Object.entries(properties).map(([name, property]): [string, SchemaField] => {
    const own = isRecord(property) ? property : {};
    const type = reader.typeOf(own, name);
    const isRequired = (Array.isArray(required) && required.includes(name)) || "default" in own;
    return [name, { type: isRequired ? type : unionOf([type, NONE]), options: optionsOf(own) }];
  });
  return new Map(fields);
}

class SchemaReader {
  readonly #root: JsonSchema;
  readonly #named = new Map<string, FieldType>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** What a schema's `$ref` leads to. */
  resolved(schema: JsonSchema): JsonSchema {
    const { $ref } = schema;
    if (typeof $ref !== "string") return schema;
    if (!$ref.startsWith("#")) return {};
    let found: unknown = this.#root;
    for (const step of $ref.slice(1).split("/").slice(1)) {
      const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
      found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    return isRecord(found) ? found : {};
  }

  typeOf(schema: unknown, name: string, depth = 0): FieldType {
    if (!isRecord(schema) || depth > MAX_DEPTH) return ANY;
    const { $ref } = schema;
    if (typeof $ref === "string") {
      const known = this.#named.get($ref);
      if (known !== undefined) return known;
      const own = $ref.startsWith("#/$defs/") ? $ref.slice("#/$defs/".length) : name;
      return this.#typeOf(this.resolved(schema), own, depth, $ref);
    }
    return this.#typeOf(schema, name, depth, schema === this.#root ? "#" : undefined);
  }

  #typeOf(schema: JsonSchema, name: string, depth: number, ref: string | undefined): FieldType {
    if ("const" in schema) return isLiteral(schema["const"]) ? literalOf([schema["const"]]) : ANY;
    const { enum: values, type, format } = schema;
    if (Array.isArray(values)) return values.every(isLiteral) ? literalOf(values) : ANY;
    const members = schema["anyOf"] ?? schema["oneOf"];
    if (Array.isArray(members)) return unionOf(members.map((member) => this.typeOf(member, name, depth + 1)));
    const { allOf } = schema;
    if (Array.isArray(allOf)) return allOf.length === 1 ? this.typeOf(allOf[0], name, depth + 1) : ANY;
    if (Array.isArray(type)) {
      return unionOf(type.map((each) => this.#typeOf({ ...schema, type: each }, name, depth + 1, undefined)));
    }
    switch (type) {
      case "string":
        return (typeof format === "string" ? FORMATS[format] : undefined) ?? STR;
      case "integer":
        return { kind: "int" };
      case "number":
        return { kind: "float" };
      case "boolean":
        return { kind: "bool" };
      case "null":
        return NONE;
      case "array":
        return this.#arrayType(schema, name, depth);
      case "object":
        return this.#objectType(schema, name, depth, ref);
      default:
        return ANY;
    }
  }

  #arrayType({ prefixItems, items, uniqueItems }: JsonSchema, name: string, depth: number): FieldType {
    if (Array.isArray(prefixItems)) {
      return { kind: "tuple", items: prefixItems.map((item) => this.typeOf(item, `${name}Item`, depth + 1)) };
    }
    const kind = uniqueItems === true ? "set" : "list";
    return items === undefined ? { kind } : { kind, item: this.typeOf(items, `${name}Item`, depth + 1) };
  }

  #objectType(schema: JsonSchema, name: string, depth: number, ref: string | undefined): FieldType {
    const { properties, required, additionalProperties, title, description } = schema;
    if (!isRecord(properties)) {
      return { kind: "dict", key: STR, value: this.typeOf(additionalProperties, `${name}Value`, depth + 1) };
    }
    const fields: ModelField[] = [];
    const model: FieldType = {
      kind: "model",
      name: typeof title === "string" ? title : pascal(name),
      ...(typeof description === "string" ? { doc: description } : {}),
      fields,
    };
    // Known before its fields are read: they may lead back to it.
    if (ref !== undefined) this.#named.set(ref, model);
    for (const [field, property] of Object.entries(properties)) {
      const type = this.typeOf(property, field, depth + 1);
      const { desc, default: fallback } = isRecord(property) ? optionsOf(property) : {};
      const isRequired = Array.isArray(required) && required.includes(field) && fallback === undefined;
      fields.push({
        name: field,
        type: isRequired || fallback !== undefined ? type : unionOf([type, NONE]),
        ...(desc === undefined ? {} : { desc }),
        ...(isRequired ? {} : { default: { value: fallback } }),
      });
    }
    return model;
  }
}

/** What a schema says beside its type, in the words of fields. Its default is what the schema itself puts in, too. */
function optionsOf(schema: JsonSchema): FieldOptions {
  const { description, pattern, format } = schema;
  const bounds: (readonly [string, number | string])[] = [
    ["gt", "exclusiveMinimum"],
    ["ge", "minimum"],
    ["lt", "exclusiveMaximum"],
    ["le", "maximum"],
    ["multipleOf", "multipleOf"],
    ["minLength", schema["type"] === "array" ? "minItems" : "minLength"],
    ["maxLength", schema["type"] === "array" ? "maxItems" : "maxLength"],
  ].flatMap(([ours = "", theirs = ""]) => {
    const bound = schema[theirs];
    // Libraries say of every int that it is within ±2^53, which is no bound of anybody's.
    return typeof bound === "number" && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? [[ours, bound] as const] : [];
  });
  // A format says it in a word where a pattern takes a line.
  const named = typeof format === "string" && FORMATS[format] === undefined ? format : undefined;
  if (typeof pattern === "string" && named === undefined) bounds.push(["pattern", pattern]);
  const constraints: FieldConstraints = Object.fromEntries(bounds);
  const words = [wordConstraints(constraints), named === undefined ? "" : `in the format: ${named}`];
  return {
    ...(typeof description === "string" ? { desc: description } : {}),
    ...(bounds.length === 0 ? {} : { constraints }),
    ...(named === undefined ? {} : { constraintsText: words.filter((each) => each !== "").join(", ") }),
    ...("default" in schema ? { default: schema["default"] } : {}),
  };
}

function pascal(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("") || "Model";
}

function isLiteral(value: unknown): value is LiteralValue {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
