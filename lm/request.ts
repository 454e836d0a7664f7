// What is asked of a language model and what it answers, in terms of no provider.
// Knows nothing of HTTP, of caching or of who asks. `programs/` declares the same shapes; the compiler holds them together in `actors/`.
import type { JsonObject } from "../runtime/base/index.ts";

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** Text, or the provider's content parts as they are sent; null beside tool calls alone. */
  readonly content: string | readonly JsonObject[] | null;
  /** The calls that an earlier turn of the model asked for. Named as it is sent, like the two below. */
  readonly tool_calls?: readonly JsonObject[];
  /** Which call a tool's message answers. */
  readonly tool_call_id?: string;
  /** The tool that answers. */
  readonly name?: string;
}

/** Sampling options. What is absent is left to the provider. */
export interface LmOptions {
  readonly temperature?: number;
  /** Most tokens the answer may have. */
  readonly maxTokens?: number;
  readonly topP?: number;
  /** How many completions are asked for in one request. Default 1. */
  readonly n?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly responseFormat?: JsonObject;
  readonly tools?: readonly JsonObject[];
  /** Further fields of the provider's request, sent as they are. Part of the identity. */
  readonly extra?: JsonObject;
}

/** One request to a language model. */
export interface LmRequest {
  readonly messages: readonly ChatMessage[];
  readonly options: LmOptions;
  /** Asks for a fresh sample: part of the identity, never sent. */
  readonly rolloutId?: number;
}

/** Tokens as the provider counted them. */
export interface LmUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of `inputTokens` that the provider had cached. */
  readonly cachedInputTokens?: number;
}

/** One of the answers to a request. */
export interface LmCompletion {
  /** Null where the model answered with tool calls only. */
  readonly text: string | null;
  /** The provider's word: `stop`, `length`, `tool_calls`, … */
  readonly finishReason?: string;
  /** The model's reasoning, where the provider shows it. */
  readonly reasoning?: string;
  readonly toolCalls?: readonly JsonObject[];
}

/** The answer to a request. Shared between callers and frozen. */
export interface LmResponse {
  /** As many as `n` asked for; at least one. */
  readonly completions: readonly LmCompletion[];
  /** The model that answered, in the provider's words. */
  readonly model: string;
  readonly usage?: LmUsage;
}
