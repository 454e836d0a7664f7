// The client of any server that speaks OpenAI's chat completions.
// Knows nothing of caching, retries or limits: it makes one attempt and says, in our codes, how it ended.
import { type BaseError, type Clock, isBaseError, type JsonObject, systemClock } from "../runtime/base/index.ts";
import { type AttemptEnd, attemptEndOf } from "./attempt-abort.ts";
import { baseAddress } from "./base-address.ts";
import type { LmCapabilities } from "./capabilities.ts";
import { lmAborted, lmResponseInvalid, lmStreamCutShort, lmTransportFailed } from "./errors.ts";
import { errorOfRefusal, errorStatus, quotableText } from "./http-errors.ts";
import { type HttpAnswer, type HttpOriginOptions, openHttpOrigin } from "./http-post.ts";
import type { LmListener } from "./listener.ts";
import { modelCapabilities } from "./model-capabilities.ts";
import { OpenaiStream } from "./openai-stream.ts";
import { type ParsedBody, parseResponseBody, requestBody, STREAM_FIELDS, type WireOptions } from "./openai-wire.ts";
import type { LmProvider, ProviderCallOptions } from "./provider.ts";
import type { LmRequest, LmResponse } from "./request.ts";
import { Secret } from "./secret.ts";

/** How to reach a server. */
export interface OpenaiCompatibleOptions extends HttpOriginOptions {
  /** Up to and without `/chat/completions`, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** The model as the server calls it. */
  readonly model: string;
  /** Sent as a bearer token. Absent: none is sent. */
  readonly apiKey?: string | Secret;
  /** Names pool, events and prices. Default `custom`. */
  readonly providerName?: string;
  /** Further headers of every request, such as an organisation's. Never part of the identity; wrap in a Secret what nobody may see. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  /** Default: `max_completion_tokens` for OpenAI's reasoning models, else `max_tokens`. */
  readonly maxTokensField?: WireOptions["maxTokensField"];
  /** What the model can do beyond text, in place of what is known of it by its name. */
  readonly capabilities?: LmCapabilities;
  /** Whether a streamed answer's usage is asked for (`stream_options`); `off` for a server that refuses that. Default `ask`. */
  readonly streamUsage?: "ask" | "off";
  /** Environment variables that hold the key, to name in an error. */
  readonly keyVariables?: readonly string[];
  /** Default the machine's. */
  readonly clock?: Clock;
}

// OpenAI's reasoning models refuse `max_tokens`: https://platform.openai.com/docs/api-reference/chat/create
const REASONING_MODEL = /^(o\d|gpt-5)(?!.*chat)/;

/** A client of an OpenAI-compatible server. Connections are made at the first call and kept alive. */
export function openaiCompatible(options: OpenaiCompatibleOptions): LmProvider {
  return new OpenaiCompatible(options);
}

class OpenaiCompatible implements LmProvider {
  readonly providerName: string;
  readonly modelName: string;
  readonly identity: JsonObject;
  readonly capabilities: LmCapabilities;
  readonly #streamFields: string;
  readonly #secrets: readonly Secret[];
  readonly #keyVariables: readonly string[];
  readonly #clock: Clock;
  readonly #wire: WireOptions;
  readonly #path: string;
  readonly #originName: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #originOptions: HttpOriginOptions;
  #origin: ReturnType<typeof openHttpOrigin> | undefined;

  constructor(options: OpenaiCompatibleOptions) {
    const address = baseAddress(options.baseUrl);
    this.providerName = options.providerName ?? "custom";
    this.modelName = options.model;
    this.identity = Object.freeze({ baseUrl: address.identityUrl, model: options.model, provider: this.providerName });
    this.capabilities = options.capabilities ?? modelCapabilities(this.providerName, options.model);
    this.#streamFields = options.streamUsage === "off" ? ',"stream":true' : STREAM_FIELDS;
    const key = options.apiKey === undefined ? undefined : toKey(options.apiKey);
    const ownHeaders = Object.entries(options.headers ?? {});
    this.#secrets = [key, ...ownHeaders.map(([, value]) => value), ...address.secrets]
      .filter((value) => value instanceof Secret)
      // Longest first: a secret that another one begins with would leave the other's end standing.
      .sort((one, other) => other.reveal().length - one.reveal().length);
    this.#keyVariables = options.keyVariables ?? [];
    this.#clock = options.clock ?? systemClock;
    const reasoning = this.providerName === "openai" && REASONING_MODEL.test(options.model);
    const maxTokensField = options.maxTokensField ?? (reasoning ? "max_completion_tokens" : "max_tokens");
    this.#wire = { model: options.model, maxTokensField };
    this.#path = address.path;
    this.#originName = address.origin;
    this.#originOptions = options;
    const authorization = key === undefined ? address.basicAuthorization?.reveal() : `Bearer ${key.reveal()}`;
    this.#headers = {
      "content-type": "application/json",
      accept: "application/json",
      ...(authorization === undefined ? {} : { authorization }),
      ...Object.fromEntries(
        ownHeaders.map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
      ),
    };
  }

  async complete(request: LmRequest, options: ProviderCallOptions): Promise<LmResponse> {
    this.#origin ??= openHttpOrigin(this.#originName, this.#originOptions);
    const startedAt = this.#clock.now();
    const headers = options.headers === undefined ? this.#headers : { ...options.headers, ...this.#headers };
    const end = options.end ?? attemptEndOf(options.signal);
    let answer: HttpAnswer;
    try {
      answer = await this.#origin.post(this.#path, headers, requestBody(request, this.#wire), end);
    } catch (error) {
      throw this.#transportError(error, end);
    }
    if (answer.status !== 200) throw this.#refusal(answer, startedAt);
    return this.#responseOf(parseResponseBody(answer.body, this.modelName), answer.body);
  }

  async stream(request: LmRequest, options: ProviderCallOptions, listener: LmListener): Promise<LmResponse> {
    this.#origin ??= openHttpOrigin(this.#originName, this.#originOptions);
    const startedAt = this.#clock.now();
    const headers = { ...options.headers, ...this.#headers, accept: "text/event-stream" };
    const end = options.end ?? attemptEndOf(options.signal);
    const stream = new OpenaiStream(this.modelName, listener, {
      invalid: (expected, found) => this.#invalid(expected, found),
      refused: (body) => this.#refusal({ status: errorStatus(body), headers: {}, body }, startedAt),
      cutShort: () => lmStreamCutShort(this.#place()),
    });
    const body = requestBody(request, this.#wire, this.#streamFields);
    let answer: HttpAnswer;
    try {
      answer = await this.#origin.stream(this.#path, headers, body, end, (text) => stream.push(text));
    } catch (error) {
      throw this.#transportError(error, end);
    }
    if (answer.status !== 200) throw this.#refusal(answer, startedAt);
    return this.#responseOf(stream.end(), "");
  }

  async close(): Promise<void> {
    await this.#origin?.close();
    this.#origin = undefined;
  }

  #responseOf(parsed: ParsedBody, body: string): LmResponse {
    if (parsed.status === "response") return parsed.response;
    throw this.#invalid(parsed.expected, body);
  }

  #invalid(expected: string, found: string): BaseError {
    const said = quotableText(found, (text) => this.#redact(text));
    return lmResponseInvalid({ ...this.#place(), status: 200, said }, expected);
  }

  #refusal(answer: HttpAnswer, startedAt: number): BaseError {
    return errorOfRefusal(answer, {
      ...this.#place(),
      redact: (text) => this.#redact(text),
      keyVariables: this.#keyVariables,
      wallMs: this.#clock.wallMs(),
      waitedMs: this.#clock.now() - startedAt,
    });
  }

  #redact(text: string): string {
    return this.#secrets.reduce((rest, secret) => secret.redactFrom(rest), text);
  }

  #place(): { provider: string; model: string } {
    return { provider: this.providerName, model: this.modelName };
  }

  #transportError(error: unknown, end: AttemptEnd): BaseError {
    if (isBaseError(error)) return error;
    if (end.isAborted) return lmAborted(this.#place(), error);
    return lmTransportFailed(this.#place(), this.#originName, error);
  }
}

function toKey(key: string | Secret): Secret {
  // Keys read from a file end in a line break, which no header may hold.
  return new Secret((key instanceof Secret ? key.reveal() : key).trim());
}
