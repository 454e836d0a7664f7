// A call to a pool and what it comes to.
// Knows nothing of how.
import type { LmListener } from "./listener.ts";
import type { Cost } from "./prices.ts";
import type { LmRequest, LmResponse } from "./request.ts";

/** One call to a pool. */
export interface LmCall {
  readonly request: LmRequest;
  /** `requestIdentity` of provider and request, where the caller has it already. */
  readonly identity?: string;
  /** Takes this call back. The provider's is aborted only when nobody else waits for it. */
  readonly signal?: AbortSignal;
  /** On the pool's clock; covers queue and call together. Default: the pool's `timeoutMs` from now. */
  readonly deadlineAt?: number;
  /** Further HTTP headers. Where a call joins another's flight, those of the first are sent. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Hears the answer's pieces while they come, where the provider can stream. Nothing is told of an answer that comes whole, such as one from the
   * cache: its outcome says it all.
   */
  readonly listener?: LmListener;
  /** The span of the work this call is part of. Of those who share a flight, the first one's is told. */
  readonly parentSpanId?: string;
}

/** What a call came to. */
export interface LmOutcome {
  readonly response: LmResponse;
  readonly identity: string;
  /** Who answered: the provider, the cache, or the provider for somebody who asked the same just before. */
  readonly from: "provider" | "cache" | "flight";
  /** What this call added to the bill: 0 for `cache` and `flight`. */
  readonly costUsd: Cost;
  /** Requests sent for it; 0 for `cache`. */
  readonly attempts: number;
  /** Of `durationMs`, waiting for admission. */
  readonly queuedMs: number;
  readonly durationMs: number;
}
