// The offline learner as a provider: reads a chat prompt, answers it in the chat adapter's format, in the process.
// Knows no network and keeps nothing between calls: the same request has the same answer, on any machine.
import { BaseError } from "../../runtime/base/index.ts";
import type { LmProvider } from "../provider.ts";
import type { LmRequest, LmResponse } from "../request.ts";
import { answer, prepareAnswer } from "./answer.ts";
import { messageText, readPrompt } from "./prompt.ts";
import { seededDraws } from "./seeded-draw.ts";

/** How the offline learner weighs what it reads. */
export interface InContextOptions {
  /** How many demonstrations the names and descriptions of a field's choices weigh as much as. Default 16; 0 ignores them. */
  readonly priorWeight?: number;
}

/** Raised whenever the same prompt begins to be answered differently: cached and recorded answers then no longer apply. */
const LEARNER_VERSION = 1;
const DEFAULT_PRIOR_WEIGHT = 16;
/** Tokens are not counted, they are estimated: four characters each, the rule of thumb for English. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Makes `local/in-context`, a small deterministic in-context learner. It is **not a language model**.
 *
 * It compares the question with the demonstrations in the prompt (words and character n-grams) and lets the near ones vote;
 * without demonstrations it goes by the names of fields and choices and what the instructions say of them. So better demonstrations
 * make it better, for real, but it knows nothing that the prompt does not say. It costs nothing; its token counts are estimates.
 *
 * `complete` rejects with LM_PROMPT_UNREADABLE for prompts not in the chat adapter's format.
 */
export function inContextLm(options: InContextOptions = {}): LmProvider {
  const priorWeight = options.priorWeight ?? DEFAULT_PRIOR_WEIGHT;
  if (!(priorWeight >= 0 && Number.isFinite(priorWeight))) {
    throw new BaseError(
      "LM_OPTION_INVALID",
      `Expected priorWeight to be a finite number of 0 or more, got ${priorWeight}. Leave it out for ${DEFAULT_PRIOR_WEIGHT}.`,
      { details: { option: "priorWeight", given: String(priorWeight) } },
    );
  }
  const answerTo = (request: LmRequest, signal: AbortSignal): LmResponse => {
    signal.throwIfAborted();
    const texts = completionTexts(request, priorWeight);
    return {
      completions: texts.map((text) => ({ text, finishReason: "stop" })),
      model: "local/in-context",
      usage: {
        inputTokens: estimateTokens(request.messages.map(messageText)),
        outputTokens: estimateTokens(texts),
      },
    };
  };
  return {
    providerName: "local",
    modelName: "in-context",
    identity: { provider: "local", model: "in-context", version: LEARNER_VERSION, priorWeight },
    complete: async (request, { signal }) => answerTo(request, signal),
    async stream(request, { signal }, listener) {
      const response = answerTo(request, signal);
      for (const [index, { text }] of response.completions.entries()) {
        // Word by word, as a model would.
        for (const piece of text?.match(/\s*\S+|\s+$/g) ?? []) await listener.onText(piece, index);
      }
      return response;
    },
  };
}

function completionTexts(request: LmRequest, priorWeight: number): string[] {
  const prompt = readPrompt(request);
  if (prompt === undefined) throw promptUnreadable(request);
  const prepared = prepareAnswer(prompt);
  const temperature = request.options.temperature ?? 0;
  const seed = [...prompt.question.values(), request.rolloutId, request.options.seed].join("\n");
  return Array.from({ length: request.options.n ?? 1 }, (_, index) => {
    const values = answer(prepared, { temperature, priorWeight }, seededDraws(`${seed}\n${index}`));
    const sections = [...values].map(([name, value]) => `[[ ## ${name} ## ]]\n${value}`);
    return `${sections.join("\n\n")}\n\n[[ ## completed ## ]]`;
  });
}

function estimateTokens(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Math.ceil(text.length / CHARACTERS_PER_TOKEN), 0);
}

function promptUnreadable(request: LmRequest): BaseError {
  return new BaseError(
    "LM_PROMPT_UNREADABLE",
    "Expected a prompt of the chat adapter: a system message beginning with 'Your input fields are:' and a last message of the user. " +
      `Got ${request.messages.length} messages with roles ${request.messages.map(({ role }) => role).join(", ") || "(none)"}. ` +
      "local/in-context is no language model and reads nothing else; use the chat adapter, or a real model such as openai/gpt-4o-mini.",
    { details: { roles: request.messages.map(({ role }) => role) } },
  );
}
