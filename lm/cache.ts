// Answers kept by the identity of their request: memory first, then an optional second tier, both on keyv.
// Knows nothing of requests, providers or prices. A cache that fails is a cache that misses.
import { Keyv, KeyvMemoryAdapter } from "keyv";
import { LruMap } from "./lru-map.ts";
import type { LmResponse } from "./request.ts";

/** What a second tier has to do; any Keyv (Redis, level, …) does it. */
export interface CacheTier {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttlMs?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Keyv tells failures by an `error` event besides its return value. */
  on?(event: "error", listener: (error: unknown) => void): unknown;
}

/** How answers are kept. */
export interface LmCacheOptions {
  /** Entries in memory. Default 10,000. */
  readonly maxEntries?: number;
  /** How long an answer is good. Default: until it is pushed out. */
  readonly ttlMs?: number;
  /** Asked where memory has nothing; written to beside it. */
  readonly secondTier?: CacheTier;
  /** Hears of failures of the tiers; none of them fails a call. */
  readonly onError?: (error: unknown, tier: "memory" | "second") => void;
}

const DEFAULT_MAX_ENTRIES = 10_000;

/** A cache of answers. Failed calls never get here: it is given responses only. */
export class LmCache {
  readonly #memory: Keyv<LmResponse>;
  readonly #entries: LruMap<unknown>;
  readonly #second: CacheTier | undefined;
  readonly #ttlMs: number | undefined;
  readonly #onError: NonNullable<LmCacheOptions["onError"]>;

  constructor(options: LmCacheOptions = {}) {
    this.#onError = options.onError ?? (() => {});
    this.#ttlMs = options.ttlMs;
    this.#second = options.secondTier;
    const entries = new LruMap<{ value: unknown; expires: number | undefined }>(
      options.maxEntries ?? DEFAULT_MAX_ENTRIES,
    );
    this.#entries = entries;
    // Without serialization entries are kept as the frozen objects they are: a hit costs no JSON.parse.
    this.#memory = new Keyv<LmResponse>({ store: new KeyvMemoryAdapter(entries), serialization: false });
    // Keyv throws where an `error` event finds no listener.
    this.#memory.on("error", (error) => this.#onError(error, "memory"));
    this.#second?.on?.("error", (error) => this.#onError(error, "second"));
  }

  /** The answer kept under an identity. A second tier's answer moves into memory. */
  async get(identity: string): Promise<LmResponse | undefined> {
    // The map is asked first because most look-ups miss, and a miss through keyv costs as much as the request's hash.
    const known = this.#entries.has(identity) ? await this.#memory.get(identity) : undefined;
    if (known !== undefined || this.#second === undefined) return known;
    let found: unknown;
    try {
      found = await this.#second.get(identity);
    } catch (error) {
      // A tier that is away answers nothing; the provider is asked instead.
      this.#onError(error, "second");
      return undefined;
    }
    if (!isResponse(found)) return undefined;
    await this.#memory.set(identity, found, this.#ttlMs);
    return found;
  }

  /** Keeps an answer. Resolves when memory has it; the second tier is written behind. */
  async set(identity: string, response: LmResponse): Promise<void> {
    this.#second?.set(identity, response, this.#ttlMs).catch((error: unknown) => this.#onError(error, "second"));
    await this.#memory.set(identity, response, this.#ttlMs);
  }

  /** Forgets one answer in both tiers. */
  async delete(identity: string): Promise<void> {
    await this.#memory.delete(identity);
    await this.#second?.delete(identity).catch((error: unknown) => this.#onError(error, "second"));
  }
}

/** A disk or another program may have written anything. */
function isResponse(value: unknown): value is LmResponse {
  return (
    typeof value === "object" &&
    value !== null &&
    "completions" in value &&
    Array.isArray(value.completions) &&
    value.completions.length > 0 &&
    "model" in value &&
    typeof value.model === "string"
  );
}
