import { describe, expect, it } from "vitest";
import type { Failure } from "../../bridge/messages.ts";
import { fakeWorker, payload, valueIn } from "./fake-worker.ts";

describe("Connection", () => {
  it("greets with token, run and limits, and knows the worker once it is ready", async () => {
    const worker = await fakeWorker();
    expect(worker.got[0]).toMatchObject({
      hello: { protocol: 1, token: "secret", runId: "run", limits: { chunkCredit: 16 } },
    });
    expect(await worker.connection.ready).toMatchObject({ pid: 7, dspyVersion: "3.3.1" });
  });

  it("answers many calls in whatever order they are answered", async () => {
    const worker = await fakeWorker();
    const [first, second] = [worker.connection.start("echo", "a"), worker.connection.start("echo", "b")];
    await worker.clock.settle();
    expect(worker.framesOf("start").map(({ input }) => valueIn(input))).toEqual(["a", "b"]);
    worker.say({ call: 2, result: { value: payload("B") } }, { call: 1, result: { value: payload("A") } });
    expect([await first.result, await second.result]).toEqual(["A", "B"]);
    await first.done;
    expect(worker.connection.openCalls).toBe(0);
  });

  it("sends what one turn starts in one batch", async () => {
    const worker = await fakeWorker();
    const before = worker.batches.length;
    for (let count = 0; count < 50; count++) worker.connection.start("echo", count).result.catch(() => {});
    await worker.clock.settle();
    expect(worker.batches.length - before).toBe(1);
  });

  it("holds back while the stream takes no more", async () => {
    const worker = await fakeWorker();
    worker.hold();
    worker.connection.start("echo", 1).result.catch(() => {});
    await worker.clock.settle();
    worker.connection.start("echo", 2).result.catch(() => {});
    await worker.clock.settle();
    expect(worker.framesOf("start")).toHaveLength(1);
    worker.release();
    expect(worker.framesOf("start")).toHaveLength(2);
  });

  it("makes a Python exception read like a local one", async () => {
    const worker = await fakeWorker();
    const call = worker.connection.start("boom", undefined);
    await worker.clock.settle();
    worker.say({
      call: 1,
      result: {
        failure: {
          type: "app.Bad",
          message: "no good",
          traceback: "Traceback (most recent call last):\n  File …",
          cause: { type: "KeyError", message: "'k'" },
        },
      },
    });
    await expect(call.result).rejects.toMatchObject({
      code: "BRIDGE_PYTHON_ERROR",
      name: "PythonError",
      message: "app.Bad: no good",
      stack: expect.stringContaining("Traceback"),
      details: { type: "app.Bad", pythonMessage: "no good" },
      cause: { message: "KeyError: 'k'" },
    });
  });

  it("takes a worker for hung whose cancelled handler does not end", async () => {
    const worker = await fakeWorker({ heartbeat: { intervalMs: 1e6 } });
    const controller = new AbortController();
    const call = worker.connection.start("stubborn", undefined, { signal: controller.signal });
    const other = worker.connection.start("other", undefined);
    const lost = expect(other.result).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    controller.abort();
    await expect(call.result).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED" });
    await worker.clock.advance(5000);
    await lost;
    expect(worker.lost).toMatchObject([{ code: "BRIDGE_WORKER_LOST", how: "hung" }]);
  });

  it("takes a worker for hung that answers no pings, and its calls with it", async () => {
    const worker = await fakeWorker({ heartbeat: { intervalMs: 100, misses: 3 } });
    const call = worker.connection.start("echo", 1);
    const lost = expect(call.result).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST", retryable: true });
    worker.say({ pong: { number: 1 } });
    await worker.clock.advance(300);
    expect(worker.lost).toEqual([]);
    await worker.clock.advance(100);
    await lost;
    expect(worker.lost).toMatchObject([
      { how: "hung", message: expect.stringContaining("has not answered for 400 ms") },
    ]);
    expect(worker.isClosed).toBe(true);
  });

  it("fails all calls when the stream ends, and every later one", async () => {
    const worker = await fakeWorker();
    const call = worker.connection.start("echo", 1);
    worker.hangUp("it was ended by SIGSEGV");
    await expect(call.result).rejects.toMatchObject({
      code: "BRIDGE_WORKER_LOST",
      details: { reason: "it was ended by SIGSEGV" },
    });
    await call.done;
    expect(() => worker.connection.start("echo", 2)).toThrow(expect.objectContaining({ code: "BRIDGE_WORKER_LOST" }));
  });

  it("serves what Python asks for, and tells it what fails", async () => {
    const worker = await fakeWorker();
    const call = worker.connection.start("program", undefined, {
      serve: async ({ kind, name, input, slot }) => {
        if (name === "bad") throw new RangeError("not today");
        return { kind, name, input, slot };
      },
    });
    await worker.clock.settle();
    worker.say(
      { call: 1, request: { request: 1, kind: "tool", name: "good", input: payload([1]), slot: "s" } },
      { call: 1, request: { request: 2, kind: "tool", name: "bad", input: payload([2]) } },
    );
    await worker.clock.settle();
    const [good, bad] = worker.framesOf("answer");
    expect(valueIn(good?.value)).toEqual({ kind: "tool", name: "good", input: [1], slot: "s" });
    expect(bad).toMatchObject({ request: 2, failure: { type: "RangeError", message: "not today" } });
    worker.say({ call: 1, result: { failure: { type: "RangeError", message: "not today", request: 2 } } });
    await expect(call.result).rejects.toBeInstanceOf(RangeError);
  });

  describe("an error of this process that Python hands back", () => {
    const error = new RangeError("not today");
    const failureOf = async (failure: Failure) => {
      const worker = await fakeWorker();
      const call = worker.connection.start("program", undefined, { serve: () => Promise.reject(error) });
      await worker.clock.settle();
      worker.say({ call: 1, request: { request: 7, kind: "tool", name: "bad", input: payload(1) } });
      await worker.clock.settle();
      worker.say({ call: 1, result: { failure } });
      return await call.result.catch((thrown: unknown) => thrown);
    };

    it("is itself, as a cause too", async () => {
      expect(await failureOf({ type: "RangeError", request: 7 })).toBe(error);
      const inner = { type: "KeyError", message: "'k'", cause: { type: "RangeError", request: 7 } };
      const outer = await failureOf({ type: "ValueError", message: "wrapped", cause: inner });
      expect(outer).toMatchObject({ code: "BRIDGE_PYTHON_ERROR", cause: { details: { type: "KeyError" } } });
      expect(outer).toHaveProperty("cause.cause", error);
    });

    it("is made again of what Python has of it where it is known no more, as of an earlier call", async () => {
      const kept = { code: "LM_RATE_LIMITED", type: "BaseError", message: "slower", retryable: true, request: 3 };
      const known = { name: "BaseError", code: "LM_RATE_LIMITED", message: "slower", retryable: true };
      const failure = { ...kept, details: '{"status":429}' };
      expect(await failureOf(failure)).toMatchObject({ ...known, details: { status: 429 } });
      expect(await failureOf({ type: "ValueError", cause: failure })).toMatchObject({ cause: known });
      expect(await failureOf({ type: "TypeError", message: "no", request: 3 })).toMatchObject({
        code: "BRIDGE_PYTHON_ERROR",
        details: { type: "TypeError", pythonMessage: "no" },
      });
    });
  });

  it("tells Python that a call offers nothing where it offers nothing", async () => {
    const worker = await fakeWorker();
    worker.connection.start("program", undefined).result.catch(() => {});
    await worker.clock.settle();
    worker.say({ call: 1, request: { request: 1, kind: "lm", name: "m", input: payload({}) } });
    await worker.clock.settle();
    expect(worker.framesOf("answer")).toMatchObject([{ failure: { code: "BRIDGE_REQUEST_UNSERVED" } }]);
  });

  it("aborts a request that Python gives up, and all when the call ends", async () => {
    const worker = await fakeWorker();
    const aborted: string[] = [];
    worker.connection
      .start("program", undefined, {
        serve: ({ name, signal }) =>
          new Promise(() => signal.addEventListener("abort", () => aborted.push(name), { once: true })),
      })
      .result.catch(() => {});
    await worker.clock.settle();
    const ask = (request: number, name: string) => ({
      call: 1,
      request: { request, kind: "tool", name, input: payload(1) },
    });
    worker.say(ask(1, "first"), ask(2, "second"));
    worker.say({ call: 1, abandon: { request: 1 } });
    expect(aborted).toEqual(["first"]);
    worker.say({ call: 1, result: { value: payload(1) } });
    expect(aborted).toEqual(["first", "second"]);
  });

  it("hands output and progress on, of calls and of the worker itself", async () => {
    const logs: unknown[] = [];
    const worker = await fakeWorker({ onLog: (log) => logs.push(["worker", log.text]) });
    const call = worker.connection.start("loud", undefined, {
      onLog: ({ source, text }) => logs.push([source, text]),
      onProgress: ({ done, total }) => logs.push([done, total]),
    });
    await worker.clock.settle();
    worker.say(
      { call: 1, log: { source: "stdout", text: "hi" } },
      { log: { source: "log", text: "up" } },
      { call: 1, progress: { label: "", done: 1, total: 2 } },
      { call: 1, result: { value: payload(null) } },
      // A thread that a handler left behind still prints.
      { call: 1, log: { source: "stdout", text: "late" } },
    );
    await call.done;
    expect(logs).toEqual([
      ["stdout", "hi"],
      ["worker", "up"],
      [1, 2],
      ["worker", "late"],
    ]);
  });

  it("drains: tells the worker that nothing more comes", async () => {
    const worker = await fakeWorker();
    worker.connection.drain();
    await worker.clock.settle();
    expect(worker.framesOf("drain")).toHaveLength(1);
  });
});
