// The chat completions format: a request as the body that is sent, a body that came back as a response.
// Knows nothing of sockets, statuses or keys.
import type { JsonObject } from "../runtime/base/index.ts";
import { rememberedText } from "./identity.ts";
import type { ChatMessage, LmCompletion, LmOptions, LmRequest, LmResponse, LmUsage } from "./request.ts";

/** What of a provider shapes the body. */
export interface WireOptions {
  readonly model: string;
  /** The field that limits the answer's length: OpenAI's reasoning models take only the newer one. */
  readonly maxTokensField: "max_tokens" | "max_completion_tokens";
}

// Where each option goes. `maxTokens` has a field by model, `extra` is spread over the rest.
const FIELDS: Readonly<Record<Exclude<keyof LmOptions, "maxTokens" | "extra">, string>> = {
  temperature: "temperature",
  topP: "top_p",
  n: "n",
  stop: "stop",
  seed: "seed",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
  responseFormat: "response_format",
  tools: "tools",
};

/** What asks for an answer in pieces, and for its usage in the last of them. */
export const STREAM_FIELDS = ',"stream":true,"stream_options":{"include_usage":true}';

/** Writes the body of a chat completions request; `further` are fields besides the request's. `rolloutId` is not in it: it is ours. */
export function requestBody(request: LmRequest, wire: WireOptions, further = ""): string {
  const head = `{"model":${JSON.stringify(wire.model)},"messages":${messagesText(request.messages)}${further}`;
  // Rejected: an object of all fields for JSON.stringify to leave the undefined ones out. It costs 1 µs where this costs a tenth.
  const fields: Record<string, unknown> = {};
  let isEmpty = true;
  const { options } = request;
  for (const key in options) {
    const option = key as keyof LmOptions; // what for-in visits are the options' own keys
    const value = options[option];
    const field = option === "maxTokens" ? wire.maxTokensField : option === "extra" ? undefined : FIELDS[option];
    if (value === undefined || field === undefined) continue;
    fields[field] = value;
    isEmpty = false;
  }
  if (isEmpty && options.extra === undefined) return `${head}}`;
  const tail = JSON.stringify(options.extra === undefined ? fields : { ...fields, ...options.extra });
  return tail === "{}" ? `${head}}` : `${head},${tail.slice(1)}`;
}

// What comes with every request of a predictor was written when the request was named, and is most of it.
function messagesText(messages: readonly ChatMessage[]): string {
  let text = "[";
  for (const message of messages) {
    text += `${text === "[" ? "" : ","}${rememberedText(message) ?? JSON.stringify(message)}`;
  }
  return `${text}]`;
}

/** What a body turned out to be: a response, or what was expected where something else stood. */
export type ParsedBody =
  | { readonly status: "response"; readonly response: LmResponse }
  | { readonly status: "invalid"; readonly expected: string };

/** Reads the body of a chat completions answer with status 200. Never throws. */
export function parseResponseBody(text: string, modelAsked: string): ParsedBody {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // No cause: V8's message quotes the body, in which a provider may have repeated a key.
    return { status: "invalid", expected: "JSON" };
  }
  if (!isObject(body)) return { status: "invalid", expected: "a JSON object" };
  const { choices } = body;
  if (!Array.isArray(choices)) {
    if (body["error"] !== undefined && body["error"] !== null) {
      return { status: "invalid", expected: "choices, not an error under a success status" };
    }
    return { status: "invalid", expected: "an array `choices`" };
  }
  if (choices.length === 0) return { status: "invalid", expected: "at least one choice" };
  const completions: LmCompletion[] = [];
  for (let index = 0; index < choices.length; index++) {
    const completion = completionOf(choices[index]);
    if (completion === undefined) {
      return { status: "invalid", expected: `\`choices[${index}].message\` with text content or tool calls` };
    }
    completions.push(completion);
  }
  const usage = usageOf(body["usage"]);
  const model = typeof body["model"] === "string" ? body["model"] : modelAsked;
  // Frozen because cache and single-flight hand the same object to several callers.
  const response = usage === undefined ? { completions, model } : { completions, model, usage };
  Object.freeze(completions);
  return { status: "response", response: Object.freeze(response) };
}

function completionOf(choice: unknown): LmCompletion | undefined {
  if (!isObject(choice) || !isObject(choice["message"])) return undefined;
  const message = choice["message"];
  const toolCalls = message["tool_calls"];
  const hasToolCalls = Array.isArray(toolCalls) && toolCalls.length > 0 && toolCalls.every(isObject);
  const text = textOf(message["content"]) ?? (typeof message["refusal"] === "string" ? message["refusal"] : undefined);
  const reasoning = message["reasoning_content"] ?? message["reasoning"];
  if (text === undefined && !hasToolCalls && typeof reasoning !== "string") return undefined;
  const finishReason = choice["finish_reason"];
  return Object.freeze({
    text: text ?? null,
    ...(typeof finishReason === "string" ? { finishReason } : {}),
    ...(typeof reasoning === "string" && reasoning !== "" ? { reasoning } : {}),
    // Each was just seen to be an object out of JSON.parse.
    ...(hasToolCalls ? { toolCalls: Object.freeze(toolCalls) as readonly JsonObject[] } : {}),
  });
}

/** Text, or the text parts that some servers send in its place. */
function textOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const parts = content.filter((part) => isObject(part) && typeof part["text"] === "string");
  return parts.length === 0 ? undefined : parts.map((part) => part.text).join("");
}

/** The tokens that a body or an event counts; undefined where it counts none. */
export function usageOf(usage: unknown): LmUsage | undefined {
  if (!isObject(usage)) return undefined;
  const inputTokens = usage["prompt_tokens"];
  const outputTokens = usage["completion_tokens"];
  if (!isCount(inputTokens) || !isCount(outputTokens)) return undefined;
  const details = usage["prompt_tokens_details"];
  const cached = isObject(details) ? details["cached_tokens"] : undefined;
  return Object.freeze(
    isCount(cached) ? { inputTokens, outputTokens, cachedInputTokens: cached } : { inputTokens, outputTokens },
  );
}

/** Whether a value out of JSON is an object, and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
