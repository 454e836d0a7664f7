// The JSON schema that a prompt shows for a field's type, as pydantic words it with keys in DSPy's order.
// Knows nothing of prompts.
import type { FieldType, LiteralValue } from "./field-type.ts";
import { jsonDumps } from "./python/repr.ts";
import type { Dict, PythonValue } from "./python/values.ts";

/** The schema's text, as `json.dumps` writes it. */
export function jsonSchemaText(type: FieldType): string {
  return jsonDumps(schemaOf(type));
}

function schemaOf(type: FieldType): Dict {
  switch (type.kind) {
    case "str":
      return schema("string");
    case "int":
      return schema("integer");
    case "float":
      return schema("number");
    case "bool":
      return schema("boolean");
    case "none":
      return schema("null");
    case "any":
      return new Map();
    case "list":
      return schema("array", ["items", type.item === undefined ? new Map() : schemaOf(type.item)]);
    case "dict":
      return dictSchema(type.key, type.value);
    case "literal":
      return literalSchema(type.values);
    case "union":
      return unionSchema(type.members);
  }
}

/** `type` comes first, the other keys in code-point order: callers give them so. */
function schema(type: string, ...rest: [string, PythonValue][]): Dict {
  return new Map<PythonValue, PythonValue>([["type", type], ...rest]);
}

function dictSchema(key: FieldType | undefined, value: FieldType | undefined): Dict {
  const items = value === undefined ? new Map() : schemaOf(value);
  const entries: [string, PythonValue][] = [["additionalProperties", items.size === 0 ? true : items]];
  if (key?.kind === "literal") {
    const names = literalSchema(key.values);
    names.delete("type");
    entries.push(["propertyNames", names]);
  }
  return schema("object", ...entries);
}

function literalSchema(values: readonly LiteralValue[]): Dict {
  const types = new Set(values.map(jsonTypeOf));
  const [only] = types;
  const entries: [string, PythonValue][] =
    values.length === 1 ? [["const", values[0] ?? null]] : [["enum", [...values]]];
  return types.size === 1 && only !== undefined ? schema(only, ...entries) : new Map<PythonValue, PythonValue>(entries);
}

function jsonTypeOf(value: LiteralValue): string {
  if (value === null) return "null";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "integer";
}

/** Null comes last wherever it stood, and members whose schemas are equal are said once. */
function unionSchema(members: readonly FieldType[]): Dict {
  const ordered = [
    ...members.filter((member) => member.kind !== "none"),
    ...members.filter((member) => member.kind === "none"),
  ];
  const schemas = new Map<string, Dict>();
  for (const member of ordered) {
    const each = schemaOf(member);
    const text = jsonDumps(each);
    if (!schemas.has(text)) schemas.set(text, each);
  }
  const [first] = schemas.values();
  if (schemas.size === 1 && first !== undefined) return first;
  return new Map<PythonValue, PythonValue>([["anyOf", [...schemas.values()]]]);
}
