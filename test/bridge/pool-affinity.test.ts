import { describe, expect, it } from "vitest";
import { workerLost } from "../../bridge/errors.ts";
import type { WorkerPool } from "../../bridge/index.ts";
import type { ManualClock } from "../../testing/index.ts";
import { poolOf } from "./pool-of.ts";

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

  it.each(["hint", "strict-queue"] as const)(
    "ends each call of a %s whose first worker is awaited in its own bounds",
    async (mode) => {
      const { pool, clock, calls } = poolOf({ size: 1 }, { startMs: 5000 });
      const affinity = { key: "user", mode };
      const first = pool.run("first", null, { affinity });
      const controller = new AbortController();
      const late = expect(pool.run("late", null, { affinity, deadlineAt: 300 })).rejects.toMatchObject({
        code: "BRIDGE_CALL_TIMEOUT",
        details: { timeoutMs: 300 },
      });
      const aborted = expect(pool.run("x", null, { affinity, signal: controller.signal })).rejects.toMatchObject({
        code: "BRIDGE_CALL_CANCELLED",
      });
      await clock.advance(300);
      await late;
      controller.abort();
      await aborted;
      await clock.advance(5000);
      expect(calls.map(({ handler }) => handler)).toEqual(["first"]);
      calls[0]?.answer("there");
      expect(await first).toBe("there");
    },
  );

  it("fails fast also while the key's first worker is awaited, and not while there is room", async () => {
    const { pool, clock, calls } = poolOf({ size: 1 }, { startMs: 5000 });
    const affinity = { key: "user", mode: "strict-fail-fast" } as const;
    pool.run("first", null, { affinity }).catch(() => {});
    await expect(pool.run("second", null, { affinity })).rejects.toMatchObject({ code: "BRIDGE_WORKER_BUSY" });
    await clock.advance(5000);
    const other = { key: "other", mode: "strict-fail-fast" } as const;
    for (const handler of ["one", "two"]) pool.run(handler, null, { affinity: other }).catch(() => {});
    await clock.settle();
    expect(calls.map(({ handler }) => handler)).toEqual(["first", "one", "two"]);
  });

  it("keeps a key's state while its calls wait or work, and its time runs from the last one's end", async () => {
    const { clock, calls, call, made } = await twoBusy("strict-queue");
    call("waits");
    await clock.advance(5000);
    calls[0]?.answer(1);
    await clock.advance(5000);
    expect(made()[2]).toBe("w1 waits");
    calls[2]?.answer(1);
    await clock.advance(999);
    expect(made()).toHaveLength(3);
    await clock.advance(1);
    expect(made()[3]).toBe("w1 dspex.end-session");
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
