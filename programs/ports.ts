// What a program asks of the world, and the shapes it asks in.
// Knows nothing of who answers: a pool, a script, a recording.
import type { JsonObject } from "../runtime/base/index.ts";

/** One turn of a conversation with a language model. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** Text, or content blocks as the provider takes them. */
  readonly content: string | readonly JsonObject[];
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

/** Where a request comes from, and how long it may take. */
export interface LmCallContext {
  /** The predictor's path in the program, such as `step1` or `gen.predict`. */
  readonly modulePath: string;
  readonly signal: AbortSignal;
  /** In `Clock.now()` milliseconds; absent means no deadline. */
  readonly deadlineAt?: number;
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

/** The world of one run. */
export interface ProgramPorts {
  readonly lm: LmPort;
  /** Default: modules run where they are called. */
  readonly runModule?: RunModule;
  /** Told of each predictor's step when its answer is parsed, in that order. */
  readonly trace?: (step: TraceStep) => void;
  /** Told of what `compat` lets pass. Default: nobody is told. */
  readonly warn?: (warning: ProgramWarning) => void;
}
