import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BaseError, createRuntime, type Runtime, tool } from "../../index.ts";
import { UNREADABLE } from "../base/thrown.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";
import { HANDLERS } from "./python-worker.ts";

describe("functions of the host, called from Python", () => {
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    const plain = { size: 1, dspy: false, paths: [HANDLERS], modules: ["host_callers", "bridge_handlers"] };
    runtime = await createRuntime({ python: { interpreter, pools: { general: plain } } });
  });
  afterAll(() => runtime.stop());

  it("answer, whether or not they are awaited", async () => {
    const tools = { double: (n: number) => 2 * n, later: async (n: number) => n + 1 };
    const call = (handler: string, input: object) => runtime.python.call(handler, input, { tools });
    expect(await call("use", { name: "double", value: 21 })).toBe(42);
    expect(await call("use", { name: "later", value: 41 })).toBe(42);
    expect(await call("use-async", { name: "double", values: [1, 2, 3] })).toEqual([2, 4, 6]);
    expect(await call("names", {})).toEqual(["double", "later"]);
  });

  it("hold a tool's arguments against what it declares", async () => {
    const add = tool({ name: "add", parameters: { a: "int", b: "int" }, run: ({ a, b }) => a + b });
    const use = (args: object) =>
      runtime.python.call("use-by-name", { name: "add", arguments: args }, { tools: { add } });
    expect(await use({ a: 1, b: 2 })).toBe(3);
    await expect(use({ a: 1 })).rejects.toMatchObject({ code: "PROGRAM_TOOL_FAILED" });
    await expect(runtime.python.call("use", { name: "add", value: 1 }, { tools: { add } })).rejects.toMatchObject({
      code: "PYTHON_TOOL_INPUT",
    });
  });

  it.each(["take", "take-async"])("give elements one by one to %s, and end when it takes no more", async (handler) => {
    let made = 0;
    const ended = Promise.withResolvers<void>();
    const tools = {
      async *numbers() {
        try {
          for (;;) yield made++;
        } finally {
          ended.resolve();
        }
      },
    };
    const taken = await runtime.python.call(handler, { name: "numbers", most: 200 }, { tools });
    expect(taken).toEqual(Array.from({ length: 200 }, (_, index) => index));
    await ended.promise;
    // The credit that Python gives ahead.
    expect(made).toBeLessThanOrEqual(200 + 64 + 1);
  });

  it.each(["take", "take-async"])(
    "give %s large elements and small ones in their order, to the end",
    async (handler) => {
      const large = "x".repeat(600_000);
      const tools = {
        *mixed() {
          yield* [large, 1, large, 2, 3];
        },
      };
      const taken = await runtime.python.call(handler, { name: "mixed", most: -1 }, { tools });
      expect(taken).toEqual([large, 1, large, 2, 3]);
    },
  );

  it("fail in Python with the host's code, and uncaught as the very error", async () => {
    const error = new RangeError("not today");
    const tools = {
      bad: () => {
        throw error;
      },
      async *halfway() {
        yield 1;
        throw error;
      },
      *rows() {
        yield 1;
      },
    };
    expect(await runtime.python.call("say-failure", { name: "bad" }, { tools })).toMatchObject({
      kind: "RangeError",
      message: "not today",
      retryable: false,
    });
    await expect(runtime.python.call("use", { name: "bad", value: 1 }, { tools })).rejects.toBe(error);
    await expect(runtime.python.call("take", { name: "halfway", most: 9 }, { tools })).rejects.toBe(error);
    expect(await runtime.python.call("say-failure", { name: "bat" }, { tools })).toMatchObject({
      code: "PYTHON_TOOL_UNKNOWN",
      message: expect.stringContaining('Did you mean "bad"'),
      details: { nearest: "bad" },
    });
    for (const name of ["halfway", "rows"]) {
      await expect(runtime.python.call("use", { name, value: 1 }, { tools })).rejects.toMatchObject({
        code: "BRIDGE_TOOL_KIND",
      });
    }
  });

  it("fail in Python with what any error says of itself", async () => {
    class Throttled extends Error {
      readonly code = "THROTTLED";
      readonly retryable = true;
      readonly details = { afterMs: 250, hosts: ["a"] };
    }
    class Odd extends Error {
      readonly code = 7;
      readonly retryable = "perhaps";
      readonly details = { client: new WeakMap(), run: () => 1 };
    }
    const tools = {
      read: () => readFile("/nope/nothing"),
      throttled: () => Promise.reject(new Throttled("slowly")),
      odd: () => Promise.reject(new Odd("odd")),
    };
    const failure = (name: string) => runtime.python.call("say-failure", { name }, { tools });
    expect(await failure("read")).toMatchObject({ code: "ENOENT", kind: "Error", retryable: false, details: {} });
    expect(await failure("throttled")).toMatchObject({
      code: "THROTTLED",
      retryable: true,
      details: { afterMs: 250, hosts: ["a"] },
    });
    expect(await failure("odd")).toEqual({ code: "", kind: "Error", message: "odd", retryable: false, details: {} });
    await expect(runtime.python.call("use", { name: "read", value: 1 }, { tools })).rejects.toMatchObject({
      code: "ENOENT",
      syscall: "open",
    });
  });

  it("cost no worker, whatever they throw", async () => {
    const failed: unknown[] = [];
    using _heard = runtime.on("bridge.worker.failed", ({ about }) => failed.push(about.reason));
    const large = new Error("x".repeat(3_000_000));
    const odd = Object.assign(new Error(), { message: { status: 500 }, stack: ["a"] });
    for (const thrown of [...UNREADABLE.map(([, make]) => make()), large, odd]) {
      const bad = () => {
        throw thrown;
      };
      const call = runtime.python.call("use", { name: "bad", value: 1 }, { tools: { bad } });
      // Held against it here: no matcher can read some of them.
      expect(await call.then(String, (error: unknown) => error === thrown)).toBe(true);
    }
    const bad = () => Promise.reject(large);
    expect(await runtime.python.call("say-failure", { name: "bad" }, { tools: { bad } })).toMatchObject({
      message: expect.stringMatching(/^x{20000}… \(3000000 characters\)$/),
    });
    expect(failed).toEqual([]);
  });

  it("fail with the code and details of this side, as a cause, in a later call and after many others", async () => {
    const error = new BaseError("SHOP_CLOSED", "not today", { retryable: true, details: { until: "Monday" } });
    const tools = { closed: () => Promise.reject(error) };
    const again = { name: "BaseError", code: "SHOP_CLOSED", message: "not today", details: { until: "Monday" } };
    await expect(runtime.python.call("wrap-failure", { name: "closed" }, { tools })).rejects.toMatchObject({
      code: "BRIDGE_PYTHON_ERROR",
      cause: error,
    });
    await expect(runtime.python.call("raise-kept")).rejects.toMatchObject({ ...again, retryable: true });
    const many = runtime.python.call("raise-first-of", { name: "closed", n: 300 }, { tools });
    await expect(many).rejects.toMatchObject({ ...again, retryable: true });
  });

  it("are a session's, and gone with it", async () => {
    {
      await using session = await runtime.python.session({ tools: { n: () => 1 } });
      expect(await session.call("use", { name: "n", value: 0 })).toBe(1);
      session.provide({ n: () => 2, more: () => 3 });
      expect(await session.call("use", { name: "n", value: 0 })).toBe(2);
      expect(await session.call("use", { name: "more", value: 0 }, { tools: { more: () => 4 } })).toBe(4);
      expect(await session.call("use", { name: "more", value: 0 })).toBe(3);
    }
    await using next = await runtime.python.session();
    await expect(next.call("use", { name: "n", value: 0 })).rejects.toMatchObject({ code: "PYTHON_TOOL_UNKNOWN" });
    expect(await next.call("names")).toEqual([]);
  });

  it("are told that nobody waits any more when the call is cancelled", async () => {
    const controller = new AbortController();
    const waiting = Promise.withResolvers<AbortSignal>();
    const tools = {
      slow: (_input: unknown, { signal }: { readonly signal: AbortSignal }) => {
        waiting.resolve(signal);
        return new Promise(() => {});
      },
    };
    const call = runtime.python.call("use", { name: "slow", value: 0 }, { tools, signal: controller.signal });
    const signal = await waiting.promise;
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED" });
    expect(signal.aborted).toBe(true);
  });

  it("answer no call that is over, and the worker goes on", async () => {
    await using session = await runtime.python.session({ tools: { n: () => 1 } });
    await session.call("outlive", { name: "n" });
    expect(await session.call("late")).toBe("BRIDGE_CALL_OVER");
    expect(await session.call("use", { name: "n", value: 0 })).toBe(1);
  });
});
