// DSPy's chat format as an adapter: sections under `[[ ## name ## ]]` headers.
// Joins prompt and answer, and knows no more.
import { type Adapter, type FieldValues, type PreparedAdapter, withoutNativeTools } from "./adapter.ts";
import { ChatAnswer } from "./chat-answer.ts";
import { chatFormat } from "./chat-format.ts";
import { jsonAdapter, jsonAsks } from "./json-adapter.ts";
import type { ChatMessage } from "./ports.ts";
import { Prompt } from "./prompt.ts";

class PreparedChat implements PreparedAdapter {
  readonly #prompt: Prompt;
  readonly #answer: ChatAnswer;

  constructor(prompt: Prompt, answer: ChatAnswer) {
    this.#prompt = prompt;
    this.#answer = answer;
  }

  format(inputs: FieldValues): readonly ChatMessage[] {
    return this.#prompt.messages(inputs);
  }

  parse(text: string): Record<string, unknown> {
    return this.#answer.parse(text);
  }
}

/** An adapter for the chat format that asks once; an answer that cannot be read is a failure. */
export const chatOnlyAdapter: Adapter = {
  adapterName: "chat",
  prepare: (signature, demos, compat) =>
    new PreparedChat(new Prompt(chatFormat, signature, demos, compat), new ChatAnswer(signature, compat)),
};

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
