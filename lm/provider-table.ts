// The OpenAI-compatible services that a `provider/model` string may name, and the environment variables people already have for them.
// Data only.

/** How a service is reached. */
export interface ProviderEntry {
  readonly baseUrl: string;
  /** Variables that hold the key, the first one found wins. Empty: no key is needed. */
  readonly keyVariables: readonly string[];
  /** Variables that hold another base URL. */
  readonly baseUrlVariables: readonly string[];
  /** A key is sent if there is one; without it none is missed. */
  readonly keyIsOptional?: true;
}

/** The services by name. */
export const PROVIDER_TABLE: Readonly<Record<string, ProviderEntry>> = {
  openai: {
    baseUrl: "https://api.openai.com/v1",
    keyVariables: ["OPENAI_API_KEY"],
    baseUrlVariables: ["OPENAI_BASE_URL", "OPENAI_API_BASE"],
  },
  // Ollama's own variable names a host, not a URL; `resolveProvider` reads it.
  ollama: { baseUrl: "http://localhost:11434/v1", keyVariables: [], baseUrlVariables: ["OLLAMA_HOST"] },
  lmstudio: {
    baseUrl: "http://localhost:1234/v1",
    keyVariables: ["LM_STUDIO_API_KEY"],
    baseUrlVariables: ["LM_STUDIO_API_BASE"],
    keyIsOptional: true,
  },
  vllm: {
    baseUrl: "http://localhost:8000/v1",
    keyVariables: ["VLLM_API_KEY"],
    baseUrlVariables: ["VLLM_BASE_URL"],
    keyIsOptional: true,
  },
  llamacpp: {
    baseUrl: "http://localhost:8080/v1",
    keyVariables: ["LLAMA_API_KEY"],
    baseUrlVariables: ["LLAMACPP_BASE_URL"],
    keyIsOptional: true,
  },
  openrouter: {
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariables: ["OPENROUTER_API_KEY"],
    baseUrlVariables: ["OPENROUTER_BASE_URL"],
  },
  groq: {
    baseUrl: "https://api.groq.com/openai/v1",
    keyVariables: ["GROQ_API_KEY"],
    baseUrlVariables: ["GROQ_BASE_URL"],
  },
  together: {
    baseUrl: "https://api.together.xyz/v1",
    keyVariables: ["TOGETHER_API_KEY", "TOGETHERAI_API_KEY"],
    baseUrlVariables: ["TOGETHER_BASE_URL"],
  },
  deepseek: {
    baseUrl: "https://api.deepseek.com/v1",
    keyVariables: ["DEEPSEEK_API_KEY"],
    baseUrlVariables: ["DEEPSEEK_BASE_URL"],
  },
  mistral: {
    baseUrl: "https://api.mistral.ai/v1",
    keyVariables: ["MISTRAL_API_KEY"],
    baseUrlVariables: ["MISTRAL_BASE_URL"],
  },
  fireworks: {
    baseUrl: "https://api.fireworks.ai/inference/v1",
    keyVariables: ["FIREWORKS_API_KEY"],
    baseUrlVariables: ["FIREWORKS_BASE_URL"],
  },
  xai: { baseUrl: "https://api.x.ai/v1", keyVariables: ["XAI_API_KEY"], baseUrlVariables: ["XAI_BASE_URL"] },
  cerebras: {
    baseUrl: "https://api.cerebras.ai/v1",
    keyVariables: ["CEREBRAS_API_KEY"],
    baseUrlVariables: ["CEREBRAS_BASE_URL"],
  },
  perplexity: {
    baseUrl: "https://api.perplexity.ai",
    keyVariables: ["PERPLEXITY_API_KEY", "PERPLEXITYAI_API_KEY"],
    baseUrlVariables: ["PERPLEXITY_BASE_URL"],
  },
  gemini: {
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    baseUrlVariables: ["GEMINI_BASE_URL"],
  },
  anthropic: {
    baseUrl: "https://api.anthropic.com/v1",
    keyVariables: ["ANTHROPIC_API_KEY"],
    baseUrlVariables: ["ANTHROPIC_BASE_URL"],
  },
};
