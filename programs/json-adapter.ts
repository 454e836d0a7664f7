// DSPy's JSON format as an adapter, and the response formats that go with it.
// Knows no provider; what the model can do it is told.

import type { Adapter, Ask, Asks } from "./adapter.ts";
import { builtIn } from "./built-in.ts";
import type { Compat } from "./compat.ts";
import { holdsKind } from "./custom-types.ts";
import type { Field } from "./field.ts";
import { readJsonAnswer } from "./json-answer.ts";
import { jsonFormat } from "./json-format.ts";
import { JsonReader } from "./json-reader.ts";
import type { LmCapabilities } from "./lm-capabilities.ts";
import { Prompt } from "./prompt.ts";
import { responseSchema } from "./response-schema.ts";
import type { AnySignature } from "./signature.ts";

/**
 * Prompts and answers in DSPy's JSON format, to the byte.
 *
 * Where the model can be held to JSON it is (`settings.lmCapabilities`): to the outputs' schema, and if that answer cannot be read, or the schema
 * would have dicts of open keys anywhere, to any JSON object.
 */
export const jsonAdapter: Adapter = builtIn({
  adapterName: "json",
  nativeTools: {},
  prepare(signature, demos, compat, conversation) {
    const prompt = new Prompt(jsonFormat, signature, demos, compat, conversation);
    return {
      format: (inputs) => prompt.messages(inputs),
      parse: (text) => readJsonAnswer("json", signature.outputs, text, compat),
      reader: (sink) => new JsonReader("json", signature.outputs, compat, sink),
    };
  },
  asks(...about) {
    return jsonAsks(this, ...about);
  },
});

/** The asks of an adapter whose answers are JSON objects. */
export function jsonAsks(
  adapter: Adapter,
  signature: AnySignature,
  capabilities: LmCapabilities,
  compat: Compat | undefined,
): Asks {
  if (capabilities.jsonMode !== true) return [{ adapter }];
  const inJsonMode: Ask = { adapter, options: { responseFormat: { type: "json_object" } } };
  const isNative = adapter.nativeTools !== undefined;
  const outputs = isNative ? signature.outputs.filter((field) => !isToolCalls(field)) : signature.outputs;
  // Schemas and tool calls in text do not go together well.
  if (
    capabilities.responseSchema !== true ||
    outputs.some((field) => isOpen(field, compat)) ||
    outputs.some(isToolCalls)
  )
    return [inJsonMode];
  return [{ adapter, options: { responseFormat: responseSchema(outputs, compat) } }, inJsonMode];
}

/** Whether a value may hold keys that no schema names, at any depth: a strict schema would forbid them. DSPy looks at the outermost type alone. */
function isOpen({ type }: Field, compat: Compat | undefined): boolean {
  return compat === undefined ? holdsKind(type, ["dict", "any"]) : type.kind === "dict" && type.key !== undefined;
}

function isToolCalls({ type }: Field): boolean {
  return type.kind === "custom" && type.custom === "ToolCalls";
}
