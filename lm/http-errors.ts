// The one table from HTTP answers of a provider to errors of ours.
// Knows nothing of sockets, nor of who retries what.
import type { BaseError } from "../runtime/base/index.ts";
import {
  type LmErrorPlace,
  type LmRefusal,
  lmAuthFailed,
  lmContextExceeded,
  lmRateLimited,
  lmRequestInvalid,
  lmServerFailed,
  lmTimeout,
} from "./errors.ts";

/** An answer whose status is not 2xx. */
export interface HttpRefusal {
  readonly status: number;
  /** Header names in lower case, as undici gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What the table needs to know of the request. */
export interface HttpErrorContext extends LmErrorPlace {
  /** Takes keys out of a text before it is quoted. */
  redact(text: string): string;
  readonly keyVariables: readonly string[];
  /** Milliseconds since 1970, for a Retry-After that names a date. */
  readonly wallMs: number;
  /** How long the request was under way. */
  readonly waitedMs: number;
}

// Providers answer with whole HTML pages when a proxy in front of them fails.
const MAX_QUOTED_CHARACTERS = 400;

// The words of OpenAI, Anthropic's and Google's compatible endpoints, vLLM, llama.cpp, Mistral, Together.
const CONTEXT_WORDS =
  /context[ _-]?(length|window|size)|maximum context|max(imum)? (number of )?tokens|prompt is too long|too many (input )?tokens|input is too long/i;
const ACCOUNT_WORDS = /insufficient[_ ]quota|billing|credit balance|exceeded your current quota/i;

/** The error that a refusing HTTP answer means. */
export function errorOfRefusal(answer: HttpRefusal, context: HttpErrorContext): BaseError {
  const { status } = answer;
  const said = quotableText(answer.body, context.redact);
  const refusal: LmRefusal = {
    provider: context.provider,
    model: context.model,
    status,
    ...(said === "" ? {} : { said }),
  };
  if (status === 401 || status === 403) return lmAuthFailed(refusal, context.keyVariables);
  if (status === 429) {
    const quota = ACCOUNT_WORDS.test(answer.body) ? "account" : "rate";
    return lmRateLimited(refusal, retryAfterMs(answer.headers, context.wallMs), quota);
  }
  if (status === 408) return lmTimeout(refusal, context.waitedMs, "in-flight");
  if (status >= 500) return lmServerFailed(refusal, retryAfterMs(answer.headers, context.wallMs));
  if ((status === 400 || status === 413 || status === 422) && CONTEXT_WORDS.test(answer.body))
    return lmContextExceeded(refusal);
  return lmRequestInvalid(refusal);
}

const RATE_WORDS = /rate[_ -]?limit|too many requests|insufficient[_ ]quota/i;
const REFUSED_WORDS = /invalid[_ ]request|not[_ ]found|unsupported/i;

/** The status that an error told inside an answer of status 200 would have had: its own number, else what its words say, else 500. */
export function errorStatus(body: string): number {
  const numbers = /"(?:code|status|status_code)"\s*:\s*"?([45]\d\d)\b/.exec(body);
  if (numbers?.[1] !== undefined) return Number(numbers[1]);
  if (RATE_WORDS.test(body)) return 429;
  return CONTEXT_WORDS.test(body) || REFUSED_WORDS.test(body) ? 400 : 500;
}

/** Milliseconds that a provider asks us to wait: `retry-after-ms`, or `Retry-After` as seconds or as a date. */
export function retryAfterMs(headers: HttpRefusal["headers"], wallMs: number): number | undefined {
  const precise = Number(first(headers["retry-after-ms"]) ?? Number.NaN);
  if (Number.isFinite(precise) && precise >= 0) return precise;
  const given = first(headers["retry-after"])?.trim();
  if (given === undefined || given === "") return undefined;
  const seconds = Number(given);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
  const date = Date.parse(given);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMs);
}

/** The provider's own words out of an answer's body: short, on one line, without the key. */
export function quotableText(body: string, redact: (text: string) => string): string {
  const message = messageIn(body) ?? body;
  // Redacted before it is cut: half a key at the cut would no longer be recognised.
  const text = redact(message).replace(/\s+/g, " ").trim();
  return text.length <= MAX_QUOTED_CHARACTERS ? text : `${text.slice(0, MAX_QUOTED_CHARACTERS)}…`;
}

function messageIn(body: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // Not JSON: the body itself is quoted.
    return undefined;
  }
  return messageOf(parsed);
}

function messageOf(parsed: unknown): string | undefined {
  if (typeof parsed === "string") return parsed;
  if (typeof parsed !== "object" || parsed === null) return undefined;
  if ("message" in parsed && typeof parsed.message === "string") return parsed.message;
  if ("error" in parsed) return messageOf(parsed.error) ?? JSON.stringify(parsed.error);
  if ("detail" in parsed) return messageOf(parsed.detail) ?? JSON.stringify(parsed.detail);
  return undefined;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
