// A JSON adapter whose prompts describe outputs in a compact type language instead of JSON schemas.
// Knows answers only as JSON.

import type { Adapter } from "./adapter.ts";
import { bamlType } from "./baml-type.ts";
import { builtIn } from "./built-in.ts";
import { header } from "./chat-format.ts";
import { formatFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import type { FieldType } from "./field-type.ts";
import { fieldValueText } from "./field-value.ts";
import { jsonAsks } from "./json-adapter.ts";
import { readJsonAnswer } from "./json-answer.ts";
import { jsonFormat } from "./json-format.ts";
import { JsonReader } from "./json-reader.ts";
import { inputsText, Prompt, type PromptFormat } from "./prompt.ts";
import { STRUCTURE_INTRO } from "./prompt-words.ts";
import { jsonDumpsIndented, jsonKeys } from "./python/repr.ts";
import { modelFor, toPython } from "./to-python.ts";

const bamlFormat: PromptFormat = {
  ...jsonFormat,
  structure: ({ inputs, outputs }, compat) =>
    [
      `${STRUCTURE_INTRO}\n`,
      ...inputs.map(({ name }) => `${header(name)}{${name}}\n`),
      ...outputs.map(({ name, type }) => {
        const words = bamlType(name, type, compat !== undefined);
        return `${header(name)}Output field \`${name}\` should be of type: ${words}\n`;
      }),
      "[[ ## completed ## ]]",
    ].join("\n"),
  inputText: (field, value, compat) =>
    isModelValue(field.type, value) ? indented(field, value) : fieldValueText(field, value, compat),
};

/** Prompts in the style of BAML, as DSPy words them, which large models read with fewer tokens; answers and asks as the JSON adapter's. */
export const bamlAdapter: Adapter = builtIn({
  adapterName: "baml",
  nativeTools: {},
  prepare(signature, demos, compat, conversation) {
    // Made at the first prompt: for a model that holds itself there is none, but answers can be read.
    let prompt: Prompt | undefined;
    return {
      format(inputs) {
        prompt ??= new Prompt(bamlFormat, signature, demos, compat, conversation);
        return prompt.messages(inputs);
      },
      parse: (text) => readJsonAnswer("baml", signature.outputs, text, compat),
      reader: (sink) => new JsonReader("baml", signature.outputs, compat, sink),
    };
  },
  inputsText: (inputs, values, compat) => inputsText(bamlFormat, inputs, values, compat),
  asks(...about) {
    return jsonAsks(this, ...about);
  },
});

function isModelValue(type: FieldType, value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return type.kind === "custom" && value !== null;
  return (
    type.kind === "custom" ||
    modelFor(type, value instanceof Map ? value : new Map(Object.entries(value))) !== undefined
  );
}

function indented(field: Field, value: unknown): string {
  try {
    return jsonDumpsIndented(jsonKeys(toPython(value, field.type)));
  } catch (error) {
    throw formatFailed(field.name, error instanceof Error ? error.message : String(error));
  }
}
