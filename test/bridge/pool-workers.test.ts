import { describe, expect, it } from "vitest";
import { workerLost } from "../../bridge/errors.ts";
import { poolOf } from "./pool-of.ts";

describe("a pool's workers", () => {
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

  it("ends with the pool also those that are ending by themselves", async () => {
    const never = new Promise<void>(() => {});
    const { pool, clock, calls, ended } = poolOf({ size: 1, recycle: { calls: 1 } }, { drained: never });
    const call = pool.run("x", null);
    await clock.settle();
    calls[0]?.answer(1);
    await call;
    await clock.settle();
    await pool.close();
    expect(ended).toEqual(["w1 drained", "w2 killed", "w1 killed"]);
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
