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

  it("tells of a start that failed, and tries again after a while for those whom nobody else serves", async () => {
    const { pool, clock, calls, hooks, events, failStarts } = poolOf({ size: 2 }, { startMs: 10 });
    const held = pool.checkout();
    await clock.advance(10);
    await held;
    failStarts(new Error("no memory"));
    const call = pool.run("x", null);
    const session = pool.checkout();
    await clock.advance(10);
    expect(events.filter((type) => type === "bridge.worker.failed")).toHaveLength(1);
    failStarts(undefined);
    await clock.advance(249);
    expect(hooks).toHaveLength(2);
    await clock.advance(11);
    expect((await session).sessionId).toMatch(/^session/);
    await (await session).close();
    await clock.settle();
    for (const made of calls) made.answer("served");
    await clock.settle();
    for (const made of calls) made.answer("served");
    expect(await call).toBe("served");
  });

  it("fails those whom no worker can take after three starts that failed, and tries anew for the next", async () => {
    const { pool, clock, calls, hooks, failStarts } = poolOf({ size: 2 }, { startMs: 10 });
    const opening = pool.checkout();
    await clock.advance(10);
    const held = await opening;
    const broken = new Error("no such module");
    failStarts(broken);
    const call = expect(pool.run("x", null)).rejects.toBe(broken);
    const session = expect(pool.checkout()).rejects.toBe(broken);
    for (const ms of [10, 250, 10, 1000, 10]) await clock.advance(ms);
    await Promise.all([call, session]);
    expect(hooks).toHaveLength(4);
    // Nobody waits: nothing is started for nobody.
    const inside = held.call("inside");
    await clock.settle();
    calls[0]?.answer(1);
    await inside;
    await clock.advance(60_000);
    expect(hooks).toHaveLength(4);
    failStarts(undefined);
    const next = pool.run("next", null);
    await clock.advance(10);
    calls[1]?.answer("ok");
    expect(await next).toBe("ok");
  });

  it("lets those wait whom a worker that is there will serve, and does not start one for each call", async () => {
    const { pool, clock, calls, hooks, failStarts } = poolOf({ size: 2, callsPerWorker: 2 });
    pool.run("first", null).catch(() => {});
    await clock.settle();
    failStarts(new Error("no memory"));
    const others = ["a", "b", "c", "d"].map((handler) => pool.run(handler, null));
    await clock.advance(0);
    expect(hooks).toHaveLength(2);
    await clock.advance(250);
    await clock.advance(1000);
    await clock.advance(4000);
    expect(hooks).toHaveLength(5);
    for (let made = 0; made < 5; made++) {
      calls[made]?.answer(1);
      await clock.settle();
    }
    expect(await Promise.all(others)).toEqual([1, 1, 1, 1]);
  });

  it.each([0, 1])("serves others while a worn worker finishes a long call, with %i spares", async (spares) => {
    const { pool, clock, calls, hooks, ended } = poolOf({ size: 1, spares, recycle: { calls: 1 } });
    const long = pool.run("long", null);
    await clock.settle();
    for (const handler of ["wears it", "next"]) {
      const call = pool.run(handler, null);
      await clock.settle();
      calls.find((made) => made.handler === handler)?.answer(handler);
      expect(await call).toBe(handler);
      await clock.settle();
    }
    expect(calls.map(({ worker, handler }) => `${worker} ${handler}`)).toEqual(["w1 long", "w1 wears it", "w2 next"]);
    calls[0]?.answer("done");
    expect(await long).toBe("done");
    await clock.settle();
    expect(ended.toSorted()).toEqual(["w1 drained", "w2 drained"]);
    expect(hooks).toHaveLength(3 + spares);
  });

  it("lets no more worn workers finish their work at once than it has places", async () => {
    const { pool, clock, calls, hooks } = poolOf({ size: 1, recycle: { calls: 1 } });
    for (const round of [1, 2]) {
      pool.run(`long ${round}`, null).catch(() => {});
      await clock.settle();
      pool.run(`wears ${round}`, null).catch(() => {});
      await clock.settle();
      calls.find(({ handler }) => handler === `wears ${round}`)?.answer(1);
      await clock.settle();
    }
    const waiting = pool.run("waits", null);
    await clock.settle();
    expect(hooks).toHaveLength(2);
    expect(pool.status).toMatchObject({ workers: 2, queued: 1 });
    calls[0]?.answer(1);
    await clock.settle();
    calls.at(-1)?.answer("served");
    expect(await waiting).toBe("served");
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
