import { Keyv } from "keyv";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LmCache, type LmResponse } from "../../lm/index.ts";
import { settle } from "./manual-clock.ts";

const response: LmResponse = { completions: [{ text: "a" }], model: "m" };

function tier(): {
  kept: Map<string, unknown>;
  reads: number;
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<boolean>;
  delete(key: string): Promise<boolean>;
} {
  const kept = new Map<string, unknown>();
  return {
    kept,
    reads: 0,
    async get(key) {
      this.reads++;
      return kept.get(key);
    },
    async set(key, value) {
      // Through JSON, as a disk would.
      kept.set(key, JSON.parse(JSON.stringify(value)));
      return true;
    },
    async delete(key) {
      return kept.delete(key);
    },
  };
}

afterEach(() => void vi.useRealTimers());

describe("LmCache", () => {
  it("keeps an answer in memory as the object it is", async () => {
    const cache = new LmCache();
    expect(await cache.get("i")).toBeUndefined();
    await cache.set("i", response);
    expect(await cache.get("i")).toBe(response);
  });

  it("keeps no more than its bound", async () => {
    const cache = new LmCache({ maxEntries: 2 });
    for (const identity of ["a", "b", "c"]) await cache.set(identity, response);
    expect([await cache.get("a"), await cache.get("b"), await cache.get("c")]).toEqual([undefined, response, response]);
  });

  it("forgets an answer after its time", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const cache = new LmCache({ ttlMs: 1000 });
    await cache.set("i", response);
    vi.setSystemTime(Date.now() + 999);
    expect(await cache.get("i")).toBe(response);
    vi.setSystemTime(Date.now() + 2);
    expect(await cache.get("i")).toBeUndefined();
  });

  it("asks the second tier once and then has the answer in memory", async () => {
    const second = tier();
    await new LmCache({ secondTier: second }).set("i", response);
    const cache = new LmCache({ secondTier: second });
    expect(await cache.get("i")).toEqual(response);
    expect(await cache.get("i")).toEqual(response);
    expect(second.reads).toBe(1);
  });

  it("takes any Keyv as second tier", async () => {
    const second = new Keyv();
    await new LmCache({ secondTier: second }).set("i", response);
    await settle();
    expect(await new LmCache({ secondTier: second }).get("i")).toEqual(response);
  });

  it("takes what a tier holds for an answer only if it is one", async () => {
    const second = tier();
    for (const wrong of ["text", null, {}, { completions: [] }, { completions: [{}] }]) {
      second.kept.set("i", wrong);
      expect(await new LmCache({ secondTier: second }).get("i")).toBeUndefined();
    }
  });

  it("misses where a tier fails, and tells", async () => {
    const failures: unknown[] = [];
    const broken = {
      get: () => Promise.reject(new Error("get")),
      set: () => Promise.reject(new Error("set")),
      delete: () => Promise.reject(new Error("delete")),
    };
    const cache = new LmCache({ secondTier: broken });
    cache.watch((error, of) => failures.push([of, (error as Error).message]));
    expect(await cache.get("i")).toBeUndefined();
    await cache.set("i", response);
    expect(await cache.get("i")).toBe(response);
    await cache.delete("i");
    expect(failures).toEqual([
      ["second", "get"],
      ["second", "set"],
      ["second", "delete"],
    ]);
  });

  it("hears the error events of a Keyv, which would throw unheard", async () => {
    const failures: unknown[] = [];
    const second = new Keyv({
      store: {
        get: async () => Promise.reject(new Error("away")),
        set: async () => true,
        delete: async () => true,
        clear: async () => {},
        has: async () => false,
      },
    });
    const cache = new LmCache({ secondTier: second });
    const stop = cache.watch((_error, of) => failures.push(of));
    expect(await cache.get("i")).toBeUndefined();
    expect(failures).toContain("second");
    stop();
    failures.length = 0;
    await cache.get("i");
    expect(failures).toEqual([]);
  });

  it("forgets an answer in both tiers", async () => {
    const second = tier();
    const cache = new LmCache({ secondTier: second });
    await cache.set("i", response);
    await cache.delete("i");
    expect([await cache.get("i"), second.kept.size]).toEqual([undefined, 0]);
  });
});
