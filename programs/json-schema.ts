// The JSON schema of a type, as pydantic words it, in pydantic's key order or the one that DSPy's prompts have.
// Knows nothing of prompts or requests.
import type { Compat } from "./compat.ts";
import type { EnumType, FieldType, LiteralValue, ModelField, ModelType } from "./field-type.ts";
import { jsonDumps, jsonKeys } from "./python/repr.ts";
import type { Dict, PythonValue } from "./python/values.ts";
import { toPython } from "./to-python.ts";

/** The schema's text in a prompt, as `json.dumps` writes it: in every object `type` first, the other keys in code-point order. */
export function jsonSchemaText(type: FieldType, compat?: Compat): string {
  return jsonDumps(inPromptOrder(jsonSchemaOf(type, compat)));
}

/** The schema as data: keys in code-point order, properties as they are declared. */
export function jsonSchemaOf(type: FieldType, compat?: Compat): Dict {
  const definitions = new Definitions(compat);
  let schema = schemaOf(type, definitions);
  const name =
    type.kind === "custom" ? type.shape.name : type.kind === "model" || type.kind === "enum" ? type.name : undefined;
  const own = name === undefined ? undefined : definitions.get(name);
  if (name !== undefined && own !== undefined && own.references === 1) {
    definitions.delete(name);
    schema = own.schema;
  }
  if (definitions.size > 0) {
    const names = [...definitions.keys()].sort(byCodePoint);
    const entries = names.map((each): [string, Dict] => [each, definitions.get(each)?.schema ?? new Map()]);
    schema = new Map<PythonValue, PythonValue>([["$defs", new Map<PythonValue, PythonValue>(entries)], ...schema]);
  }
  return inPydanticOrder(schema, false);
}

/** Models and enums by name, and how often each is referred to. */
class Definitions extends Map<string, { schema: Dict; references: number }> {
  readonly compat: Compat | undefined;

  constructor(compat: Compat | undefined) {
    super();
    this.compat = compat;
  }
}

function schemaOf(type: FieldType, definitions: Definitions): Dict {
  switch (type.kind) {
    case "str":
      return dict(["type", "string"]);
    case "int":
      return dict(["type", "integer"]);
    case "float":
      return dict(["type", "number"]);
    case "bool":
      return dict(["type", "boolean"]);
    case "none":
      return dict(["type", "null"]);
    case "any":
      return dict();
    case "bytes":
      return text("binary");
    case "datetime":
      return text("date-time");
    case "date":
    case "time":
      return text(type.kind);
    case "timedelta":
      return text("duration");
    case "list":
      return array(["items", itemSchema(type.item, definitions)]);
    case "set":
    case "frozenset":
      return array(["items", itemSchema(type.item, definitions)], ["uniqueItems", true]);
    case "tuple":
      return tupleSchema(type, definitions);
    case "dict":
      return dictSchema(type.key, type.value, definitions);
    case "literal":
      return literalSchema(type.values);
    case "union":
      return unionSchema(type.members, definitions);
    case "enum":
      return reference(type.name, definitions, () => enumSchema(type));
    case "model":
      return reference(type.name, definitions, () => modelSchema(type, definitions));
    case "custom":
      return reference(type.shape.name, definitions, () => modelSchema(type.shape, definitions));
  }
}

function dict(...entries: readonly [string, PythonValue][]): Dict {
  return new Map<PythonValue, PythonValue>(entries);
}

function text(format: string): Dict {
  return dict(["format", format], ["type", "string"]);
}

function array(...entries: readonly [string, PythonValue][]): Dict {
  return dict(["type", "array"], ...entries);
}

function itemSchema(item: FieldType | undefined, definitions: Definitions): Dict {
  return item === undefined ? dict() : schemaOf(item, definitions);
}

function reference(name: string, definitions: Definitions, make: () => Dict): Dict {
  const known = definitions.get(name);
  if (known !== undefined) known.references++;
  else {
    // Noted before it is made: a model's fields may lead back to it.
    const definition = { schema: dict(), references: 1 };
    definitions.set(name, definition);
    definition.schema = make();
  }
  return dict(["$ref", `#/$defs/${name}`]);
}

function tupleSchema({ items, open }: FieldType & { kind: "tuple" }, definitions: Definitions): Dict {
  if (items === undefined || open) return array(["items", itemSchema(items?.[0], definitions)]);
  const places = items.map((item) => schemaOf(item, definitions));
  const bounds: [string, PythonValue][] = [
    ["maxItems", items.length],
    ["minItems", items.length],
  ];
  return places.length === 0 ? array(...bounds) : array(...bounds, ["prefixItems", places]);
}

function dictSchema(key: FieldType | undefined, value: FieldType | undefined, definitions: Definitions): Dict {
  const names = key === undefined ? dict() : schemaOf(key, definitions);
  const items = itemSchema(value, definitions);
  const schema = dict(["type", "object"], ["additionalProperties", items.size === 0 ? true : items]);
  if (names.has("$ref")) schema.set("propertyNames", names);
  else if (names.get("type") === "string" && names.size > 1) {
    names.delete("type");
    schema.set("propertyNames", names);
  }
  return schema;
}

function literalSchema(values: readonly LiteralValue[]): Dict {
  const types = new Set(values.map(jsonTypeOf));
  const [only] = types;
  const schema = values.length === 1 ? dict(["const", values[0] ?? null]) : dict(["enum", [...values]]);
  if (types.size === 1 && only !== undefined) schema.set("type", only);
  return schema;
}

function jsonTypeOf(value: LiteralValue): string {
  if (value === null) return "null";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "bigint" || Number.isInteger(value) ? "integer" : "number";
}

function enumSchema({ name, members }: EnumType): Dict {
  const schema = dict(["enum", members.map(({ value }) => value)], ["title", name]);
  const types = new Set(members.map(({ value }) => jsonTypeOf(value)));
  const [only] = types;
  if (types.size === 1 && only !== undefined) schema.set("type", only);
  return schema;
}

function modelSchema({ name, doc: own, dspyDoc, fields, isClosed }: ModelType, definitions: Definitions): Dict {
  const doc = own ?? (definitions.compat === undefined ? undefined : dspyDoc);
  const properties = dict(...fields.map((field): [string, Dict] => [field.name, fieldSchema(field, definitions)]));
  const required = fields.filter((field) => field.default === undefined).map((field) => field.name);
  const schema = dict(["properties", properties], ["title", name], ["type", "object"]);
  if (doc !== undefined && doc !== "") schema.set("description", doc);
  if (isClosed === true) schema.set("additionalProperties", false);
  if (required.length > 0) schema.set("required", required);
  return schema;
}

function fieldSchema(field: ModelField, definitions: Definitions): Dict {
  const schema = new Map(schemaOf(field.type, definitions));
  if (field.default !== undefined && field.default.value !== undefined)
    schema.set("default", jsonKeys(toPython(field.default.value, field.type)));
  if (field.desc !== undefined) schema.set("description", field.desc);
  if (!isNamed(field.type)) schema.set("title", titleOf(field.name));
  return schema;
}

/** Models and enums, also where they may be null, have a title of their own. */
function isNamed(type: FieldType): boolean {
  if (type.kind === "model" || type.kind === "enum" || type.kind === "custom") return true;
  if (type.kind !== "union") return false;
  const [only, ...others] = type.members.filter((member) => member.kind !== "none");
  return only !== undefined && others.length === 0 && isNamed(only);
}

/** As Python's `title()`: a capital after everything that is no letter, small letters else. */
function titleOf(name: string): string {
  const titled = name.replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  return titled.replaceAll("_", " ").trim();
}

/** Null comes last wherever it stood, and members whose schemas are equal are said once. */
function unionSchema(members: readonly FieldType[], definitions: Definitions): Dict {
  const ordered = [
    ...members.filter((member) => member.kind !== "none"),
    ...members.filter((member) => member.kind === "none"),
  ];
  const schemas = new Map<string, Dict>();
  for (const member of ordered) {
    const each = schemaOf(member, definitions);
    const key = jsonDumps(inPromptOrder(each));
    if (!schemas.has(key)) schemas.set(key, each);
  }
  const [first] = schemas.values();
  if (schemas.size === 1 && first !== undefined) return first;
  return dict(["anyOf", [...schemas.values()]]);
}

function inPromptOrder(value: Dict): Dict {
  return sorted(value, (a, b) => Number(a !== "type") - Number(b !== "type") || byCodePoint(a, b));
}

function sorted(value: Dict, order: (a: string, b: string) => number): Dict {
  const entries = [...value].map(([key, item]): [string, PythonValue] => [String(key), item]);
  entries.sort(([a], [b]) => order(a, b));
  return dict(
    ...entries.map(([key, item]): [string, PythonValue] => [key, mapDicts(item, (each) => sorted(each, order))]),
  );
}

/** Keys sorted, but not those of properties, whose order is the declaration's, nor within defaults. */
function inPydanticOrder(value: Dict, asDeclared: boolean): Dict {
  const entries = [...value].map(([key, item]): [string, PythonValue] => [String(key), item]);
  if (!asDeclared) entries.sort(([a], [b]) => byCodePoint(a, b));
  return dict(
    ...entries.map(([key, item]): [string, PythonValue] => [
      key,
      !asDeclared && key === "default"
        ? item
        : mapDicts(item, (each) => inPydanticOrder(each, !asDeclared && key === "properties")),
    ]),
  );
}

function mapDicts(value: PythonValue, change: (each: Dict) => Dict): PythonValue {
  if (value instanceof Map) return change(value);
  return Array.isArray(value) ? value.map((item) => mapDicts(item, change)) : value;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
