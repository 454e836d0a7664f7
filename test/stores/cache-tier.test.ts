import { describe, expect, it } from "vitest";
import type { Clock } from "../../runtime/base/index.ts";
import { createResultStore, memoryStore } from "../../stores/index.ts";
import { RawBackend } from "./raw-backend.ts";

function movableClock() {
  let nowMs = 1_000_000;
  const clock: Clock = {
    now: () => nowMs,
    wallMs: () => nowMs,
    setTimer: () => ({ cancel: () => undefined }),
  };
  return { clock, move: (ms: number) => (nowMs += ms) };
}

describe("cacheTier", () => {
  it("forgets a value when its time is over, and removes it", async () => {
    const { clock, move } = movableClock();
    const backend = new RawBackend();
    const store = createResultStore(backend, { clock });
    await store.open();
    const tier = store.cacheTier();
    await tier.set("short", 1, 100);
    await tier.set("long", 2);
    move(99);
    expect(await tier.get("short")).toBe(1);
    move(1);
    const seen: string[] = [];
    for await (const [key] of tier.iterator()) seen.push(key);
    expect(seen).toEqual(["long"]);
    expect(await tier.get("short")).toBeUndefined();
    expect([...backend.entries.keys()].filter((key) => key.includes("short"))).toEqual([]);
    expect(await tier.get("long")).toBe(2);
  });

  it("takes a damaged entry for a miss", async () => {
    const backend = new RawBackend();
    const store = createResultStore(backend);
    await store.open();
    const tier = store.cacheTier();
    await tier.set("k", 1);
    backend.entries.set("cache!k!", "{");
    expect(await tier.get("k")).toBeUndefined();
    await tier.set("k", 2);
    expect(await tier.get("k")).toBe(2);
  });

  it("counts what an earlier life of the store has left when it keeps its bound", async () => {
    const store = memoryStore();
    await store.open();
    for (let index = 0; index < 50; index++) await store.cacheTier().set(`old${index}`, index);
    const tier = store.cacheTier({ maxEntries: 20 });
    await tier.set("new", 1);
    const seen: string[] = [];
    for await (const [key] of tier.iterator()) seen.push(key);
    expect(seen).toContain("new");
    expect(seen.length).toBeLessThanOrEqual(20);
    expect(seen).not.toContain("old0");
  });

  it("keeps the last of several values that come at once, and says of a value that is no JSON to its giver alone", async () => {
    const backend = new RawBackend();
    const store = createResultStore(backend);
    await store.open();
    const tier = store.cacheTier();
    await tier.set("k", "before");
    const outcomes = await Promise.allSettled([
      tier.set("k", "first"),
      tier.set("k", "last"),
      tier.set("big", 1n),
      tier.set("other", 1),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(await Promise.all(["k", "big", "other"].map((key) => tier.get(key)))).toEqual(["last", undefined, 1]);
    expect([...backend.entries.keys()].filter((key) => key.startsWith("cache-age"))).toHaveLength(2);
  });

  it("writes what was handed over before the store is closed", async () => {
    const backend = new RawBackend();
    const store = createResultStore(backend);
    await store.open();
    const kept = store.cacheTier().set("k", 1);
    await store.close();
    expect(await kept).toBe(true);
    await store.open();
    expect(await store.cacheTier().get("k")).toBe(1);
  });
});
