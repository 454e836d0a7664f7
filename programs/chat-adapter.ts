// DSPy's chat format as an adapter: sections under `[[ ## name ## ]]` headers.
// Joins prompt and answer, and knows no more.
import type { Adapter, FieldValues, PreparedAdapter } from "./adapter.ts";
import { ChatAnswer } from "./chat-answer.ts";
import { ChatPrompt } from "./chat-prompt.ts";
import type { ChatMessage } from "./ports.ts";

class PreparedChat implements PreparedAdapter {
  readonly #prompt: ChatPrompt;
  readonly #answer: ChatAnswer;

  constructor(prompt: ChatPrompt, answer: ChatAnswer) {
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

/** The default adapter: prompts and answers in DSPy's chat format, to the byte. */
export const chatAdapter: Adapter = {
  adapterName: "chat",
  prepare: (signature, demos, compat) =>
    new PreparedChat(new ChatPrompt(signature, demos, compat), new ChatAnswer(signature, compat)),
};
