// About how many tokens a request will cost, before anyone counted: for budgets of tokens per minute.
// Knows no tokenizer; the usage in the answer corrects it.
import type { LmRequest } from "./request.ts";

// Four characters per token is what English text has in every current tokenizer, give or take a fifth.
const CHARACTERS_PER_TOKEN = 4;
const ASSUMED_OUTPUT_TOKENS = 256;

/** The estimated tokens of a request and its answers. */
export function estimateTokens(request: LmRequest): number {
  let characters = 0;
  for (const { content } of request.messages) {
    characters += typeof content === "string" ? content.length : JSON.stringify(content).length;
  }
  const output = request.options.maxTokens ?? ASSUMED_OUTPUT_TOKENS;
  return Math.ceil(characters / CHARACTERS_PER_TOKEN) + output * (request.options.n ?? 1);
}
