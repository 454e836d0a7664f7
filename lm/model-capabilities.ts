// What is known of services' models by their names. Data and one look-up; whoever knows better says so where the client is made.
// Knows no requests.
import type { LmCapabilities } from "./capabilities.ts";

interface Known {
  /** The models it holds for. */
  readonly models: RegExp;
  readonly capabilities: LmCapabilities;
}

const TEXT_ONLY: LmCapabilities = Object.freeze({});
const TOOLS: LmCapabilities = Object.freeze({ functionCalling: true });
const JSON_AND_TOOLS: LmCapabilities = Object.freeze({ jsonMode: true, functionCalling: true });
const SCHEMAS_AND_TOOLS: LmCapabilities = Object.freeze({
  jsonMode: true,
  responseSchema: true,
  functionCalling: true,
});
const REASONING_TOO: LmCapabilities = Object.freeze({ ...JSON_AND_TOOLS, reasoning: true });

/**
 * By service, the first line that fits. A service without a line, and a local server above all, has models that nobody here knows: nothing is taken for
 * granted of them. OpenAI's reasoning models keep their reasoning to themselves in chat completions, so `reasoning` is not theirs.
 */
const KNOWN: Readonly<Record<string, readonly Known[]>> = {
  openai: [
    { models: /^(o1-mini|o1-preview)/, capabilities: TEXT_ONLY },
    { models: /^(gpt-4o-2024-05-13|gpt-4-turbo|gpt-4-1106|gpt-4-0125|gpt-3\.5-turbo)/, capabilities: JSON_AND_TOOLS },
    { models: /^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|o[1-9])/, capabilities: SCHEMAS_AND_TOOLS },
    { models: /^gpt-4/, capabilities: TOOLS },
  ],
  groq: [
    { models: /gpt-oss/, capabilities: { ...SCHEMAS_AND_TOOLS, reasoning: true } },
    { models: /^(llama-3|meta-llama|moonshotai|qwen)/, capabilities: JSON_AND_TOOLS },
  ],
  deepseek: [{ models: /^deepseek-chat/, capabilities: JSON_AND_TOOLS }],
  mistral: [{ models: /^(mistral|ministral|codestral|magistral)/, capabilities: SCHEMAS_AND_TOOLS }],
  xai: [
    { models: /^grok-3-mini/, capabilities: REASONING_TOO },
    { models: /^grok/, capabilities: SCHEMAS_AND_TOOLS },
  ],
  gemini: [{ models: /^gemini-(1\.5|2|3)/, capabilities: SCHEMAS_AND_TOOLS }],
  anthropic: [{ models: /^claude/, capabilities: TOOLS }],
};

/** What a service's model can do, as far as its name tells. */
export function modelCapabilities(providerName: string, model: string): LmCapabilities {
  const known = Object.hasOwn(KNOWN, providerName) ? KNOWN[providerName] : undefined;
  return known?.find(({ models }) => models.test(model))?.capabilities ?? TEXT_ONLY;
}
