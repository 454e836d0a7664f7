// Every event of the LM path. Plain types; they are emitted by the pool actor.
// Knows nothing of the bus. No event carries a prompt, an answer or a key.
import type { EventOf } from "../runtime/base/index.ts";

/** What each event of a call is about. */
export interface LmCallAbout {
  readonly provider: string;
  readonly model: string;
  readonly identity: string;
  readonly [key: string]: unknown;
}

/** What each event of a pool is about. */
export interface LmPoolAbout {
  readonly provider: string;
  readonly model: string;
  readonly [key: string]: unknown;
}

/** A call goes to the provider: the cache had no answer and nobody asks the same right now. */
export type LmCallStarted = EventOf<
  "lm.call.started",
  { readonly inFlight: number; readonly queued: number },
  LmCallAbout
>;
/** The provider answered and the callers have it. Tokens are absent where the provider named none, the cost where it is unknown. */
export type LmCallStopped = EventOf<
  "lm.call.stopped",
  {
    readonly durationMs: number;
    readonly queuedMs: number;
    readonly attempts: number;
    readonly callers: number;
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    readonly costUsd?: number;
  } & Readonly<Record<string, number>>,
  LmCallAbout
>;
/** A call to the provider came to nothing. */
export type LmCallFailed = EventOf<
  "lm.call.failed",
  { readonly durationMs: number; readonly queuedMs: number; readonly attempts: number; readonly callers: number },
  LmCallAbout & { readonly code: string }
>;
/** An attempt failed and another will be made. */
export type LmCallRetried = EventOf<
  "lm.call.retried",
  { readonly attempt: number; readonly delayMs: number },
  LmCallAbout & { readonly code: string }
>;
/** The cache had the answer. */
export type LmCacheHit = EventOf<
  "lm.cache.hit",
  { readonly durationMs: number; readonly callers: number },
  LmCallAbout
>;
/** A tier of the cache failed; the call went on without it. */
export type LmCacheFailed = EventOf<
  "lm.cache.failed",
  Readonly<Record<never, never>>,
  LmPoolAbout & { readonly tier: string; readonly message: string }
>;
/** The provider failed too often; it is not asked until a probe succeeds. */
export type LmBreakerOpened = EventOf<
  "lm.breaker.opened",
  { readonly failures: number; readonly resetMs: number },
  LmPoolAbout
>;
/** The next call is let through as a probe. */
export type LmBreakerHalfOpened = EventOf<"lm.breaker.half-opened", Readonly<Record<never, never>>, LmPoolAbout>;
/** A probe succeeded. */
export type LmBreakerClosed = EventOf<"lm.breaker.closed", Readonly<Record<never, never>>, LmPoolAbout>;
/** The provider asked for less; sending pauses and then goes on at a learned pace. */
export type LmAdmissionThrottled = EventOf<
  "lm.admission.throttled",
  { readonly pauseMs: number; readonly window: number; readonly queued: number },
  LmPoolAbout & { readonly reason: string }
>;

/** The events of this folder. */
export type LmEvent =
  | LmCallStarted
  | LmCallStopped
  | LmCallFailed
  | LmCallRetried
  | LmCacheHit
  | LmCacheFailed
  | LmBreakerOpened
  | LmBreakerHalfOpened
  | LmBreakerClosed
  | LmAdmissionThrottled;

/** How a pool tells its events; made by whoever owns a bus. */
export interface LmEventSink {
  /** Whether anyone listens. Asked before an event is put together. */
  has(type: LmEvent["type"]): boolean;
  emit<Type extends LmEvent["type"]>(
    type: Type,
    measures: Extract<LmEvent, { readonly type: Type }>["measures"],
    about: Extract<LmEvent, { readonly type: Type }>["about"],
    span?: { readonly spanId?: string; readonly parentSpanId?: string },
  ): void;
}
