// A place for cached answers beside the records, in the form keyv takes as a storage adapter.
// Knows nothing of LMs or of what is cached. Not the journal: anything here may vanish.
import type { BackendOperation } from "./backend.ts";
import { isPlainObject } from "./checks.ts";
import { decodeKey, encodeKey, pastPrefix } from "./key.ts";
import { checkedLimit } from "./limit.ts";
import type { StoreParts } from "./store-parts.ts";
import { Together } from "./together.ts";

/** Options of `cacheTier`. */
export interface CacheTierOptions {
  /** Beyond it the entries written longest ago are dropped. Default: no bound. */
  readonly maxEntries?: number;
}

/** A cache tier; keyv wraps it as it is. Values are JSON. Rejects with STORE_NOT_OPEN. */
export interface CacheTier {
  get(key: string): Promise<unknown>;
  /** Keeps a value, for `ttlMs` if that is given. */
  set(key: string, value: unknown, ttlMs?: number): Promise<boolean>;
  has(key: string): Promise<boolean>;
  /** Whether there was something to delete. */
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  /** All entries that have not expired, as `[key, value]`, in the order of their keys. */
  iterator(): AsyncGenerator<[string, unknown], void>;
}

interface CacheEntry {
  readonly value: unknown;
  readonly expiresAt?: number;
  /** Orders entries by when they were written; also the entry's place in the list of ages. */
  readonly age: number;
}

/** An entry on its way in: written out when it is handed over, so that a value that is no JSON fails nobody else's. */
interface NewEntry {
  readonly key: string;
  readonly age: number;
  readonly text: string;
}

const ENTRIES = encodeKey(["cache"]);
const AGES = encodeKey(["cache-age"]);
const PAGE = 512;
/** The share dropped at once when the bound is reached, so that not every further write drops one. */
const DROPPED_SHARE = 0.1;

/** What all tiers of one store share: they lie in the same place. */
export class CacheLedger {
  /** Unknown until somebody needs to know. */
  entryCount: number | undefined;
  #lastAge = 0;

  /** An age greater than every one before, so that the order of writing is never in doubt. */
  nextAge(wallMs: number): number {
    this.#lastAge = Math.max(this.#lastAge + 1, Math.floor(wallMs) * 1000);
    return this.#lastAge;
  }
}

/** Makes a cache tier of a store. @throws STORE_LIMIT_INVALID */
export function createCacheTier(parts: StoreParts, ledger: CacheLedger, options: CacheTierOptions): CacheTier {
  const { backend, gate, clock } = parts;
  const maxEntries = options.maxEntries === undefined ? Number.POSITIVE_INFINITY : checkedLimit(options.maxEntries);

  const entryKey = (key: string) => encodeKey(["cache", key]);
  const ageKey = (age: number, key: string) => encodeKey(["cache-age", age, key]);
  const isExpired = (entry: CacheEntry) => entry.expiresAt !== undefined && entry.expiresAt <= clock.wallMs();
  const texts = new Together((keys: readonly string[]) => backend._getMany(keys.map(entryKey)));
  const entries = new Together(keep);
  const find = async (key: string) => parseEntry(await texts.ask(key));
  const removal = (key: string, entry: CacheEntry): BackendOperation[] => [
    { type: "del", key: entryKey(key) },
    { type: "del", key: ageKey(entry.age, key) },
  ];

  async function remove(key: string, entry: CacheEntry): Promise<void> {
    await backend._write(removal(key, entry), false);
    if (ledger.entryCount !== undefined) ledger.entryCount--;
  }

  async function readAlive(key: string): Promise<CacheEntry | undefined> {
    const entry = await find(key);
    if (entry === undefined || !isExpired(entry)) return entry;
    await remove(key, entry);
    return undefined;
  }

  async function* pages(prefix: string) {
    for (let gte = prefix; ; ) {
      const page = await gate.run("cache", () =>
        backend._entries({ gte, lt: pastPrefix(prefix), reverse: false, limit: PAGE }),
      );
      yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      gte = `${last.key}\0`;
    }
  }

  async function keep(added: readonly NewEntry[]): Promise<readonly true[]> {
    // Of several for one key the last counts, as if they had come one after the other.
    const latest = new Map(added.map((entry) => [entry.key, entry]));
    const stored = await backend._getMany([...latest.keys()].map(entryKey));
    const operations: BackendOperation[] = [];
    let fresh = 0;
    [...latest.values()].forEach(({ key, age, text }, place) => {
      const previous = parseEntry(stored[place]);
      if (previous === undefined) fresh++;
      else operations.push(...removal(key, previous));
      operations.push(
        { type: "put", key: entryKey(key), value: text },
        { type: "put", key: ageKey(age, key), value: "" },
      );
    });
    await backend._write(operations, false);
    if (ledger.entryCount !== undefined) ledger.entryCount += fresh;
    await makeRoom();
    return added.map(() => true);
  }

  async function makeRoom(): Promise<void> {
    if (maxEntries === Number.POSITIVE_INFINITY) return;
    if (ledger.entryCount === undefined) {
      ledger.entryCount = 0;
      for await (const page of pages(AGES)) ledger.entryCount += page.length;
    }
    if (ledger.entryCount <= maxEntries) return;
    const surplus = ledger.entryCount - maxEntries + Math.floor(maxEntries * DROPPED_SHARE);
    const oldest = await backend._entries({ gte: AGES, lt: pastPrefix(AGES), reverse: false, limit: surplus });
    const operations: BackendOperation[] = [];
    for (const { key: stored } of oldest) {
      const [, age, key] = decodeKey(stored);
      operations.push({ type: "del", key: stored });
      // An entry that two writers wrote at once has two ages; only the one it bears takes it away.
      if ((await find(String(key)))?.age === age) operations.push({ type: "del", key: entryKey(String(key)) });
    }
    await backend._write(operations, false);
    ledger.entryCount -= oldest.length;
  }

  return {
    get: async (key) => gate.run("cache get", async () => (await readAlive(key))?.value),
    has: async (key) => gate.run("cache has", async () => (await readAlive(key)) !== undefined),
    set: async (key, value, ttlMs) =>
      gate.run("cache set", () => {
        const now = clock.wallMs();
        const expires = ttlMs === undefined ? {} : { expiresAt: now + ttlMs };
        const entry: CacheEntry = { value, ...expires, age: ledger.nextAge(now) };
        return entries.ask({ key, age: entry.age, text: JSON.stringify(entry) });
      }),
    delete: async (key) =>
      gate.run("cache delete", async () => {
        const entry = await find(key);
        if (entry !== undefined) await remove(key, entry);
        return entry !== undefined && !isExpired(entry);
      }),
    clear: async () => {
      for (const prefix of [ENTRIES, AGES]) {
        for await (const page of pages(prefix)) {
          await gate.run("cache clear", () =>
            backend._write(
              page.map(({ key }) => ({ type: "del" as const, key })),
              false,
            ),
          );
        }
      }
      ledger.entryCount = undefined;
    },
    iterator: async function* () {
      for await (const page of pages(ENTRIES)) {
        for (const { key, value } of page) {
          const entry = parseEntry(value);
          if (entry !== undefined && !isExpired(entry)) yield [String(decodeKey(key)[1]), entry.value];
        }
      }
    },
  };
}

function parseEntry(stored: string | undefined): CacheEntry | undefined {
  if (stored === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(stored);
    if (!isPlainObject(parsed) || typeof parsed["age"] !== "number") return undefined;
    const expiresAt = parsed["expiresAt"];
    return {
      value: parsed["value"],
      age: parsed["age"],
      ...(typeof expiresAt === "number" ? { expiresAt } : {}),
    };
  } catch {
    // A damaged entry of a cache is a miss; the next write puts it right.
    return undefined;
  }
}
