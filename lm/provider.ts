// What a language model's client has to do. Implementations: openai-compatible, scripted, in-context.
// Knows nothing of caching, retries or limits: a provider makes one attempt and says how it ended.
import type { JsonObject } from "../runtime/base/index.ts";
import type { AttemptEnd } from "./attempt-abort.ts";
import type { LmRequest, LmResponse } from "./request.ts";

/** What an attempt may be told besides the request. */
export interface ProviderCallOptions {
  /** Ends the attempt and its socket; the call then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** The same end without a signal, for a client that makes many attempts. Given by the pool; nobody else need give it. */
  readonly end?: AttemptEnd;
  /** Further HTTP headers of this one request. Never part of the identity. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A language model that can be asked. */
export interface LmProvider {
  /** Such as `openai`. Names pool, events and prices. */
  readonly providerName: string;
  /** The model as the provider calls it. */
  readonly modelName: string;
  /** What of the provider can change an answer: its name, base URL, model. Never a secret. */
  readonly identity: JsonObject;
  /**
   * Makes one attempt. The implementor neither retries nor caches.
   *
   * Rejects with the codes of `docs/reference/errors/lm.md`; `retryable` says whether the same request may be sent again.
   */
  complete(request: LmRequest, options: ProviderCallOptions): Promise<LmResponse>;
  /** Gives connections back. A provider without any leaves it out. */
  close?(): Promise<void>;
}
