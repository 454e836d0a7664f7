// DSPy's XML format as an adapter.
// Joins prompt and answer, and knows no more.

import { type Adapter, withoutNativeTools } from "./adapter.ts";
import { builtIn } from "./built-in.ts";
import { jsonAdapter, jsonAsks } from "./json-adapter.ts";
import { inputsText, Prompt } from "./prompt.ts";
import { readXmlAnswer } from "./xml-answer.ts";
import { xmlFormat } from "./xml-format.ts";
import { XmlReader } from "./xml-reader.ts";

/**
 * Prompts and answers in DSPy's XML format, to the byte; an answer that cannot be read is asked for again in JSON.
 *
 * A stray `&` or `<` in an answer is taken as it stands; DSPy refuses the whole.
 */
export const xmlAdapter: Adapter = builtIn({
  adapterName: "xml",
  prepare(signature, demos, compat, conversation) {
    const prompt = new Prompt(xmlFormat, signature, demos, compat, conversation);
    return {
      format: (inputs) => prompt.messages(inputs),
      parse: (text) => readXmlAnswer(signature.outputs, text, compat),
      reader: (sink) => new XmlReader(signature.outputs, compat, sink),
    };
  },
  inputsText: (inputs, values, compat) => inputsText(xmlFormat, inputs, values, compat),
  asks(...about) {
    return [
      { adapter: this },
      ...jsonAsks(this.nativeTools === undefined ? withoutNativeTools(jsonAdapter) : jsonAdapter, ...about),
    ];
  },
});
