import { afterEach, describe, expect, it, vi } from "vitest";
import {
  lmAuthFailed,
  lmRateLimited,
  lmRequestInvalid,
  lmResponseInvalid,
  lmServerFailed,
  lmTransportFailed,
} from "../../lm/errors.ts";
import { LmPool, openaiCompatible } from "../../lm/index.ts";
import { eventually } from "../support/eventually.ts";
import { type ServerReply, startOpenaiServer } from "../support/openai-server.ts";
import { type ManualClock, manualClock, settle } from "./manual-clock.ts";
import { asking, poolFixture } from "./pool-fixture.ts";

const place = { provider: "scripted", model: "scripted" };
const serverFailed = lmServerFailed({ ...place, status: 500 });
const transportFailed = lmTransportFailed(place, "http://x", new Error("reset"));
const limited = (retryAfterMs?: number) => lmRateLimited({ ...place, status: 429 }, retryAfterMs, "rate");

describe("LmPool, when the provider fails", () => {
  it.each([
    ["a server error", serverFailed],
    ["a broken connection", transportFailed],
    ["an answer that is none", lmResponseInvalid(place, "JSON")],
  ])("asks again after %s, with jitter that grows", async (_what, error) => {
    const { pool, clock, lm, events } = poolFixture([error, error, "a"]);
    const call = pool.complete(asking("q"));
    await clock.advance(249);
    expect(lm.calls.length).toBe(1);
    await clock.advance(1);
    expect(lm.calls.length).toBe(2);
    await clock.advance(500);
    expect(await call).toMatchObject({ attempts: 3, from: "provider" });
    const retried = events.filter((event) => event.type === "lm.call.retried");
    expect(retried.map(({ measures }) => measures)).toEqual([
      { attempt: 1, delayMs: 250 },
      { attempt: 2, delayMs: 500 },
    ]);
  });

  it.each([
    ["a wrong key", lmAuthFailed({ ...place, status: 401 })],
    ["a bad request", lmRequestInvalid({ ...place, status: 400 })],
    ["a used up account", lmRateLimited({ ...place, status: 429 }, undefined, "account")],
  ])("does not ask again after %s", async (_what, error) => {
    const { pool, lm } = poolFixture([error, "a"]);
    await expect(pool.complete(asking("q"))).rejects.toBe(error);
    expect(lm.calls.length).toBe(1);
  });

  it("gives up after as many attempts as it was told", async () => {
    const { pool, clock, lm } = poolFixture([serverFailed], { retries: { maxAttempts: 2 } });
    const call = expect(pool.complete(asking("q"))).rejects.toBe(serverFailed);
    await clock.advance(60_000);
    await call;
    expect(lm.calls.length).toBe(2);
  });

  it("does not wait for an attempt that could not be over in time", async () => {
    const { pool, clock } = poolFixture([serverFailed]);
    await expect(pool.complete(asking("q", { deadlineAt: clock.now() + 100 }))).rejects.toBe(serverFailed);
  });

  it("makes an attempt that hangs again", async () => {
    const { pool, clock, lm } = poolFixture([{ hangs: true }, "a"], { attemptTimeoutMs: 1000 });
    const call = pool.complete(asking("q"));
    await clock.advance(2000);
    expect(await call).toMatchObject({ attempts: 2 });
    expect(lm.inFlight).toBe(0);
  });

  it("stops waiting to ask again when the caller leaves", async () => {
    const { pool, clock, lm } = poolFixture([serverFailed, "a"]);
    const controller = new AbortController();
    const call = pool.complete(asking("q", { signal: controller.signal }));
    await settle();
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "LM_ABORTED" });
    await clock.advance(60_000);
    expect([lm.calls.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it("waits as long as a 429 asks, and everybody with it", async () => {
    const { pool, clock, lm, events } = poolFixture((_request, index) => (index === 0 ? limited(1000) : "a"));
    const first = pool.complete(asking("q"));
    await settle();
    const second = pool.complete(asking("r"));
    await clock.advance(1000);
    expect(lm.calls.length).toBe(1);
    await clock.advance(2200);
    expect(await Promise.all([first, second])).toMatchObject([{ attempts: 2 }, { attempts: 1 }]);
    expect(events.filter((event) => event.type === "lm.admission.throttled")).toMatchObject([
      { about: { reason: "rate-limited" }, measures: { pauseMs: 1025 } },
    ]);
  });

  it("says at once that a 429 asks for more time than is left", async () => {
    const { pool, clock } = poolFixture([limited(60_000)]);
    const call = pool.complete(asking("q", { deadlineAt: clock.now() + 10_000 }));
    await expect(call).rejects.toMatchObject({ code: "LM_RATE_LIMITED", details: { retryAfterMs: 60_000 } });
  });

  it("answers all of a storm of 429s in the order in which they came", async () => {
    let inWindow: number[] = [];
    const { pool, clock, lm } = poolFixture(() => {
      inWindow = inWindow.filter((at) => clock.now() - at < 1000);
      if (inWindow.length >= 20) return limited(1000);
      inWindow.push(clock.now());
      return { text: "a" };
    });
    const answered: number[] = [];
    const calls = Array.from({ length: 200 }, async (_, index) => {
      await pool.complete(asking(`q${index}`));
      answered.push(index);
    });
    await clock.advance(12_000);
    await Promise.all(calls);
    expect(answered).toEqual(calls.map((_, index) => index));
    expect(lm.calls.length).toBeLessThanOrEqual(230);
  });

  it("refuses at once what the queue has no room for", async () => {
    const { pool, lm } = poolFixture([{ hangs: true }], {
      limits: { startConcurrency: 1, maxConcurrency: 1, maxQueued: 2 },
    });
    const calls = ["q", "r", "s"].map((text) => pool.complete(asking(text)));
    const ended = Promise.allSettled(calls);
    await expect(pool.complete(asking("t"))).rejects.toMatchObject({ code: "LM_QUEUE_FULL", details: { queued: 2 } });
    expect(lm.calls.length).toBe(1);
    pool.close();
    await ended;
  });
});

describe("LmPool, with its breaker", () => {
  afterEach(() => void vi.useRealTimers());

  it("stops asking a provider that keeps failing, fails at once, and recovers by a probe", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let fails = true;
    const { pool, clock, lm, types } = poolFixture(() => (fails ? serverFailed : "a"), {
      retries: { maxAttempts: 1 },
      breaker: { minAttempts: 3, resetMs: 5000 },
    });
    for (const text of ["a", "b", "c"]) await expect(pool.complete(asking(text))).rejects.toBe(serverFailed);
    expect(pool.status.breaker).toBe("open");
    await expect(pool.complete(asking("d"))).rejects.toMatchObject({
      code: "LM_CIRCUIT_OPEN",
      details: { resetMs: 5000 },
    });
    expect(lm.calls.length).toBe(3);
    vi.advanceTimersByTime(5000);
    expect(pool.status.breaker).toBe("half-open");
    await expect(pool.complete(asking("e"))).rejects.toBe(serverFailed);
    expect(pool.status.breaker).toBe("open");
    vi.advanceTimersByTime(5000);
    fails = false;
    await pool.complete(asking("f"));
    expect(pool.status.breaker).toBe("closed");
    expect(types().filter((type) => type.startsWith("lm.breaker"))).toEqual([
      "lm.breaker.opened",
      "lm.breaker.half-opened",
      "lm.breaker.opened",
      "lm.breaker.half-opened",
      "lm.breaker.closed",
    ]);
    expect(clock.pendingTimers).toBeLessThanOrEqual(1);
    pool.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets one probe through and refuses everything beside it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { pool, lm } = poolFixture([serverFailed, serverFailed, { hangs: true }], {
      retries: { maxAttempts: 1 },
      breaker: { minAttempts: 2 },
    });
    for (const text of ["a", "b"]) await expect(pool.complete(asking(text))).rejects.toBe(serverFailed);
    vi.advanceTimersByTime(15_000);
    const controller = new AbortController();
    const probe = pool.complete(asking("c", { signal: controller.signal }));
    await settle();
    await expect(pool.complete(asking("d"))).rejects.toMatchObject({ code: "LM_CIRCUIT_OPEN" });
    expect(lm.calls.length).toBe(3);
    controller.abort();
    await expect(probe).rejects.toMatchObject({ code: "LM_ABORTED" });
    await settle();
    expect(pool.status.breaker).toBe("open");
    pool.close();
  });

  it("fails what waits in the queue when it opens", async () => {
    const { pool, lm } = poolFixture(() => transportFailed, {
      retries: { maxAttempts: 1 },
      breaker: { minAttempts: 2 },
      limits: { startConcurrency: 2, maxConcurrency: 2 },
    });
    const settled = await Promise.allSettled(["a", "b", "c", "d", "e"].map((text) => pool.complete(asking(text))));
    const codes = settled.map((one) =>
      one.status === "rejected" ? (one.reason as { code: string }).code : "answered",
    );
    expect(codes.filter((code) => code === "LM_CIRCUIT_OPEN").length).toBe(5 - lm.calls.length);
    expect(lm.calls.length).toBeLessThan(5);
    pool.close();
  });

  it.each([
    ["wrong keys", lmAuthFailed({ ...place, status: 401 })],
    ["bad requests", lmRequestInvalid({ ...place, status: 422 })],
    ["rate limits", lmRateLimited({ ...place, status: 429 }, 90_000, "rate")],
    ["errors of the client's own", new Error("bug")],
  ])("does not open for %s", async (_what, error) => {
    const { pool, clock } = poolFixture(() => error, { breaker: { minAttempts: 2 } });
    for (let call = 0; call < 6; call++) {
      const failing = expect(
        pool.complete(asking(`q${call}`, { deadlineAt: clock.now() + 80_000 })),
      ).rejects.toMatchObject({});
      await clock.advance(100_000);
      await failing;
    }
    expect(pool.status.breaker).toBe("closed");
  });
});

describe("LmPool over HTTP", () => {
  const closers: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function poolOver(
    reply: (index: number) => ServerReply,
    options: { attemptTimeoutMs?: number; clock?: ManualClock } = {},
  ) {
    const server = await startOpenaiServer({ reply: (_body, index) => reply(index) });
    const provider = openaiCompatible({ baseUrl: server.baseUrl, model: "m" });
    const pool = new LmPool({ provider, ownsProvider: true, random: () => 0, ...options });
    closers.push(server.close, () => pool.close());
    return { server, pool };
  }

  it("gets an answer after garbage, half a body, a cut connection and a server error", async () => {
    const bad: ServerReply[] = [
      { type: "status", status: 200, body: "<html>" },
      { type: "die-mid-body" },
      { type: "cut" },
    ];
    const { server, pool } = await poolOver((index) => bad[index] ?? { type: "answer", text: "at last" });
    expect(await pool.complete(asking("q"))).toMatchObject({
      attempts: 4,
      response: { completions: [{ text: "at last" }] },
    });
    expect(server.counts.requests).toBe(4);
  });

  it("ends a hung socket at the caller's deadline", async () => {
    const { server, pool } = await poolOver(() => ({ type: "hang" }));
    await expect(pool.complete(asking("q", { deadlineAt: performance.now() + 50 }))).rejects.toMatchObject({
      code: "LM_TIMEOUT",
    });
    await expect.poll(() => server.openSockets).toBe(0);
  });

  it("tries a hung socket again", async () => {
    const clock = manualClock();
    const { pool, server } = await poolOver(
      (index) => (index === 0 ? { type: "hang" } : { type: "answer", text: "ok" }),
      { attemptTimeoutMs: 60_000, clock },
    );
    const call = pool.complete(asking("q"));
    await eventually(() => server.counts.requests === 1);
    await clock.advance(60_000);
    await eventually(async () => {
      await clock.advance(1);
      return server.counts.requests === 2;
    });
    expect(await call).toMatchObject({ attempts: 2 });
  });

  it("destroys the sockets of its calls when it is closed", async () => {
    const { server, pool } = await poolOver(() => ({ type: "hang" }));
    const calls = Promise.allSettled(Array.from({ length: 10 }, (_, index) => pool.complete(asking(`q${index}`))));
    await expect.poll(() => server.counts.requests).toBe(10);
    pool.close();
    expect((await calls).every((one) => one.status === "rejected")).toBe(true);
    await expect.poll(() => server.openSockets).toBe(0);
  });
});
