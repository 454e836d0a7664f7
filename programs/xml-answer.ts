// Reads an answer of XML elements into outputs.
// Knows nothing of prompts.
import { readOutputs } from "./answer.ts";
import { coerce } from "./coerce.ts";
import type { Compat } from "./compat.ts";
import { parseFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { Mismatch } from "./mismatch.ts";
import { parseValue } from "./parse-value.ts";
import { strip } from "./python/text.ts";
import type { Dict, PythonValue } from "./python/values.ts";
import { dictAt } from "./xml-nesting.ts";
import { readXml, writeXml, type XmlElement } from "./xml-tree.ts";

/** The outputs in a completion. Throws PROGRAM_PARSE_FAILED with a reason per field. */
export function readXmlAnswer(
  outputs: readonly Field[],
  text: string,
  compat: Compat | undefined,
): Record<string, unknown> {
  const root = readXml(text);
  const source = { adapterName: "xml", outputs, compat, text, absence: "its element is missing" };
  if (root === undefined) {
    if (compat === undefined) return readOutputs(source, ({ name }) => textBetween(text, name));
    throw parseFailed({
      adapterName: "xml",
      text,
      expectedFields: outputs.map((field) => field.name),
      parsedFields: {},
      failures: [{ field: "*", reason: "the answer is not well-formed XML" }],
    });
  }
  const elements = grouped(root);
  // Only a field whose elements are there is read, so what `found` answers for the others does not matter.
  return readOutputs(
    source,
    ({ name }) => (elements.has(name) ? "" : undefined),
    (field) => readElements(field, elements.get(field.name) ?? [], compat),
  );
}

/** What stands between a field's tags in a text that is no XML, taken as it is but for the five entities. */
function textBetween(text: string, name: string): string | undefined {
  const open = `<${name}>`;
  const start = text.indexOf(open);
  const end = text.indexOf(`</${name}>`, start);
  if (start === -1 || end === -1) return undefined;
  const inner = strip(text.slice(start + open.length, end));
  return inner
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

/** The type's schema is tried first, then those of its alternatives. */
function readElements(field: Field, elements: readonly XmlElement[], compat: Compat | undefined): PythonValue {
  const schema = jsonSchemaOf(field.type);
  const definitions = dictAt(schema, "$defs");
  let mismatch: unknown;
  for (const candidate of [schema, ...alternatives(schema)]) {
    const value = elementsValue(elements, candidate, definitions);
    try {
      return parseOrCoerce(field, value, compat);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      mismatch ??= error;
    }
  }
  throw mismatch;
}

function parseOrCoerce(field: Field, value: PythonValue, compat: Compat | undefined): PythonValue {
  try {
    return parseValue(value, field.type, compat);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    return coerce(field.type, value);
  }
}

function elementsValue(elements: readonly XmlElement[], given: Dict, definitions: Dict | undefined): PythonValue {
  const [element] = elements;
  if (element === undefined) return null;
  const isLeaf = element.children.length === 0;
  const schema = chosen(resolved(given, definitions), isLeaf && strip(element.text) === "", isLeaf);
  if (schema === null) return null;
  if (schema.get("type") === "array") return listValue(elements, element, schema, definitions);
  if (schema.get("type") === "string" && !isLeaf) return element.text + element.children.map(writeXml).join("");
  if (isLeaf) {
    if (schema.get("type") === "object" && strip(element.text) === "") return new Map();
    const texts = elements.map(({ text }) => strip(text));
    return texts.length === 1 ? (texts[0] ?? "") : texts;
  }
  const properties = dictAt(schema, "properties");
  const others = dictAt(schema, "additionalProperties") ?? new Map();
  return new Map(
    [...grouped(element)].map(([name, children]): [PythonValue, PythonValue] => [
      name,
      elementsValue(children, dictAt(properties, name) ?? others, definitions),
    ]),
  );
}

/** Of a schema's alternatives the one that fits an element's shape; null for one that stands for None. */
function chosen(schema: Dict, isEmpty: boolean, isLeaf: boolean): Dict | null {
  const choices = alternatives(schema);
  if (choices.length === 0) return schema;
  if (isEmpty && choices.some((choice) => choice.get("type") === "null")) return null;
  const others = choices.filter((choice) => choice.get("type") !== "null");
  const first = others[0] ?? schema;
  return isLeaf ? first : (others.find((choice) => choice.get("type") !== "string") ?? first);
}

function listValue(
  elements: readonly XmlElement[],
  first: XmlElement,
  schema: Dict,
  definitions: Dict | undefined,
): PythonValue {
  let items = elements;
  if (elements.length === 1) {
    const text = strip(first.text);
    if (first.children.length === 0 && (text === "" || text.startsWith("["))) return text === "" ? [] : text;
    items = grouped(first).get("item") ?? elements;
  }
  return items.map((item) => elementsValue([item], dictAt(schema, "items") ?? new Map(), definitions));
}

function resolved(schema: Dict, definitions: Dict | undefined): Dict {
  const reference = schema.get("$ref");
  if (typeof reference !== "string") return schema;
  return dictAt(definitions, reference.slice(reference.lastIndexOf("/") + 1)) ?? schema;
}

function alternatives(schema: Dict): Dict[] {
  const choices = schema.get("anyOf");
  return Array.isArray(choices) ? choices.filter((choice) => choice instanceof Map) : [];
}

/** Children by tag, an `entry` by its key, in the order of their first. */
function grouped(element: XmlElement): Map<string, XmlElement[]> {
  const groups = new Map<string, XmlElement[]>();
  for (const child of element.children) {
    const name = child.tag === "entry" ? (child.attributes.get("key") ?? child.tag) : child.tag;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [child]);
    else group.push(child);
  }
  return groups;
}
