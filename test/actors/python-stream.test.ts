import { describe, expect, it } from "vitest";
import { PythonStream } from "../../actors/python-stream.ts";
import type { StartedStream } from "../../bridge/index.ts";

async function untilAborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  throw signal.reason;
}

/** A pool's stream that gives what it is told to, and ends with its signal as calls do. */
function streamOf(signal: AbortSignal, elements: readonly unknown[]): StartedStream {
  const left = [...elements];
  return {
    result: Promise.resolve(),
    done: Promise.resolve(),
    next: () => (left.length > 0 ? Promise.resolve({ value: left.shift(), done: false }) : untilAborted(signal)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

describe("PythonStream", () => {
  it("begins once, with the first element asked for", async () => {
    let begun = 0;
    const stream = new PythonStream((signal) => {
      begun += 1;
      return streamOf(signal, [1, 2]);
    }, undefined);
    expect(begun).toBe(0);
    expect([await stream.next(), await stream.next()].map(({ value }) => value)).toEqual([1, 2]);
    expect(begun).toBe(1);
  });

  it("is over for one who leaves, also where an element or the stream itself is awaited", async () => {
    const waiting = new PythonStream((signal) => streamOf(signal, []), undefined);
    const next = waiting.next();
    await waiting.return();
    expect(await next).toEqual({ value: undefined, done: true });
    const queued = new PythonStream((signal) => untilAborted(signal), undefined);
    const first = queued.next();
    await queued[Symbol.asyncDispose]();
    expect(await first).toEqual({ value: undefined, done: true });
  });

  it("tells a failure once", async () => {
    const stream = new PythonStream(() => Promise.reject(new RangeError("none")), undefined);
    await expect(stream.next()).rejects.toThrow("none");
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it("hands the caller's own signal on", async () => {
    const controller = new AbortController();
    const stream = new PythonStream((signal) => streamOf(signal, []), controller.signal);
    const next = stream.next();
    controller.abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
  });
});
