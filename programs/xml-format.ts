// DSPy's XML format: each field an element, lists, dicts and models of outputs nested in it.
// Knows nothing of demonstrations or answers' reading.
import type { FieldValues } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import { formatFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import { fieldValueText } from "./field-value.ts";
import { has, type PromptFormat } from "./prompt.ts";
import { placeholder, STRUCTURE_INTRO } from "./prompt-words.ts";
import { jsonKeys } from "./python/repr.ts";
import { strip } from "./python/text.ts";
import type { PythonValue } from "./python/values.ts";
import { toPython } from "./to-python.ts";
import { escapeText, isNested, schemaXml, valueXml } from "./xml-nesting.ts";

/** How the XML adapter words a prompt. */
export const xmlFormat: PromptFormat = {
  structure: ({ inputs, outputs }, compat) =>
    [
      STRUCTURE_INTRO,
      inputs.map((field) => element(field.name, placeholder(field, "input", compat))).join("\n\n"),
      outputs.map((field) => outputPlace(field, compat)).join("\n\n"),
    ].join("\n\n"),
  around: ({ name }) => ({ before: `<${name}>\n`, after: `\n</${name}>` }),
  inputText: fieldValueText,
  requirement({ outputs }) {
    const tags = outputs.map(({ name }) => `\`<${name}>\``).join(", then ");
    const nested = outputs.filter(({ type }) => isNested(type)).map(({ name, type }) => schemaXml(name, type));
    const structure = nested.length === 0 ? "" : ` Use this nested XML structure: ${nested.join(" ")}`;
    return `Respond with the corresponding output fields wrapped in XML tags ${tags}.${structure}`;
  },
  answer: (outputs, values, missing, compat) =>
    strip(outputs.map((field) => answered(field, values, missing, compat)).join("\n\n")),
};

function outputPlace(field: Field, compat: Compat | undefined): string {
  if (isNested(field.type)) return schemaXml(field.name, field.type);
  const place = placeholder(field, "output", compat);
  return element(field.name, field.type.kind === "str" ? escapeText(place) : place);
}

function answered(field: Field, values: FieldValues, missing: string | null, compat: Compat | undefined): string {
  const value = has(values, field.name) ? values[field.name] : missing;
  if (isNested(field.type) && typeof value === "object" && value !== null) {
    return valueXml(serialized(field, value), field.name);
  }
  const text = fieldValueText(field, value, compat);
  return element(field.name, field.type.kind === "str" ? escapeText(text) : text);
}

function serialized(field: Field, value: unknown): PythonValue {
  try {
    return jsonKeys(toPython(value, field.type));
  } catch (error) {
    throw formatFailed(field.name, error instanceof Error ? error.message : String(error));
  }
}

function element(name: string, text: string): string {
  return `<${name}>\n${text}\n</${name}>`;
}
