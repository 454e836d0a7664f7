import { describe, expect, it } from "vitest";
import { LmCache, requestIdentity } from "../../lm/index.ts";
import { manualClock, settle } from "./manual-clock.ts";
import { asking, poolFixture } from "./pool-fixture.ts";

const usage = { inputTokens: 1_000_000, outputTokens: 0 };

describe("LmPool", () => {
  it("answers from the provider and says what it took", async () => {
    const { pool, clock, lm } = poolFixture([{ text: "a", delayMs: 50, usage }], {
      prices: { "scripted/scripted": { inputPerMillion: 3, outputPerMillion: 1 } },
    });
    const call = pool.complete(asking("q", { headers: { "x-key": "1" } }));
    await clock.advance(50);
    expect(await call).toMatchObject({
      response: { completions: [{ text: "a" }] },
      identity: requestIdentity(lm, asking("q").request),
      from: "provider",
      costUsd: 3,
      attempts: 1,
      queuedMs: 0,
      durationMs: 50,
    });
    expect(lm.calls[0]?.headers).toEqual({ "x-key": "1" });
  });

  it("answers twice-asked requests once, from the cache", async () => {
    const { pool, lm, types } = poolFixture(["a"]);
    const first = await pool.complete(asking("q"));
    const second = await pool.complete(asking("q"));
    expect(second).toMatchObject({ response: first.response, from: "cache", costUsd: 0, attempts: 0 });
    expect(lm.calls.length).toBe(1);
    expect(types()).toEqual(["lm.call.started", "lm.call.stopped", "lm.cache.hit"]);
  });

  it("gives a cached answer to nobody who has left, is late, or asks a closed pool", async () => {
    const { pool, clock } = poolFixture(["a"]);
    await pool.complete(asking("q"));
    const left = pool.complete(asking("q", { signal: AbortSignal.abort() }));
    await expect(left).rejects.toMatchObject({ code: "LM_ABORTED" });
    const late = pool.complete(asking("q", { deadlineAt: clock.now() }));
    await expect(late).rejects.toMatchObject({ code: "LM_TIMEOUT" });
    const leaving = new AbortController();
    const left2 = pool.complete(asking("q", { signal: leaving.signal }));
    leaving.abort();
    await expect(left2).rejects.toMatchObject({ code: "LM_ABORTED" });
    const closing = pool.complete(asking("q"));
    pool.close();
    await expect(closing).rejects.toMatchObject({ code: "LM_POOL_CLOSED" });
  });

  it("asks again where the answer in memory is no longer good", async () => {
    const cache = new LmCache({ ttlMs: 1 });
    const { pool, lm } = poolFixture(["a", "b"], { cache });
    await pool.complete(asking("q"));
    // The entry is there and known to be there; keyv says that it has expired.
    cache.recall = () => Promise.resolve(undefined);
    await cache.delete(requestIdentity(lm, asking("q").request));
    cache.mayRecall = () => true;
    expect(await pool.complete(asking("q"))).toMatchObject({
      from: "provider",
      response: { completions: [{ text: "b" }] },
    });
    expect(lm.calls.length).toBe(2);
  });

  it("asks for another sample where the rollout id differs", async () => {
    const { pool, lm } = poolFixture(["a", "b"]);
    const { request } = asking("q");
    await pool.complete({ request });
    const other = await pool.complete({ request: { ...request, rolloutId: 1 } });
    expect(other.response.completions[0]?.text).toBe("b");
    expect(lm.calls.length).toBe(2);
  });

  it("asks every time where the cache is off", async () => {
    const { pool, lm } = poolFixture(["a", "b"], { cache: "off" });
    await pool.complete(asking("q"));
    await pool.complete(asking("q"));
    expect(lm.calls.length).toBe(2);
  });

  it("shares a cache between pools that are given the same", async () => {
    const cache = new LmCache();
    await poolFixture(["a"], { cache }).pool.complete(asking("q"));
    expect(await poolFixture(["a"], { cache }).pool.complete(asking("q"))).toMatchObject({ from: "cache" });
  });

  it("never caches a failure", async () => {
    const { pool, lm } = poolFixture([new Error("boom"), "a"]);
    await expect(pool.complete(asking("q"))).rejects.toMatchObject({
      code: "LM_PROVIDER_FAILED",
      message: expect.stringContaining("boom"),
    });
    expect(await pool.complete(asking("q"))).toMatchObject({ from: "provider" });
    expect(lm.calls.length).toBe(2);
  });

  it("goes on without a cache that fails, and tells", async () => {
    const away = () => Promise.reject(new Error("away"));
    const { pool, types } = poolFixture(["a"], { cache: { secondTier: { get: away, set: away, delete: away } } });
    expect(await pool.complete(asking("q"))).toMatchObject({ from: "provider" });
    await settle();
    // The answer is kept behind the caller's back: that this failed may be told after the call has stopped.
    expect(types()).toEqual(["lm.cache.failed", "lm.call.started", "lm.call.stopped", "lm.cache.failed"]);
  });

  it("sends requests that are alike and in flight together once, and one of them pays", async () => {
    const { pool, clock, lm, events } = poolFixture([{ text: "a", delayMs: 50, usage }], {
      prices: { "scripted/scripted": { inputPerMillion: 3, outputPerMillion: 1 } },
    });
    const calls = [1, 2, 3].map(() => pool.complete(asking("q")));
    await clock.advance(50);
    const outcomes = await Promise.all(calls);
    expect(outcomes.map(({ from, costUsd }) => [from, costUsd])).toEqual([
      ["provider", 3],
      ["flight", 0],
      ["flight", 0],
    ]);
    expect(lm.calls.length).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: "lm.call.stopped", measures: { callers: 3, costUsd: 3 } });
  });

  it("never sends a request twice, whenever its twin comes", async () => {
    for (const wait of [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20]) {
      const { pool, lm } = poolFixture(["a"]);
      const first = pool.complete(asking("q"));
      for (let turn = 0; turn < wait; turn++) await Promise.resolve();
      await Promise.all([first, pool.complete(asking("q"))]);
      expect(lm.calls.length).toBe(1);
    }
  });

  it("lets one of several callers leave and answers the others", async () => {
    const { pool, clock, lm } = poolFixture([{ text: "a", delayMs: 50 }]);
    const controller = new AbortController();
    const leaver = pool.complete(asking("q", { signal: controller.signal }));
    const late = pool.complete(asking("q", { deadlineAt: clock.now() + 20 }));
    const stayer = pool.complete(asking("q"));
    const settled = Promise.allSettled([leaver, late, stayer]);
    await settle();
    controller.abort();
    await clock.advance(50);
    expect(await settled).toMatchObject([
      { reason: { code: "LM_ABORTED" } },
      { reason: { code: "LM_TIMEOUT", details: { stage: "in-flight" } } },
      { value: { from: "provider" } },
    ]);
    expect(lm.inFlight).toBe(0);
  });

  it("aborts the provider's call when the last caller leaves, and asks anew for the next", async () => {
    const { pool, lm, types } = poolFixture([{ hangs: true }, "b"]);
    const controllers = [new AbortController(), new AbortController()];
    const calls = Promise.allSettled(controllers.map(({ signal }) => pool.complete(asking("q", { signal }))));
    await settle();
    controllers[0]?.abort();
    await settle();
    expect(lm.inFlight).toBe(1);
    controllers[1]?.abort();
    await settle();
    expect(lm.inFlight).toBe(0);
    expect(await calls).toMatchObject([{ reason: { code: "LM_ABORTED" } }, { reason: { code: "LM_ABORTED" } }]);
    expect((await pool.complete(asking("q"))).response.completions[0]?.text).toBe("b");
    expect(types().slice(0, 2)).toEqual(["lm.call.started", "lm.call.failed"]);
  });

  it("gives the place in flight back when a call is aborted", async () => {
    const { pool, lm } = poolFixture([{ hangs: true }, "b"], { limits: { startConcurrency: 1, maxConcurrency: 1 } });
    const controller = new AbortController();
    const hung = pool.complete(asking("q", { signal: controller.signal }));
    const next = pool.complete(asking("r"));
    await settle();
    expect([lm.calls.length, pool.status.queued]).toEqual([1, 1]);
    controller.abort();
    await expect(hung).rejects.toMatchObject({ code: "LM_ABORTED" });
    expect((await next).response.completions[0]?.text).toBe("b");
  });

  it("never sends a call that is aborted in the queue", async () => {
    const { pool, clock, lm } = poolFixture([{ text: "a", delayMs: 50 }], {
      limits: { startConcurrency: 1, maxConcurrency: 1 },
    });
    const controller = new AbortController();
    const first = pool.complete(asking("q"));
    const queued = pool.complete(asking("r", { signal: controller.signal }));
    await settle();
    controller.abort();
    await expect(queued).rejects.toMatchObject({ code: "LM_ABORTED" });
    expect(pool.status.queued).toBe(0);
    await clock.advance(50);
    await first;
    expect(lm.calls.length).toBe(1);
  });

  it("counts queue and call against one deadline", async () => {
    const { pool, clock, lm } = poolFixture([{ text: "a", delayMs: 60 }], {
      limits: { startConcurrency: 1, maxConcurrency: 1 },
    });
    const deadlineAt = clock.now() + 100;
    const calls = ["q", "r", "s"].map((text) => pool.complete(asking(text, { deadlineAt })));
    const settled = Promise.allSettled(calls);
    await clock.advance(110);
    expect(await settled).toMatchObject([
      { value: { durationMs: 60, queuedMs: 0 } },
      { reason: { code: "LM_TIMEOUT", details: { stage: "in-flight" } } },
      { reason: { code: "LM_TIMEOUT", details: { stage: "queued" } } },
    ]);
    expect([lm.calls.length, pool.status.inFlight, pool.status.queued]).toEqual([2, 0, 0]);
  });

  it("gives a call without a deadline the pool's", async () => {
    const { pool, clock } = poolFixture([{ hangs: true }], { timeoutMs: 1000, attemptTimeoutMs: 5000 });
    const call = expect(pool.complete(asking("q"))).rejects.toMatchObject({ code: "LM_TIMEOUT" });
    await clock.advance(1010);
    await call;
  });

  it("refuses a call that is late or aborted before it begins", async () => {
    const { pool, clock, lm } = poolFixture(["a"]);
    await expect(pool.complete(asking("q", { deadlineAt: clock.now() }))).rejects.toMatchObject({ code: "LM_TIMEOUT" });
    await expect(pool.complete(asking("q", { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: "LM_ABORTED",
    });
    expect(lm.calls.length).toBe(0);
  });

  it("rejects a request that is no JSON", async () => {
    const { pool } = poolFixture(["a"]);
    const request = { messages: [], options: { temperature: Number.NaN } };
    await expect(pool.complete({ request })).rejects.toMatchObject({ code: "JSON_NOT_SERIALIZABLE" });
  });

  it("ends all calls when it is closed, and takes no more", async () => {
    const { pool, clock, lm } = poolFixture([{ hangs: true }], { limits: { startConcurrency: 1, maxConcurrency: 1 } });
    const calls = Promise.allSettled([pool.complete(asking("q")), pool.complete(asking("r"))]);
    await settle();
    pool.close();
    pool.close();
    expect(await calls).toMatchObject([{ reason: { code: "LM_POOL_CLOSED" } }, { reason: { code: "LM_POOL_CLOSED" } }]);
    await settle();
    expect([lm.inFlight, pool.status.inFlight, pool.status.queued, clock.pendingTimers]).toEqual([0, 0, 0, 0]);
    await expect(pool.complete(asking("s"))).rejects.toMatchObject({ code: "LM_POOL_CLOSED" });
  });

  it("shares limits with the pools that are given the same admission", async () => {
    const clock = manualClock();
    const one = poolFixture([{ text: "a", delayMs: 50 }], {
      clock,
      limits: { startConcurrency: 1, maxConcurrency: 1 },
    });
    const other = poolFixture([{ text: "b", delayMs: 50 }], { clock, admission: one.admission });
    const calls = Promise.all([one.pool.complete(asking("q")), other.pool.complete(asking("r"))]);
    await settle();
    expect([one.lm.inFlight, other.lm.inFlight]).toEqual([1, 0]);
    await one.clock.advance(50);
    expect([one.lm.inFlight, other.lm.inFlight]).toEqual([0, 1]);
    await other.clock.advance(50);
    await calls;
  });

  it("tells what happened in one span, with no prompt in it", async () => {
    const { pool, events } = poolFixture([new Error("boom")]);
    await pool.complete(asking("a very secret question", { parentSpanId: "parent" })).catch(() => {});
    expect(events).toMatchObject([
      { type: "lm.call.started", about: { provider: "scripted", model: "scripted" } },
      { type: "lm.call.failed", about: { code: "LM_PROVIDER_FAILED" }, measures: { attempts: 1 } },
    ]);
    expect(events[0]?.spanId).toBe(events[1]?.spanId);
    expect(JSON.stringify(events)).not.toContain("secret question");
  });
});
