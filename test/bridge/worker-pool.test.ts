import { describe, expect, it } from "vitest";
import { workerLost } from "../../bridge/errors.ts";
import type { ManualClock } from "../../testing/index.ts";
import { poolOf } from "./pool-of.ts";

describe("WorkerPool", () => {
  it("starts no worker before it is asked, and more only while all are busy", async () => {
    const { pool, clock, calls, hooks } = poolOf({ size: 2, callsPerWorker: 2 });
    expect(hooks).toHaveLength(0);
    const results = ["a", "b", "c", "d", "e"].map((handler) => pool.run(handler, null));
    await clock.settle();
    expect(hooks).toHaveLength(2);
    expect(calls.map(({ handler }) => handler)).toEqual(["a", "b", "c", "d"]);
    expect(pool.status).toEqual({ workers: 2, starting: 0, spares: 0, running: 4, queued: 1, sessions: 0 });
    calls[0]?.answer("A");
    await clock.settle();
    expect(calls.map(({ handler }) => handler)).toContain("e");
    for (const call of calls) call.answer(call.handler);
    expect(await Promise.all(results)).toEqual(["A", "b", "c", "d", "e"]);
    expect(pool.status.running).toBe(0);
  });

  it("gives a call to the least busy worker", async () => {
    const { pool, clock, calls } = poolOf({ size: 2, callsPerWorker: 4 });
    for (let count = 0; count < 6; count++) pool.run("x", null).catch(() => {});
    await clock.settle();
    const perWorker = new Map<string, number>();
    for (const { worker } of calls) perWorker.set(worker, (perWorker.get(worker) ?? 0) + 1);
    expect([...perWorker.values()].every((count) => count <= 4)).toBe(true);
    expect(perWorker.size).toBe(2);
  });

  it("refuses a call when too many wait, and ends one that waited too long", async () => {
    const { pool, clock, calls } = poolOf({ size: 1, callsPerWorker: 1, maxQueued: 1, timeoutMs: 1000 });
    pool.run("first", null, { deadlineAt: 1e9 }).catch(() => {});
    await clock.settle();
    const waiting = expect(pool.run("second", null)).rejects.toMatchObject({ code: "BRIDGE_CALL_TIMEOUT" });
    await expect(pool.run("third", null)).rejects.toMatchObject({ code: "BRIDGE_QUEUE_FULL", retryable: true });
    await clock.advance(1000);
    await waiting;
    expect(calls.map(({ handler }) => handler)).toEqual(["first"]);
    expect(pool.status.queued).toBe(0);
  });

  it("says of a call and of a session that they waited only, and for what", async () => {
    const { pool, clock } = poolOf({ size: 1, callsPerWorker: 1, timeoutMs: 100 });
    const opening = pool.checkout();
    await clock.settle();
    await opening;
    const late = Promise.allSettled([pool.run("pid", null), pool.checkout()]);
    await clock.settle();
    await clock.advance(100);
    const reasons = (await late).map((outcome) => (outcome.status === "rejected" ? outcome.reason : undefined));
    const load = { waitedFor: "worker", size: 1, workers: 1, sessions: 1, running: 0 };
    expect(reasons).toMatchObject([
      { code: "BRIDGE_CALL_TIMEOUT", retryable: true, details: { handler: "pid", timeoutMs: 100, ...load } },
      { code: "BRIDGE_CALL_TIMEOUT", retryable: true, details: { timeoutMs: 100, ...load } },
    ]);
    expect(reasons.map(({ message }) => message)).toEqual(
      ['"pid"', "A session"].map(
        (who) =>
          `${who} waited 100 ms for a worker of the pool "general" and got none; nobody was asked. 1 of at most 1 workers are there, 1 held by or kept for sessions, ` +
          "0 calls under way. Close sessions that are done, give the pool more workers (`size`), or this more time (`timeoutMs`).",
      ),
    );
  });

  it("says of a strict key's call that it waited for the key's worker", async () => {
    const { pool, clock } = poolOf({ size: 2, callsPerWorker: 1, timeoutMs: 100 });
    const affinity = { key: "k", mode: "strict-queue" } as const;
    pool.run("first", null, { affinity, deadlineAt: 1e9 }).catch(() => {});
    await clock.settle();
    const late = expect(pool.run("second", null, { affinity })).rejects.toMatchObject({
      code: "BRIDGE_CALL_TIMEOUT",
      message: expect.stringMatching(/^"second" waited 100 ms for the Python worker w1 of the pool "general", which/),
    });
    await clock.settle();
    await clock.advance(100);
    await late;
  });

  it("says where there was no time at all", async () => {
    const { pool } = poolOf({ size: 1 });
    await expect(pool.run("x", null, { deadlineAt: -1 })).rejects.toThrow('There was no time left for "x"');
    await expect(pool.checkout({ deadlineAt: -1 })).rejects.toThrow("There was no time left for a session");
  });

  it("lets a caller leave the queue", async () => {
    const { pool, clock, calls } = poolOf({ size: 1, callsPerWorker: 1 });
    pool.run("first", null).catch(() => {});
    await clock.settle();
    const controller = new AbortController();
    const waiting = expect(pool.run("second", null, { signal: controller.signal })).rejects.toMatchObject({
      code: "BRIDGE_CALL_CANCELLED",
    });
    controller.abort();
    await waiting;
    calls[0]?.answer(1);
    await clock.settle();
    expect(calls).toHaveLength(1);
  });

  it("goes on for others where a caller's signal is none", async () => {
    const { pool, clock, calls } = poolOf({ size: 1, callsPerWorker: 1 });
    // What a caller passes past the compiler.
    const signal = new AbortController() as never;
    await expect(pool.run("unsound", null, { signal })).rejects.toThrow(TypeError);
    const sound = pool.run("sound", null);
    await clock.settle();
    calls[0]?.answer("ok");
    expect(await sound).toBe("ok");
    expect(pool.status).toMatchObject({ running: 0, queued: 0 });
  });

  it("replaces a lost worker, and makes again only what may be made again", async () => {
    const { pool, clock, calls, hooks, events } = poolOf({ size: 1 });
    const once = pool.run("once", null);
    const again = pool.run("again", null, { repeatable: true });
    const lost = expect(once).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    await clock.settle();
    const error = workerLost("w1", "it was ended by SIGSEGV");
    for (const call of calls.slice()) call.fail(error);
    hooks[0]?.onLost(error);
    await lost;
    await clock.settle();
    expect(calls.map(({ worker, handler }) => `${worker} ${handler}`)).toEqual(["w1 once", "w1 again", "w2 again"]);
    calls[2]?.answer("done");
    expect(await again).toBe("done");
    expect(events).toContain("bridge.worker.failed");
  });

  it("gives a repeatable call up after three lost workers", async () => {
    const { pool, clock, calls, hooks } = poolOf({ size: 1 });
    const outcome = expect(pool.run("poison", null, { repeatable: true })).rejects.toMatchObject({
      code: "BRIDGE_WORKER_LOST",
    });
    for (let count = 0; count < 3; count++) {
      await clock.settle();
      const error = workerLost(`w${count}`, "gone");
      calls[count]?.fail(error);
      hooks[count]?.onLost(error);
    }
    await outcome;
    expect(calls).toHaveLength(3);
  });

  it("fails those who wait when no worker can be started, and tries again for the next", async () => {
    const { pool, failStarts, clock, calls } = poolOf();
    const broken = new Error("no such module");
    failStarts(broken);
    await expect(pool.run("x", null)).rejects.toBe(broken);
    failStarts(undefined);
    const next = pool.run("y", null);
    await clock.settle();
    calls[0]?.answer("ok");
    expect(await next).toBe("ok");
  });

  it.each([
    ["calls", { calls: 2 }],
    ["age", { ageMs: 100 }],
    ["memory", { rssBytes: 1000 }],
  ])("replaces a worker worn by %s, once its calls are done", async (_title, recycle) => {
    const { pool, clock, calls, hooks, ended } = poolOf({ size: 1, recycle });
    for (const count of [0, 1]) {
      const call = pool.run("x", null);
      await clock.settle();
      await clock.advance(100);
      hooks[0]?.onPulse({ rssBytes: 2000 });
      expect(calls[count]?.worker).toBe(count === 0 || "calls" in recycle ? "w1" : "w2");
      calls[count]?.answer(1);
      await call;
      await clock.settle();
    }
    expect(ended[0]).toBe("w1 drained");
  });

  it("ends everything when it is closed, workers on their way too", async () => {
    const { pool, clock, ended } = poolOf({ size: 1 }, { startMs: 50 });
    const waiting = expect(pool.run("x", null)).rejects.toMatchObject({ code: "BRIDGE_POOL_CLOSED" });
    await clock.settle();
    await pool.close();
    await waiting;
    expect(ended).toEqual(["w1 called off"]);
    await expect(pool.run("y", null)).rejects.toMatchObject({ code: "BRIDGE_POOL_CLOSED" });
  });

  it("gives a session a worker to itself, and others the rest", async () => {
    const { pool, clock, calls } = poolOf({ size: 2 });
    const session = await pool.checkout();
    const inside = session.call("remember", 1);
    const outside = pool.run("x", null);
    await clock.settle();
    expect(calls.map(({ worker, handler }) => `${worker} ${handler}`)).toEqual(["w1 remember", "w2 x"]);
    for (const call of calls) call.answer(call.worker);
    expect(await Promise.all([inside, outside])).toEqual(["w1", "w2"]);
    await session.close();
    await clock.settle();
    expect(calls.at(-1)).toMatchObject({ worker: "w1", handler: "dspex.end-session" });
    await expect(session.call("remember")).rejects.toMatchObject({ code: "BRIDGE_SESSION_OVER" });
  });

  it("lets a session wait for a worker that is busy, which gets nothing more until then", async () => {
    const { pool, clock, calls } = poolOf({ size: 1 });
    const first = pool.run("first", null);
    await clock.settle();
    const waiting = pool.checkout();
    const second = pool.run("second", null);
    await clock.settle();
    expect(calls.map(({ handler }) => handler)).toEqual(["first"]);
    calls[0]?.answer(1);
    await first;
    const session = await waiting;
    await session.close();
    await clock.settle();
    calls[1]?.answer(null);
    await clock.settle();
    expect(calls.map(({ handler }) => handler)).toEqual(["first", "dspex.end-session", "second"]);
    calls[2]?.answer(2);
    expect(await second).toBe(2);
  });

  it.each([
    ["is not called", async (_controller: AbortController, clock: ManualClock) => clock.advance(1000)],
    ["loses its owner", async (controller: AbortController) => controller.abort()],
  ])("ends a session that %s, so that none leaks", async (_title, befall) => {
    const { pool, clock, calls } = poolOf({ size: 1 });
    const controller = new AbortController();
    const session = await pool.checkout({ ttlMs: 1000, signal: controller.signal });
    await befall(controller, clock);
    await expect(session.call("x")).rejects.toMatchObject({ code: "BRIDGE_SESSION_OVER" });
    await clock.settle();
    calls[0]?.answer(null);
    await clock.settle();
    const next = pool.run("next", null);
    await clock.settle();
    calls[1]?.answer("ok");
    expect(await next).toBe("ok");
  });

  it("keeps a session whose call takes longer than it may be idle", async () => {
    const { pool, clock, calls } = poolOf({ size: 1 });
    const session = await pool.checkout({ ttlMs: 1000 });
    const call = session.call("long");
    await clock.advance(5000);
    calls[0]?.answer("done");
    expect(await call).toBe("done");
    await clock.advance(999);
    const again = session.call("again");
    await clock.settle();
    calls[1]?.answer("there");
    expect(await again).toBe("there");
  });

  it("ends a session with its worker, and says how that was lost", async () => {
    const { pool, hooks } = poolOf({ size: 1 });
    const session = await pool.checkout();
    hooks[0]?.onLost(workerLost("w1", "it was ended by SIGSEGV"));
    await expect(session.call("x")).rejects.toMatchObject({
      code: "BRIDGE_SESSION_OVER",
      details: { reason: "it was ended by SIGSEGV" },
    });
  });
});
