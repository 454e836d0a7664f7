// The shapes in which a program asks a language model, runs modules and tools, and traces what it did.
// Knows nothing of who answers: a pool, a script, a recording.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";

/** One turn of a conversation with a language model. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** Text, or content blocks as the provider takes them; null beside tool calls alone. */
  readonly content: string | readonly JsonObject[] | null;
  /** The calls that an earlier turn of the model asked for. Named as it is sent, like the two below. */
  readonly tool_calls?: readonly JsonObject[];
  /** Which call a tool's message answers. */
  readonly tool_call_id?: string;
  /** The tool that answers. */
  readonly name?: string;
}

/** How an answer is sampled. What is left out is the model's own default. */
export interface LmOptions {
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly topP?: number;
  /** How many completions of one request. Default 1. */
  readonly n?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly responseFormat?: JsonObject;
  readonly tools?: readonly JsonObject[];
  /** Sent as it is, beside the rest. */
  readonly extra?: JsonObject;
}

/** One request to a language model. */
export interface LmRequest {
  readonly messages: readonly ChatMessage[];
  readonly options: LmOptions;
  /** Tells repeated asks of one prompt apart: part of the request's identity, never sent. */
  readonly rolloutId?: number;
}

/** Tokens that a request cost, as the provider counted them. */
export interface LmUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input tokens, those the provider had cached. */
  readonly cachedInputTokens?: number;
}

/** One completion. */
export interface LmCompletion {
  /** Null where the model answered with tool calls alone, or with nothing. */
  readonly text: string | null;
  readonly finishReason?: string;
  readonly reasoning?: string;
  readonly toolCalls?: readonly JsonObject[];
}

/** What came back for one request. */
export interface LmResponse {
  readonly completions: readonly LmCompletion[];
  /** The model as the provider names it. */
  readonly model: string;
  readonly usage?: LmUsage;
}

/** What one request came to. */
export interface RequestUsage {
  /** `provider/model` where a runtime asks; elsewhere as the provider names it. */
  readonly model: string;
  /** Undefined where the provider did not say. */
  readonly usage: LmUsage | undefined;
  readonly costUsd: number | "unknown";
}

/** Adds up what requests cost. */
export interface UsageSink {
  add(cost: RequestUsage): void;
}

/**
 * Hears the pieces of an answer while it comes.
 *
 * A method that answers a promise has enough for now: whoever reads waits for it before reading on. What the pieces come to is told again
 * by the response, which is the truth where the two differ.
 */
export interface LmListener {
  /** More of a completion's text; `completion` counts from 0. */
  onText(text: string, completion: number): void | Promise<void>;
  /** More of the reasoning that a provider shows apart from the text. */
  onReasoning(text: string, completion: number): void | Promise<void>;
  /** What came so far does not count: the request is sent again. */
  onRestart(): void;
}

/** A language model as whoever answers names it: `provider/model`, or a provider's own object. */
export type ModelChoice = string | { readonly providerName: string; readonly modelName: string };

/** Where a request comes from, and how long it may take. */
export interface LmCallContext {
  /** The predictor's path in the program, such as `step1` or `gen.predict`. */
  readonly modulePath: string;
  readonly signal: AbortSignal;
  /** In `Clock.now()` milliseconds; absent means no deadline. */
  readonly deadlineAt?: number;
  /** Which model is to answer, where it is not the run's own. */
  readonly model?: ModelChoice;
  /** Wants to hear the answer while it comes. Whoever cannot tell it leaves it alone. */
  readonly listener?: LmListener;
  /** Is to be told what the request cost, by whoever knows better than the response's own usage says. */
  readonly account?: (cost: RequestUsage | "nothing") => void;
  /** The piece of work that the request is, where somebody listens to such. */
  readonly workId?: string;
}

/** Answers a request. A rejection reaches the program's caller unchanged. */
export type LmPort = (request: LmRequest, context: LmCallContext) => Promise<LmResponse>;

/**
 * Has one module do its part: calls `invoke` once and answers what it answers.
 *
 * Whoever implements it decides where that runs and may give `invoke` a signal that ends earlier than the one it was given.
 */
export type RunModule = (
  path: string,
  inputs: object,
  signal: AbortSignal,
  invoke: (signal: AbortSignal) => Promise<unknown>,
) => Promise<unknown>;

/** One call of a tool: what a module asks for, before anything is done. */
export interface ToolCallRequest {
  /** The path of the module that calls it. */
  readonly modulePath: string;
  readonly toolName: string;
  /** Plain JSON data, as the model gave it. */
  readonly args: JsonObject;
  readonly signal: AbortSignal;
}

/**
 * Has one tool do its part: calls `invoke` and answers what it answers.
 *
 * Whoever implements it may answer from a record instead. `invoke` is given the call's key: equal whenever the same call is made again, so that a tool can
 * tell that it has done its work already. It rejects with PROGRAM_TOOL_FAILED where the tool fails.
 */
export type RunTool = (call: ToolCallRequest, invoke: (callKey?: string) => Promise<JsonValue>) => Promise<JsonValue>;

/** One predictor's inputs and outputs in one run of a program. */
export interface TraceStep {
  /** The predictor's path; `self` where the program is one predictor. */
  readonly path: string;
  /** The inputs as the predictor used them: defaults filled in. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The asks whose answers could not be read, before the one that could; absent where there were none. */
  readonly failedAsks?: readonly FailedAsk[];
}

/** An ask whose answer could not be read. */
export interface FailedAsk {
  readonly adapterName: string;
  readonly message: string;
}

/** Something DSPy would have logged and gone on from; only under `compat`, where it is not an error. */
export interface ProgramWarning {
  readonly kind: "input-unknown" | "input-missing" | "input-mismatched";
  readonly path: string;
  readonly fields: readonly string[];
  readonly message: string;
}
