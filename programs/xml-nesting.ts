// Values and schemas as nested XML elements.
// Knows nothing of prompts or answers.
import type { FieldType } from "./field-type.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { pythonStr } from "./python/repr.ts";
import { type Dict, type PythonValue, Sequence } from "./python/values.ts";

const NAME = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}.-]*$/u;

/** Whether a type's values stand as nested elements: lists, dicts and models, also where they may be null. */
export function isNested(type: FieldType): boolean {
  const inner = type.kind === "union" ? onlyMember(type.members) : type;
  if (inner === undefined) return false;
  if (inner.kind === "list") return inner.item !== undefined && inner.item.kind !== "custom";
  return inner.kind === "model" || (inner.kind === "dict" && inner.key !== undefined);
}

/** A value of a nested type as elements. */
export function valueXml(value: PythonValue, tag: string, key?: string): string {
  const open = key === undefined ? tag : `${tag} key=${quotedAttribute(key)}`;
  if (value === null) return `<${open} />`;
  if (Array.isArray(value) || value instanceof Sequence) {
    const items = Array.isArray(value) ? value : value.items;
    const children = items.map((item) => valueXml(item, "item")).join("");
    return children === "" ? `<${open} />` : `<${open}>${children}</${tag}>`;
  }
  if (value instanceof Map) {
    const children = [...value].map(([name, item]) => {
      const text = pythonStr(name);
      return NAME.test(text) ? valueXml(item, text) : valueXml(item, "entry", text);
    });
    return `<${open}>${children.join("")}</${tag}>`;
  }
  return `<${open}>${escapeText(pythonStr(value))}</${tag}>`;
}

/** The elements that a type's values are made of, with dots for what stands in them. */
export function schemaXml(tag: string, type: FieldType): string {
  const schema = jsonSchemaOf(type);
  return schemaElement(tag, schema, dictAt(schema, "$defs"), []);
}

/** Escapes what would begin an element or an entity. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function onlyMember(members: readonly FieldType[]): FieldType | undefined {
  const others = members.filter((member) => member.kind !== "none");
  return others.length === 1 ? others[0] : undefined;
}

function schemaElement(tag: string, schema: Dict, definitions: Dict | undefined, seen: readonly string[]): string {
  const reference = schema.get("$ref");
  if (typeof reference === "string") {
    const name = reference.slice(reference.lastIndexOf("/") + 1);
    const definition = dictAt(definitions, name);
    if (seen.includes(name) || definition === undefined) return `<${tag}>...</${tag}>`;
    return schemaElement(tag, definition, definitions, [...seen, name]);
  }
  const choices = schema.get("anyOf");
  if (Array.isArray(choices)) {
    const dicts = choices.filter((choice) => choice instanceof Map);
    const chosen = dicts.find((choice) => choice.get("type") !== "null") ?? dicts[0];
    if (chosen !== undefined) return schemaElement(tag, chosen, definitions, seen);
  }
  if (schema.get("type") === "array") {
    return `<${tag}>${schemaElement("item", dictAt(schema, "items") ?? new Map(), definitions, seen)}</${tag}>`;
  }
  const children = [...(dictAt(schema, "properties") ?? [])].map(([name, child]) =>
    child instanceof Map ? schemaElement(String(name), child, definitions, seen) : "",
  );
  return children.length === 0 ? `<${tag}>...</${tag}>` : `<${tag}>${children.join("")}</${tag}>`;
}

/** The dict at a key of a schema, if there is one. */
export function dictAt(schema: Dict | undefined, key: string): Dict | undefined {
  const value = schema?.get(key);
  return value instanceof Map ? value : undefined;
}

/** As Python's `quoteattr`: in double quotes, or in single ones where the text has double ones alone. */
function quotedAttribute(text: string): string {
  const escaped = text
    .replaceAll("&", "&amp;")
    .replaceAll(">", "&gt;")
    .replaceAll("<", "&lt;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\r", "&#13;")
    .replaceAll("\t", "&#9;");
  if (!escaped.includes('"')) return `"${escaped}"`;
  return escaped.includes("'") ? `"${escaped.replaceAll('"', "&quot;")}"` : `'${escaped}'`;
}
