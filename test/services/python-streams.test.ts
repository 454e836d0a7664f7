import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime, type Runtime } from "../../index.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";
import { HANDLERS } from "./python-worker.ts";

const CREDIT = 8;

describe("runtime.python.stream", () => {
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    const pool = { size: 1, dspy: false, paths: [HANDLERS], modules: ["streamed", "bridge_handlers"] };
    runtime = await createRuntime({ python: { interpreter, pools: { general: pool, other: pool } } });
  });
  afterAll(() => runtime.stop());
  const call = (handler: string, input: unknown) => runtime.python.call(handler, input);

  it.each(["counted", "counted-async"])("brings the elements of %s, in their order [PB-5]", async (handler) => {
    const taken: unknown[] = [];
    for await (const item of runtime.python.stream(handler, { name: handler, n: 500 })) taken.push(item);
    expect(taken).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });

  it.each(["counted", "counted-async"])("keeps %s from running ahead of a slow consumer", async (handler) => {
    const name = `${handler} ahead`;
    let taken = 0;
    for await (const _ of runtime.python.stream(handler, { name }, { credit: CREDIT })) {
      taken += 1;
      // A call of the same worker goes through, however long the consumer takes.
      if (taken % 20 === 0) expect(await call("made", { name })).toBeLessThanOrEqual(taken + CREDIT);
      if (taken === 100) break;
    }
    expect(await call("wait-closed", { name })).toBe(true);
  });

  it.each(["counted", "counted-async"])("closes %s when the consumer leaves the loop", async (handler) => {
    const name = `${handler} left`;
    for await (const _ of runtime.python.stream(handler, { name })) break;
    expect(await call("wait-closed", { name })).toBe(true);
    await expect.poll(async () => (await runtime.python.status()).running).toBe(0);
  });

  it("begins with the first element asked for, and not at all where none is", async () => {
    const stream = runtime.python.stream("counted", { name: "lazy", n: 3 }, { pool: "other" });
    expect(await runtime.python.status("other")).toMatchObject({ workers: 0, starting: 0 });
    await stream.return();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(await runtime.python.status("other")).toMatchObject({ workers: 0, starting: 0 });
  });

  it("ends at once for one who leaves while the next element is awaited", async () => {
    const stream = runtime.python.stream("slow");
    expect(await stream.next()).toEqual({ value: "first", done: false });
    const next = stream.next();
    await stream.return();
    expect(await next).toEqual({ value: undefined, done: true });
    await expect.poll(async () => (await runtime.python.status()).running).toBe(0);
  });

  it.each(["counted", "counted-async"])(
    "tells what %s fails with, once, after the elements before",
    async (handler) => {
      const stream = runtime.python.stream(handler, { name: "failing", fail_at: 3 });
      for (const value of [0, 1, 2]) expect(await stream.next()).toEqual({ value, done: false });
      await expect(stream.next()).rejects.toMatchObject({
        code: "BRIDGE_PYTHON_ERROR",
        message: "ValueError: no 3",
        stack: expect.stringMatching(/streamed\.py", line \d+, in counted/),
      });
      expect(await stream.next()).toEqual({ value: undefined, done: true });
    },
  );

  it("has one deadline for all of it, which the worker knows first", async () => {
    const stream = runtime.python.stream("slow", null, { timeoutMs: 1500 });
    expect(await stream.next()).toEqual({ value: "first", done: false });
    await expect(stream.next()).rejects.toMatchObject({
      code: "BRIDGE_CALL_TIMEOUT",
      message: expect.stringContaining("'slow' was still at work when its time was up"),
    });
    await expect(runtime.python.stream("slow", null, { timeoutMs: 0 }).next()).rejects.toMatchObject({
      code: "BRIDGE_CALL_TIMEOUT",
    });
  });

  it("is called off by a signal", async () => {
    const controller = new AbortController();
    const stream = runtime.python.stream("slow", null, { signal: controller.signal });
    expect(await stream.next()).toEqual({ value: "first", done: false });
    const next = stream.next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED" });
  });

  it.each([
    ["plain", {}, "BRIDGE_HANDLER_KIND"],
    ["count-ed", {}, "BRIDGE_HANDLER_UNKNOWN"],
    ["counted", { credit: 0 }, "BRIDGE_CREDIT_INVALID"],
    ["counted", { credit: 1.5 }, "BRIDGE_CREDIT_INVALID"],
    ["counted", { credit: 2 ** 32 }, "BRIDGE_CREDIT_INVALID"],
    ["counted", { pool: "otter" }, "PYTHON_POOL_UNKNOWN"],
  ])("refuses %s with %j, and the pool goes on", async (handler, options, code) => {
    await expect(runtime.python.stream(handler, { name: "x", n: 1 }, options).next()).rejects.toMatchObject({ code });
    expect(await call("plain", null)).toBe(1);
  });

  it("says that its worker was lost, after the elements before", async () => {
    const stream = runtime.python.stream("slow");
    expect(await stream.next()).toEqual({ value: "first", done: false });
    await expect(call("crash", null)).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    await expect(stream.next()).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    expect(await call("plain", null)).toBe(1);
  });

  it("may call functions of this side meanwhile", async () => {
    const tools = { double: (n: number) => 2 * n };
    const taken: unknown[] = [];
    for await (const item of runtime.python.stream("doubled", { values: [1, 2, 3] }, { tools })) taken.push(item);
    expect(taken).toEqual([2, 4, 6]);
  });

  it("brings large elements in parts, a few of them at a time", async () => {
    let taken = 0;
    for await (const item of runtime.python.stream("parts", { size: 3_000_000, n: 12 }, { credit: 2 })) {
      expect(item).toHaveLength(3_000_000);
      taken += 1;
    }
    expect(taken).toBe(12);
  });

  it.each(["counted", "counted-async"])(
    "of %s ends with its session, unread, and its worker is free",
    async (handler) => {
      const name = `abandoned ${handler}`;
      const session = await runtime.python.session();
      const stream = session.stream(handler, { name });
      await stream.next();
      await session.close();
      await expect(stream.next()).rejects.toMatchObject({ code: "BRIDGE_SESSION_OVER" });
      const reopened = await runtime.python.session({ timeoutMs: 4000 });
      await reopened.close();
    },
  );

  it("works on a session's state, and keeps the session while it lasts", async () => {
    await using session = await runtime.python.session({ ttlMs: 1000 });
    const taken: unknown[] = [];
    for await (const item of session.stream("kept", { values: [1, 2, 3] })) taken.push(item);
    expect(taken).toEqual([1, 2, 3]);
    expect(await session.call("last")).toBe(3);
    await session.close();
    await expect(session.stream("kept", { values: [1] }).next()).rejects.toMatchObject({ code: "BRIDGE_SESSION_OVER" });
  });

  it("tells of its calls like any other", async () => {
    const heard: string[] = [];
    using _heard = runtime.on("bridge.call.*", ({ type, about }) => heard.push(`${type} ${about["code"] ?? ""}`));
    for await (const _ of runtime.python.stream("kept", { values: [1] }));
    for await (const _ of runtime.python.stream("slow")) break;
    await expect
      .poll(() => heard)
      .toEqual([
        "bridge.call.started ",
        "bridge.call.stopped ",
        "bridge.call.started ",
        "bridge.call.failed BRIDGE_CALL_CANCELLED",
      ]);
  });
});
