// A language model that answers what a test tells it to: canned, by function, late, or with a failure. It records what it was asked.
// Knows nothing of networks.
import { BaseError, type Clock, isBaseError, type JsonObject, sha256, systemClock } from "../runtime/base/index.ts";
import type { LmCapabilities } from "./capabilities.ts";
import { lmAborted } from "./errors.ts";
import type { LmListener } from "./listener.ts";
import type { LmProvider, ProviderCallOptions } from "./provider.ts";
import type { LmCompletion, LmRequest, LmResponse, LmUsage } from "./request.ts";

/** One answer of a script. A string is one completion; strings are several; an Error is thrown as it is. */
export type ScriptedAnswer = string | readonly string[] | Error | ScriptedReply;

/** An answer with more to say. */
export interface ScriptedReply {
  /** Text of the completion or of each; absent with `hangs`, `error` or `chunks`. */
  readonly text?: string | readonly string[];
  /**
   * The pieces in which one completion's text is streamed; asked for whole, it is their sum. With `error` or `hangs` the stream breaks or hangs after them.
   * Default: each text is one piece.
   */
  readonly chunks?: readonly string[];
  /** Waited for on the clock before each piece. Default: none, and they come at once. */
  readonly chunkDelayMs?: number;
  readonly finishReason?: string;
  readonly reasoning?: string;
  /** Calls of tools, as OpenAI's chat completions write them. */
  readonly toolCalls?: readonly JsonObject[];
  readonly usage?: LmUsage;
  /** Thrown in place of an answer. */
  readonly error?: Error;
  /** Waited for on the clock before the answer. Default 0. */
  readonly delayMs?: number;
  /** Never answers; only an abort ends the call. */
  readonly hangs?: boolean;
}

/** Answers in turn, or a function of the request and of how many came before it. */
export type LmScript =
  | readonly ScriptedAnswer[]
  | ((request: LmRequest, index: number) => ScriptedAnswer | Promise<ScriptedAnswer>);

/** Settings of a scripted model. */
export interface ScriptedLmOptions {
  /** Default `scripted`. */
  readonly providerName?: string;
  /** Tells models apart that answer by functions, whose content nobody can compare. Default `scripted`. */
  readonly modelName?: string;
  /**
   * Stands for the script in the identity. Default: for a list its content, for a function nothing.
   * Give two lists the same one where the second goes on for the first, as in a resumed run.
   */
  readonly scriptName?: string;
  /** Default delay of every answer, in ms. Default 0. */
  readonly delayMs?: number;
  /** Moves the delays. Default the machine's. */
  readonly clock?: Clock;
  /** A list starts again when it is used up. Default `fail`: the call then rejects with LM_SCRIPT_EXHAUSTED. */
  readonly whenExhausted?: "fail" | "repeat";
  /** What programs are told that the model can do. Default: text and nothing more. */
  readonly capabilities?: LmCapabilities;
}

/** What a scripted model was asked. */
export interface ScriptedCall {
  readonly request: LmRequest;
  readonly headers: Readonly<Record<string, string>>;
}

/** A scripted model and its record. */
export interface ScriptedLm extends LmProvider {
  /** Every request in the order of its arrival, answered or not. */
  readonly calls: readonly ScriptedCall[];
  /** Requests that wait for their answer right now, and the most that ever did. */
  readonly inFlight: number;
  readonly maxInFlight: number;
}

/**
 * Makes a language model for tests.
 *
 * Answers of a list are taken in the order in which requests arrive. An abort rejects with LM_ABORTED at once.
 * Models whose identity is equal answer for each other in cache and journal: equal lists are, in any process; so are functions of the
 * same `modelName`.
 */
export function scriptedLm(script: LmScript, options: ScriptedLmOptions = {}): ScriptedLm {
  return new Scripted(script, options);
}

class Scripted implements ScriptedLm {
  readonly providerName: string;
  readonly modelName: string;
  readonly identity: JsonObject;
  readonly capabilities: LmCapabilities;
  readonly calls: ScriptedCall[] = [];
  inFlight = 0;
  maxInFlight = 0;
  readonly #script: LmScript;
  readonly #options: ScriptedLmOptions;

  constructor(script: LmScript, options: ScriptedLmOptions) {
    this.providerName = options.providerName ?? "scripted";
    this.modelName = options.modelName ?? "scripted";
    this.capabilities = options.capabilities ?? {};
    const name = options.scriptName ?? scriptHash(script, options.whenExhausted ?? "fail");
    this.identity = Object.freeze({
      baseUrl: "scripted:",
      model: this.modelName,
      provider: this.providerName,
      ...(name === undefined ? {} : { script: name }),
    });
    this.#script = script;
    this.#options = options;
  }

  complete(request: LmRequest, options: ProviderCallOptions): Promise<LmResponse> {
    return this.#reply(request, options, undefined);
  }

  stream(request: LmRequest, options: ProviderCallOptions, listener: LmListener): Promise<LmResponse> {
    return this.#reply(request, options, listener);
  }

  async #reply(
    request: LmRequest,
    options: ProviderCallOptions,
    listener: LmListener | undefined,
  ): Promise<LmResponse> {
    const index = this.calls.length;
    this.calls.push({ request, headers: options.headers ?? {} });
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    try {
      const reply = toReply(await this.#answer(request, index));
      const delayMs = reply.delayMs ?? this.#options.delayMs ?? 0;
      const hangsAtOnce = reply.hangs === true && (listener === undefined || reply.chunks === undefined);
      if (hangsAtOnce || delayMs > 0 || options.signal.aborted) {
        await this.#pause(hangsAtOnce ? undefined : delayMs, options.signal);
      }
      if (reply.error !== undefined && reply.chunks === undefined) throw reply.error;
      const response = responseOf(reply, this.modelName);
      if (listener !== undefined) await this.#tell(response, reply, options.signal, listener);
      if (reply.error !== undefined) throw reply.error;
      return response;
    } finally {
      this.inFlight--;
    }
  }

  async #tell(
    { completions }: LmResponse,
    { chunks, chunkDelayMs = 0, hangs }: ScriptedReply,
    signal: AbortSignal,
    listener: LmListener,
  ): Promise<void> {
    for (const [index, { text, reasoning }] of completions.entries()) {
      if (reasoning !== undefined) await listener.onReasoning(reasoning, index);
      const pieces = chunks ?? (text === null ? [] : [text]);
      for (let at = 0; at < pieces.length; ) {
        if (chunkDelayMs > 0) await this.#pause(chunkDelayMs, signal);
        const told = tellPieces(pieces, at, chunkDelayMs > 0 ? at + 1 : pieces.length, index, listener);
        at = told.next;
        if (told.wait !== undefined) await this.#unlessAborted(told.wait, signal);
      }
    }
    if (hangs === true) await this.#pause(undefined, signal);
  }

  #unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(this.#aborted(signal));
      if (signal.aborted) onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  #answer(request: LmRequest, index: number): ScriptedAnswer | Promise<ScriptedAnswer> {
    if (typeof this.#script === "function") return this.#script(request, index);
    const { length } = this.#script;
    const at = this.#options.whenExhausted === "repeat" && length > 0 ? index % length : index;
    return this.#script[at] ?? scriptExhausted(length);
  }

  #pause(delayMs: number | undefined, signal: AbortSignal): Promise<void> {
    const clock = this.#options.clock ?? systemClock;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        timer?.cancel();
        reject(this.#aborted(signal));
      };
      const timer =
        delayMs === undefined
          ? undefined
          : clock.setTimer(delayMs, () => {
              signal.removeEventListener("abort", onAbort);
              resolve();
            });
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #aborted({ reason }: AbortSignal): BaseError {
    const place = { provider: this.providerName, model: this.modelName };
    return reason instanceof BaseError ? reason : lmAborted(place, reason);
  }
}

/** Tells pieces until the listener has enough; answers where to go on and what to wait for. */
function tellPieces(
  pieces: readonly string[],
  from: number,
  to: number,
  completion: number,
  listener: LmListener,
): { readonly next: number; readonly wait: Promise<void> | undefined } {
  for (let at = from; at < to; at++) {
    const wait = listener.onText(pieces[at] ?? "", completion);
    if (wait !== undefined) return { next: at + 1, wait };
  }
  return { next: to, wait: undefined };
}

/** What a list answers, however late and in whatever pieces. */
function scriptHash(script: LmScript, whenExhausted: string): string | undefined {
  if (typeof script === "function") return undefined;
  const answers = script.map((answer) => {
    const { text, chunks, finishReason, reasoning, toolCalls, usage, error, hangs } = toReply(answer);
    const used = [usage?.inputTokens, usage?.outputTokens, usage?.cachedInputTokens];
    const failure = [error?.name, error?.message, isBaseError(error) ? error.code : undefined];
    const answered = chunks === undefined ? text : chunks.join("");
    const said = [answered, finishReason, reasoning, used, failure, hangs];
    return toolCalls === undefined ? said : [...said, toolCalls];
  });
  // Not the canonical form, which refuses what a test may well script, such as a usage of NaN.
  return sha256(JSON.stringify([whenExhausted, answers]));
}

function toReply(answer: ScriptedAnswer): ScriptedReply {
  if (answer instanceof Error) return { error: answer };
  if (typeof answer === "string" || Array.isArray(answer)) return { text: answer };
  return answer as ScriptedReply; // Array.isArray does not narrow readonly arrays away
}

function responseOf(reply: ScriptedReply, model: string): LmResponse {
  const { chunks, toolCalls } = reply;
  const text = reply.text ?? (chunks === undefined ? "" : chunks.join(""));
  const texts = typeof text === "string" ? [text] : text;
  const completions = texts.map(
    (each): LmCompletion =>
      Object.freeze({
        text: each === "" && toolCalls !== undefined ? null : each,
        finishReason: reply.finishReason ?? "stop",
        ...(reply.reasoning === undefined ? {} : { reasoning: reply.reasoning }),
        ...(toolCalls === undefined ? {} : { toolCalls }),
      }),
  );
  return Object.freeze({
    completions: Object.freeze(completions),
    model,
    ...(reply.usage === undefined ? {} : { usage: reply.usage }),
  });
}

function scriptExhausted(length: number): BaseError {
  return new BaseError(
    "LM_SCRIPT_EXHAUSTED",
    `The script has ${length} answers and was asked for one more. Add answers, use a function, or set whenExhausted: "repeat".`,
    { details: { length } },
  );
}
