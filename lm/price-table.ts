// What providers charge, in US dollars per million tokens. List prices of OpenAI and Groq, compared with other public price lists, not with
// the providers' own pages; give your own where it matters. Names that move from model to model (deepseek-chat, …-latest) are left out: their price moves too.

/** Price of one model. */
export interface ModelPrice {
  readonly inputPerMillion: number;
  /** Of input that the provider had cached. Absent: charged as input. */
  readonly cachedInputPerMillion?: number;
  readonly outputPerMillion: number;
}

/** The date that these list prices are known for. */
export const PRICES_AS_OF = "2025-08-01";

/** Providers that run on the caller's own machine, or nowhere, and charge nothing. */
export const FREE_PROVIDERS: readonly string[] = ["ollama", "lmstudio", "llamacpp", "vllm", "local", "scripted"];

/** Prices by provider and model. */
export const PRICES: Readonly<Record<string, Readonly<Record<string, ModelPrice>>>> = {
  openai: {
    "gpt-4o": { inputPerMillion: 2.5, cachedInputPerMillion: 1.25, outputPerMillion: 10 },
    "gpt-4o-mini": { inputPerMillion: 0.15, cachedInputPerMillion: 0.075, outputPerMillion: 0.6 },
    "gpt-4.1": { inputPerMillion: 2, cachedInputPerMillion: 0.5, outputPerMillion: 8 },
    "gpt-4.1-mini": { inputPerMillion: 0.4, cachedInputPerMillion: 0.1, outputPerMillion: 1.6 },
    "gpt-4.1-nano": { inputPerMillion: 0.1, cachedInputPerMillion: 0.025, outputPerMillion: 0.4 },
    "gpt-4-turbo": { inputPerMillion: 10, outputPerMillion: 30 },
    "gpt-3.5-turbo": { inputPerMillion: 0.5, outputPerMillion: 1.5 },
    o1: { inputPerMillion: 15, cachedInputPerMillion: 7.5, outputPerMillion: 60 },
    o3: { inputPerMillion: 2, cachedInputPerMillion: 0.5, outputPerMillion: 8 },
    "o3-mini": { inputPerMillion: 1.1, cachedInputPerMillion: 0.55, outputPerMillion: 4.4 },
    "o4-mini": { inputPerMillion: 1.1, cachedInputPerMillion: 0.275, outputPerMillion: 4.4 },
  },
  groq: {
    "llama-3.3-70b-versatile": { inputPerMillion: 0.59, outputPerMillion: 0.79 },
    "llama-3.1-8b-instant": { inputPerMillion: 0.05, outputPerMillion: 0.08 },
  },
};

/** Dated snapshots that cost what their family costs. Those that cost something else, such as gpt-4o-2024-05-13, are not here: their price is unknown. */
export const SNAPSHOTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  openai: {
    "gpt-4o-2024-08-06": "gpt-4o",
    "gpt-4o-2024-11-20": "gpt-4o",
    "gpt-4o-mini-2024-07-18": "gpt-4o-mini",
    "gpt-4.1-2025-04-14": "gpt-4.1",
    "gpt-4.1-mini-2025-04-14": "gpt-4.1-mini",
    "gpt-4.1-nano-2025-04-14": "gpt-4.1-nano",
    "gpt-4-turbo-2024-04-09": "gpt-4-turbo",
    "gpt-3.5-turbo-0125": "gpt-3.5-turbo",
    "o1-2024-12-17": "o1",
    "o3-2025-04-16": "o3",
    "o3-mini-2025-01-31": "o3-mini",
    "o4-mini-2025-04-16": "o4-mini",
  },
};
