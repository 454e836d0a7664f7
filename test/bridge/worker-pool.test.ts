import { describe, expect, it } from "vitest";
import { workerLost } from "../../bridge/errors.ts";
import { type BridgeEvent, type Ready, WorkerPool } from "../../bridge/index.ts";
import type { StartHooks, WorkerPoolOptions } from "../../bridge/pool-options.ts";
import { createManualClock, type ManualClock } from "../../testing/index.ts";
import { READY } from "./fake-worker.ts";

interface MadeCall {
  readonly worker: string;
  readonly handler: string;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** A pool over workers that do nothing until the test says so. */
function poolOf(options: Partial<WorkerPoolOptions> = {}, startMs = 0) {
  const clock: ManualClock = createManualClock();
  const calls: MadeCall[] = [];
  const hooks: StartHooks[] = [];
  const ended: string[] = [];
  const events: string[] = [];
  let failure: unknown;
  const pool = new WorkerPool({
    poolName: "general",
    clock,
    events: {
      has: () => true,
      emit: (type: BridgeEvent["type"]) => events.push(type),
    },
    start: async (hook) => {
      const worker = `w${hooks.push(hook)}`;
      if (startMs > 0) await new Promise<void>((resolve) => clock.setTimer(startMs, resolve));
      if (failure !== undefined) throw failure;
      return {
        worker,
        ready: { ...(READY.ready as Ready), handlers: [{ name: "echo", kind: "sync" }] },
        connection: {
          start: (handler: string) => {
            const { promise, resolve, reject } = Promise.withResolvers<unknown>();
            calls.push({ worker, handler, answer: resolve, fail: reject });
            return {
              result: promise,
              done: promise.then(
                () => {},
                () => {},
              ),
            };
          },
        } as never,
        drain: async () => {
          ended.push(`${worker} drained`);
        },
        kill: async () => {
          ended.push(`${worker} killed`);
        },
      };
    },
    ...options,
  });
  return { pool, clock, calls, hooks, ended, events, failStarts: (error: unknown) => (failure = error) };
}

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
    const { pool, clock, ended } = poolOf({ size: 1 }, 50);
    const waiting = expect(pool.run("x", null)).rejects.toMatchObject({ code: "BRIDGE_POOL_CLOSED" });
    await clock.settle();
    await pool.close();
    await waiting;
    await clock.advance(50);
    expect(ended).toEqual(["w1 killed"]);
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

  it("keeps spares ready once it is in use, and puts one where a worker was lost", async () => {
    const { pool, clock, calls, hooks } = poolOf({ size: 1, spares: 1 });
    expect(hooks).toHaveLength(0);
    pool.run("first", null).catch(() => {});
    await clock.settle();
    expect(pool.status).toMatchObject({ workers: 1, spares: 1 });
    hooks[0]?.onLost(workerLost("w1", "gone"));
    pool.run("second", null).catch(() => {});
    await clock.settle();
    expect(calls.at(-1)).toMatchObject({ worker: "w2", handler: "second" });
    expect(pool.status).toMatchObject({ workers: 1, spares: 1 });
    expect(hooks).toHaveLength(3);
  });

  it("does not start a spare again and again that cannot live", async () => {
    const { pool, clock, calls, hooks } = poolOf({ size: 1, spares: 1 });
    const call = pool.run("x", null);
    await clock.settle();
    hooks[1]?.onLost(workerLost("w2", "gone"));
    await clock.settle();
    expect(hooks).toHaveLength(2);
    calls[0]?.answer("still there");
    expect(await call).toBe("still there");
  });

  it("replaces a worn worker also while nobody calls it", async () => {
    const { pool, clock, calls, hooks, ended } = poolOf({ size: 1, recycle: { rssBytes: 1000 } });
    const call = pool.run("x", null);
    await clock.settle();
    calls[0]?.answer(1);
    await call;
    await clock.settle();
    hooks[0]?.onPulse({ rssBytes: 2000 });
    expect(ended).toEqual(["w1 drained"]);
  });

  it("gives a call to the worker that takes less memory where two are as busy", async () => {
    const { pool, clock, calls, hooks } = poolOf({ size: 2 });
    for (let count = 0; count < 4; count++) pool.run("x", null).catch(() => {});
    await clock.settle();
    for (const call of calls) call.answer(1);
    await clock.settle();
    hooks[0]?.onPulse({ rssBytes: 2000 });
    hooks[1]?.onPulse({ rssBytes: 1000 });
    pool.run("next", null).catch(() => {});
    await clock.settle();
    expect(calls.at(-1)).toMatchObject({ worker: "w2", handler: "next" });
  });
});

describe("WorkerPool's affinity", () => {
  /** Two workers, each with one call under way, and a key whose calls went to the first. */
  async function twoBusy(mode: "hint" | "strict-queue" | "strict-fail-fast") {
    const parts = poolOf({ size: 2, callsPerWorker: 1 });
    const affinity = { key: "user", mode, ttlMs: 1000 };
    const call = (handler: string) => {
      const outcome = parts.pool.run(handler, null, { affinity });
      // Looked at later, if at all.
      outcome.catch(() => {});
      return outcome;
    };
    call("bound");
    await parts.clock.settle();
    parts.pool.run("other", null).catch(() => {});
    await parts.clock.settle();
    const made = () => parts.calls.map(({ worker, handler }) => `${worker} ${handler}`);
    expect(made()).toEqual(["w1 bound", "w2 other"]);
    return { ...parts, call, made };
  }

  it("prefers a hint's worker, and takes another where that is busy", async () => {
    const { clock, calls, call, made } = await twoBusy("hint");
    calls[1]?.answer(1);
    await clock.settle();
    call("elsewhere");
    await clock.settle();
    for (const each of calls) each.answer(1);
    await clock.settle();
    call("there again");
    await clock.settle();
    expect(made().slice(2)).toEqual(["w2 elsewhere", "w2 there again"]);
  });

  it("waits for a strict key's worker though another is idle", async () => {
    const { pool, clock, calls, call, made } = await twoBusy("strict-queue");
    calls[1]?.answer(1);
    const waiting = call("bound again");
    await clock.settle();
    expect(pool.status).toMatchObject({ queued: 1 });
    expect(made()).toHaveLength(2);
    calls[0]?.answer(1);
    await clock.settle();
    expect(made()[2]).toBe("w1 bound again");
    calls[2]?.answer("there");
    expect(await waiting).toBe("there");
  });

  it("fails at once where it is to fail fast", async () => {
    const { call } = await twoBusy("strict-fail-fast");
    await expect(call("bound again")).rejects.toMatchObject({
      code: "BRIDGE_WORKER_BUSY",
      retryable: true,
      details: { key: "user", worker: "w1" },
    });
  });

  it.each(["strict-queue", "strict-fail-fast"] as const)("tells a %s key once that its state is gone", async (mode) => {
    const { clock, calls, hooks, call, made } = await twoBusy(mode);
    const waiting = mode === "strict-queue" ? call("waits") : undefined;
    hooks[0]?.onLost(workerLost("w1", "it was ended by SIGSEGV"));
    if (waiting !== undefined) await expect(waiting).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    await expect(call("knows")).rejects.toMatchObject({
      code: "BRIDGE_SESSION_OVER",
      details: { reason: "it was ended by SIGSEGV" },
    });
    calls[1]?.answer(1);
    await clock.settle();
    call("anew");
    await clock.settle();
    expect(made().at(-1)).toMatch(/^w[23] anew$/);
  });

  it("finds one worker for calls of a key that come at once", async () => {
    const { pool, clock, calls } = poolOf({ size: 2 });
    const affinity = { key: "user", mode: "strict-queue" } as const;
    for (let count = 0; count < 4; count++) pool.run("x", null, { affinity }).catch(() => {});
    await clock.settle();
    expect(calls.map(({ worker }) => worker)).toEqual(["w1", "w1", "w1", "w1"]);
  });

  it("makes no strict call again, whose state went with its worker", async () => {
    const { pool, clock, calls, hooks } = poolOf({ size: 1 });
    const affinity = { key: "user", mode: "strict-queue" } as const;
    const outcome = expect(pool.run("x", null, { affinity, repeatable: true })).rejects.toMatchObject({
      code: "BRIDGE_WORKER_LOST",
    });
    await clock.settle();
    const error = workerLost("w1", "gone");
    calls[0]?.fail(error);
    hooks[0]?.onLost(error);
    await outcome;
    expect(calls).toHaveLength(1);
  });

  it.each([
    ["its time is up", async (_pool: WorkerPool, clock: ManualClock) => clock.advance(1000)],
    ["it is told to", async (pool: WorkerPool) => pool.forget("user")],
  ])("forgets a key's state when %s, and only then replaces its worn worker", async (_title, befall) => {
    const { pool, clock, calls, ended } = poolOf({ size: 1, recycle: { calls: 1 } });
    const call = pool.run("x", null, { affinity: { key: "user", mode: "strict-queue", ttlMs: 1000 } });
    await clock.settle();
    calls[0]?.answer(1);
    await call;
    await clock.settle();
    expect(ended).toEqual([]);
    await befall(pool, clock);
    await clock.settle();
    expect(calls[1]?.handler).toBe("dspex.end-session");
    calls[1]?.answer(null);
    await clock.settle();
    expect(ended).toEqual(["w1 drained"]);
  });
});
