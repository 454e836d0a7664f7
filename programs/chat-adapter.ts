// DSPy's chat format as an adapter: sections under `[[ ## name ## ]]` headers.
// Joins prompt and answer, and knows no more.

import { type Adapter, type FieldValues, type PreparedAdapter, withoutNativeTools } from "./adapter.ts";
import type { AnswerReader, FieldSink } from "./answer-reader.ts";
import { builtIn } from "./built-in.ts";
import { ChatAnswer } from "./chat-answer.ts";
import { chatFormat } from "./chat-format.ts";
import { ChatReader } from "./chat-reader.ts";
import type { Compat } from "./compat.ts";
import { jsonAdapter, jsonAsks } from "./json-adapter.ts";
import type { ChatMessage } from "./ports.ts";
import { Prompt } from "./prompt.ts";
import type { AnySignature } from "./signature.ts";

class PreparedChat implements PreparedAdapter {
  readonly #prompt: Prompt;
  readonly #answer: ChatAnswer;
  readonly #signature: AnySignature;
  readonly #compat: Compat | undefined;

  constructor(prompt: Prompt, signature: AnySignature, compat: Compat | undefined) {
    this.#prompt = prompt;
    this.#answer = new ChatAnswer(signature, compat);
    this.#signature = signature;
    this.#compat = compat;
  }

  format(inputs: FieldValues): readonly ChatMessage[] {
    return this.#prompt.messages(inputs);
  }

  parse(text: string): Record<string, unknown> {
    return this.#answer.parse(text);
  }

  reader(sink: FieldSink): AnswerReader {
    return new ChatReader(this.#signature, this.#compat, sink);
  }
}

/** An adapter for the chat format that asks once; an answer that cannot be read is a failure. */
export const chatOnlyAdapter: Adapter = builtIn({
  adapterName: "chat",
  prepare: (signature, demos, compat, conversation) =>
    new PreparedChat(new Prompt(chatFormat, signature, demos, compat, conversation), signature, compat),
});

/** The default adapter: prompts and answers in DSPy's chat format, to the byte. An answer that cannot be read is asked for again in JSON. */
export const chatAdapter: Adapter = {
  ...chatOnlyAdapter,
  asks(...about) {
    return [
      { adapter: chatOnlyAdapter },
      ...jsonAsks(this.nativeTools === undefined ? withoutNativeTools(jsonAdapter) : jsonAdapter, ...about),
    ];
  },
};
