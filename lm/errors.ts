// Makers of the errors that a call to a language model can end in; `docs/reference/errors/lm.md` has a paragraph for each.
// Knows nothing of HTTP: which status becomes which error is decided in `http-errors.ts`.
import { BaseError, nearest } from "../runtime/base/index.ts";

/** Where an error happened. Never holds a key. */
export interface LmErrorPlace {
  readonly provider: string;
  readonly model: string;
}

/** What a provider's refusal said, besides its kind. */
export interface LmRefusal extends LmErrorPlace {
  readonly status?: number;
  /** The provider's own words, shortened and without the key. */
  readonly said?: string;
}

function named(place: LmErrorPlace): string {
  return `${place.provider}/${place.model}`;
}

function quoted(refusal: LmRefusal): string {
  return refusal.said === undefined || refusal.said === "" ? "" : ` It said: ${refusal.said}`;
}

/** No language model was named anywhere. */
export function lmNotConfigured(): BaseError {
  return new BaseError(
    "LM_NOT_CONFIGURED",
    'No language model is configured. Set one of: createRuntime({ lm: "openai/gpt-4o-mini" }) with OPENAI_API_KEY in the ' +
      'environment; lm: "ollama/llama3.2" for a local server; lm: openaiCompatible({ baseUrl, model }) for any other; ' +
      'lm: "local/in-context" for the offline learner; lm: scriptedLm([...]) in tests; or --lm and DSPEX_LM on the command line.',
  );
}

/** The part before the slash names no provider we know. */
export function lmProviderUnknown(given: string, known: readonly string[]): BaseError {
  const [word = given] = given.split("/", 1);
  const near = nearest(word, known);
  const hint = near === undefined ? "" : ` Did you mean "${near}/…"?`;
  return new BaseError(
    "LM_PROVIDER_UNKNOWN",
    `Expected "provider/model" such as "openai/gpt-4o-mini", got "${given}".${hint} Known providers: ${known.join(", ")}. ` +
      "For any other OpenAI-compatible server use openaiCompatible({ baseUrl, model, apiKey }).",
    { details: { given, known, ...(near === undefined ? {} : { nearest: near }) } },
  );
}

/** The provider wants a key and none was given. */
export function lmKeyMissing(place: LmErrorPlace, variables: readonly string[]): BaseError {
  return new BaseError(
    "LM_KEY_MISSING",
    `${named(place)} needs an API key and none was found. Set ${variables.join(" or ")} in the environment, or pass apiKey.`,
    { details: { ...place, variables } },
  );
}

/** Key refused: 401 or 403. */
export function lmAuthFailed(refusal: LmRefusal, variables: readonly string[] = []): BaseError {
  const where =
    variables.length === 0 ? "the apiKey that was passed" : `${variables.join(" or ")} or the apiKey that was passed`;
  return new BaseError(
    "LM_AUTH_FAILED",
    `${named(refusal)} refused the key (HTTP ${refusal.status}). Check ${where}, and that it may use this model.${quoted(refusal)}`,
    { details: { ...refusal } },
  );
}

/** Too many requests or tokens: 429. Not retryable when it is the account's quota that is used up. */
export function lmRateLimited(
  refusal: LmRefusal,
  retryAfterMs: number | undefined,
  quota: "rate" | "account",
): BaseError {
  const advice =
    quota === "account"
      ? "The account's quota is used up; waiting does not help. Check plan and billing."
      : "The pool paces itself and asks again; lower concurrency or set requestsPerMinute if this reaches you.";
  return new BaseError("LM_RATE_LIMITED", `${named(refusal)} limits the rate (HTTP 429). ${advice}${quoted(refusal)}`, {
    retryable: quota === "rate",
    details: { ...refusal, quota, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}

/** The request itself is refused: 400, 404, 422 and their like. */
export function lmRequestInvalid(refusal: LmRefusal): BaseError {
  const advice =
    refusal.status === 404
      ? "Check the model's name and the base URL."
      : refusal.status !== undefined && refusal.status >= 300 && refusal.status < 400
        ? "The base URL redirects; give the address it redirects to."
        : "Check the request's options and messages.";
  return new BaseError(
    "LM_REQUEST_INVALID",
    `${named(refusal)} refused the request (HTTP ${refusal.status}). ${advice}${quoted(refusal)}`,
    { details: { ...refusal } },
  );
}

/** The prompt is longer than the model's context. */
export function lmContextExceeded(refusal: LmRefusal): BaseError {
  return new BaseError(
    "LM_CONTEXT_EXCEEDED",
    `The prompt does not fit the context of ${named(refusal)}. Use fewer or shorter demos, or a model with a larger context.${quoted(refusal)}`,
    { details: { ...refusal } },
  );
}

/** The provider failed: 5xx. */
export function lmServerFailed(refusal: LmRefusal, retryAfterMs?: number): BaseError {
  return new BaseError(
    "LM_SERVER_FAILED",
    `${named(refusal)} failed (HTTP ${refusal.status}). The fault is the provider's; the pool asks again and stops asking when it persists.${quoted(refusal)}`,
    { retryable: true, details: { ...refusal, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } },
  );
}

/** The connection failed: refused, reset, no such host, TLS. */
export function lmTransportFailed(place: LmErrorPlace, origin: string, cause: unknown): BaseError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BaseError(
    "LM_TRANSPORT_FAILED",
    `The connection to ${origin} for ${named(place)} failed: ${why || "no reason given"}. Check the base URL, the network and that the server runs.`,
    { cause, retryable: true, details: { ...place, origin } },
  );
}

/** No answer in time. */
export function lmTimeout(place: LmErrorPlace, waitedMs: number, stage: "queued" | "in-flight"): BaseError {
  const where =
    stage === "queued"
      ? "while waiting to be sent; the pool is full or paced"
      : "while waiting for the provider's answer";
  return new BaseError(
    "LM_TIMEOUT",
    `${named(place)} gave no answer within ${Math.round(waitedMs)} ms, ${where}. Give the call more time or send fewer at once.`,
    { retryable: true, details: { ...place, waitedMs: Math.round(waitedMs), stage } },
  );
}

/** An answer that is none: garbage, half a JSON, an error under status 200, no choices. */
export function lmResponseInvalid(refusal: LmRefusal, expected: string): BaseError {
  return new BaseError(
    "LM_RESPONSE_INVALID",
    `${named(refusal)} answered with something else than a chat completion: expected ${expected}. Check that the base URL is an OpenAI-compatible one.${quoted(refusal)}`,
    { retryable: true, details: { ...refusal, expected } },
  );
}

/** A streamed answer that ended before it was whole. */
export function lmStreamCutShort(place: LmErrorPlace): BaseError {
  return new BaseError(
    "LM_STREAM_CUT_SHORT",
    `${named(place)} ended its stream before its answer: neither a finish reason nor [DONE] came. The pool asks again; if it persists, look at what stands between here and the server.`,
    { retryable: true, details: { ...place } },
  );
}

/** The caller took the call back. */
export function lmAborted(place: LmErrorPlace, cause?: unknown): BaseError {
  return new BaseError("LM_ABORTED", `The call to ${named(place)} was aborted by its caller.`, {
    ...(cause === undefined ? {} : { cause }),
    details: { ...place },
  });
}

/** The queue in front of the provider is full. */
export function lmQueueFull(place: LmErrorPlace, queued: number): BaseError {
  return new BaseError(
    "LM_QUEUE_FULL",
    `${queued} calls already wait for ${named(place)}. Send fewer at once, or raise admission.maxQueued.`,
    { retryable: true, details: { ...place, queued } },
  );
}

/** The breaker is open: the provider failed too often just now. */
export function lmCircuitOpen(place: LmErrorPlace, resetMs: number, cause?: unknown): BaseError {
  return new BaseError(
    "LM_CIRCUIT_OPEN",
    `${named(place)} failed too often just now, so it is not asked at all until a probe succeeds (one every ${resetMs} ms). Check the provider's status.`,
    { ...(cause === undefined ? {} : { cause }), retryable: true, details: { ...place, resetMs } },
  );
}

/** The pool was closed while the call was under way, or before it. */
export function lmPoolClosed(place: LmErrorPlace): BaseError {
  return new BaseError(
    "LM_POOL_CLOSED",
    `The pool of ${named(place)} is closed. Make the call before stopping the runtime.`,
    {
      details: { ...place },
    },
  );
}

/** A provider threw something that is none of these errors. */
export function lmProviderFailed(place: LmErrorPlace, cause: unknown): BaseError {
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new BaseError(
    "LM_PROVIDER_FAILED",
    `The client of ${named(place)} threw ${why}. A provider rejects with LM_… errors; see its code.`,
    {
      cause,
      details: { ...place },
    },
  );
}
