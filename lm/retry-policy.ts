// Whether a failed attempt is followed by another, and what the admission learns from it. The pool is the only owner of retries.
// Knows nothing of timers.
import { type BaseError, isBaseError } from "../runtime/base/index.ts";
import type { AdmissionOutcome } from "./admission.ts";
import { type BackoffOptions, backoffMs } from "./backoff.ts";
import { isProviderFault } from "./breaker.ts";

/** How often a request is sent again. */
export interface RetryOptions extends BackoffOptions {
  /** Attempts per call that may fail for a fault of provider, network or answer. Default 4. A 429 does not count: it is paced until the deadline. */
  readonly maxAttempts?: number;
}

/** What follows a failed attempt. */
export type RetryPlan = { readonly type: "give-up" } | { readonly type: "ask-again"; readonly delayMs: number };

const DEFAULT_MAX_ATTEMPTS = 4;

/** Decides what follows attempt number `faults` that failed. `leftMs` is what remains until the last caller's deadline. */
export function retryPlan(
  error: BaseError,
  faults: number,
  leftMs: number,
  random: () => number,
  options: RetryOptions,
): RetryPlan {
  if (!error.retryable) return { type: "give-up" };
  const asked = retryAfterOf(error);
  // Nobody would be left to take the answer: the reason said now is worth more than a timeout said later.
  if (asked !== undefined && asked >= leftMs) return { type: "give-up" };
  // The admission pauses and paces everything behind a 429; a wait of its own would only lose the place.
  if (error.code === "LM_RATE_LIMITED") return { type: "ask-again", delayMs: 0 };
  if (faults >= (options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS)) return { type: "give-up" };
  const delayMs = backoffMs(faults, random, options);
  return delayMs >= leftMs ? { type: "give-up" } : { type: "ask-again", delayMs };
}

/** What an attempt's error tells the admission. */
export function admissionOutcome(error: unknown): AdmissionOutcome {
  if (!isBaseError(error)) return { type: "neutral" };
  const asked = retryAfterOf(error);
  const named = asked === undefined ? {} : { retryAfterMs: asked };
  if (error.code === "LM_RATE_LIMITED")
    return error.retryable ? { type: "rate-limited", ...named } : { type: "neutral" };
  return isProviderFault(error) ? { type: "troubled", ...named } : { type: "neutral" };
}

function retryAfterOf(error: BaseError): number | undefined {
  const asked = error.details["retryAfterMs"];
  return typeof asked === "number" ? asked : undefined;
}
