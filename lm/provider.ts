// What a language model's client has to do. Implementations: openai-compatible, scripted, in-context.
// Knows nothing of caching, retries or limits: a provider makes one attempt and says how it ended.
import type { JsonObject } from "../runtime/base/index.ts";
import type { AttemptEnd } from "./attempt-abort.ts";
import type { LmCapabilities } from "./capabilities.ts";
import type { LmListener } from "./listener.ts";
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
  /**
   * Makes one attempt as `complete` does, telling the listener of the answer's pieces as they come. Where a method of the listener answers a
   * promise, the implementor waits for it before it reads on. A provider that cannot stream leaves it out: its answers then come whole.
   */
  stream?(request: LmRequest, options: ProviderCallOptions, listener: LmListener): Promise<LmResponse>;
  /** What the model can do beyond text. Left out: nothing. */
  readonly capabilities?: LmCapabilities;
  /** Gives connections back. A provider without any leaves it out. */
  close?(): Promise<void>;
}
