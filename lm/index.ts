export {
  Admission,
  type AdmissionOptions,
  type AdmissionOutcome,
  type AdmissionStatus,
  type Throttled,
} from "./admission.ts";
export { type BackoffOptions, backoffMs } from "./backoff.ts";
export { Breaker, type BreakerOptions, type BreakerState } from "./breaker.ts";
export { type CacheTier, type CacheWatcher, LmCache, type LmCacheOptions } from "./cache.ts";
export type { LmCall, LmOutcome } from "./call.ts";
export type { LmCapabilities } from "./capabilities.ts";
export { lmNotConfigured, lmPoolClosed } from "./errors.ts";
export type { LmEvent, LmEventSink } from "./events.ts";
export { isPlainRequest, type NamedRequest, namedRequest, requestIdentity } from "./identity.ts";
export { type InContextOptions, inContextLm } from "./in-context/index.ts";
export type { LmListener } from "./listener.ts";
export { type OpenaiCompatibleOptions, openaiCompatible } from "./openai-compatible.ts";
export { LmPool, type LmPoolOptions, type LmPoolStatus } from "./pool.ts";
export { type ModelPrice, PRICES_AS_OF } from "./price-table.ts";
export { type Cost, costOf, priceOf } from "./prices.ts";
export type { LmProvider, ProviderCallOptions } from "./provider.ts";
export type { ChatMessage, LmCompletion, LmOptions, LmRequest, LmResponse, LmUsage } from "./request.ts";
export { knownProviders, type ResolveProviderOptions, resolveProvider } from "./resolve-provider.ts";
export type { RetryOptions } from "./retry-policy.ts";
export {
  type LmScript,
  type ScriptedAnswer,
  type ScriptedCall,
  type ScriptedLm,
  type ScriptedLmOptions,
  type ScriptedReply,
  scriptedLm,
} from "./scripted.ts";
export { Secret } from "./secret.ts";
