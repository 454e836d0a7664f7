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
}

/** Hears of a tier's failure; none of them fails a call. */
export type CacheWatcher = (error: unknown, tier: "memory" | "second") => void;

const DEFAULT_MAX_ENTRIES = 10_000;

/** A cache of answers. Failed calls never get here: it is given responses only. */
export class LmCache {
  readonly #memory: Keyv<LmResponse>;
  readonly #adapter: KeyvMemoryAdapter;
  readonly #entries: LruMap<unknown>;
  readonly #second: CacheTier | undefined;
  readonly #ttlMs: number | undefined;
  readonly #watchers = new Set<CacheWatcher>();

  constructor(options: LmCacheOptions = {}) {
    this.#ttlMs = options.ttlMs;
    this.#second = options.secondTier;
    const entries = new LruMap<{ value: unknown; expires: number | undefined }>(
      options.maxEntries ?? DEFAULT_MAX_ENTRIES,
    );
    this.#entries = entries;
    // Without serialization entries are kept as the frozen objects they are: a hit costs no JSON.parse.
    this.#adapter = new KeyvMemoryAdapter(entries);
    this.#memory = new Keyv<LmResponse>({ store: this.#adapter, serialization: false });
    // Keyv throws where an `error` event finds no listener.
    this.#memory.on("error", (error) => this.#failed(error, "memory"));
    this.#second?.on?.("error", (error) => this.#failed(error, "second"));
  }

  /** Calls back for each failure of a tier; returns how to stop that. */
  watch(watcher: CacheWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Whether memory holds an answer, though perhaps one that is no longer good. */
  mayRecall(identity: string): boolean {
    return this.#entries.has(identity);
  }

  /** Whether it is worth asking: memory holds something, or there is a second tier that may. */
  mayHold(identity: string): boolean {
    return this.#second !== undefined || this.#entries.has(identity);
  }

  /** The answer that memory alone holds. */
  recall(identity: string): Promise<LmResponse | undefined> {
    return this.#memory.get(identity);
  }

  /** The answer kept under an identity. A second tier's answer moves into memory. */
  async get(identity: string): Promise<LmResponse | undefined> {
    // The map is asked first because most look-ups miss, and a miss through keyv costs as much as the request's hash.
    const known = this.#entries.has(identity) ? await this.#memory.get(identity) : undefined;
    if (known !== undefined || this.#second === undefined) return known;
    const second = this.#second;
    const found = await this.#attempt(() => second.get(identity));
    if (!isResponse(found)) return undefined;
    this.#keep(identity, found);
    return found;
  }

  /** Keeps an answer: in memory at once, in the second tier behind the caller's back. */
  set(identity: string, response: LmResponse): void {
    const second = this.#second;
    if (second !== undefined) void this.#attempt(() => second.set(identity, response, this.#ttlMs));
    this.#keep(identity, response);
  }

  /** Forgets one answer in both tiers. */
  async delete(identity: string): Promise<void> {
    const second = this.#second;
    await this.#memory.delete(identity);
    if (second !== undefined) await this.#attempt(() => second.delete(identity));
  }

  /** Rejected: Keyv's own `set`, whose hooks and telemetry nobody hears. They cost as much as the hash of a request, for every answer. */
  #keep(identity: string, response: LmResponse): void {
    const expires = this.#ttlMs === undefined ? undefined : Date.now() + this.#ttlMs;
    // What Keyv would have handed to its adapter. The adapter's map has it when this returns; its promise tells nothing.
    void this.#adapter.set(identity, { value: response, expires }, expires);
  }

  /** Undefined where the second tier fails: one that is away has no answers, and the provider is asked instead. */
  async #attempt(work: () => Promise<unknown>): Promise<unknown> {
    try {
      return await work();
    } catch (error) {
      this.#failed(error, "second");
      return undefined;
    }
  }

  #failed(error: unknown, tier: "memory" | "second"): void {
    for (const watcher of this.#watchers) watcher(error, tier);
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
