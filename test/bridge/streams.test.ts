import { describe, expect, it } from "vitest";
import { fakeWorker, payload } from "./fake-worker.ts";

describe("Connection", () => {
  it("streams elements in order, granting as they are taken", async () => {
    const worker = await fakeWorker();
    const stream = worker.connection.stream("count", { n: 6 }, { credit: 4 });
    await worker.clock.settle();
    expect(worker.framesOf("start")).toMatchObject([{ items: 4 }]);
    const item = (value: number) => ({ call: 1, item: { value: payload(value) } });
    worker.say(item(1), item(2), item(3), item(4));
    const taken: unknown[] = [];
    for await (const value of stream) {
      taken.push(value);
      await worker.clock.settle();
      if (value === 2) {
        expect(worker.framesOf("credit")).toEqual([{ items: 2 }]);
        worker.say(item(5), item(6), { call: 1, result: {} });
      }
    }
    expect(taken).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("ends a stream with what it fails with, after the elements before", async () => {
    const worker = await fakeWorker();
    const stream = worker.connection.stream("count", undefined);
    await worker.clock.settle();
    worker.say(
      { call: 1, item: { value: payload(1) } },
      { call: 1, result: { failure: { type: "ValueError", message: "x" } } },
    );
    expect(await stream.next()).toEqual({ value: 1, done: false });
    await expect(stream.next()).rejects.toMatchObject({ code: "BRIDGE_PYTHON_ERROR" });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it("cancels a stream whose consumer leaves the loop", async () => {
    const worker = await fakeWorker();
    const stream = worker.connection.stream("count", undefined);
    await worker.clock.settle();
    worker.say({ call: 1, item: { value: payload(1) } });
    for await (const value of stream) {
      expect(value).toBe(1);
      break;
    }
    await worker.clock.settle();
    expect(worker.framesOf("cancel")).toHaveLength(1);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32])(
    "refuses a credit of %d, with which no element would come",
    async (credit) => {
      const worker = await fakeWorker();
      expect(() => worker.connection.stream("count", undefined, { credit })).toThrow(
        expect.objectContaining({ code: "BRIDGE_CREDIT_INVALID" }),
      );
      expect(worker.connection.openCalls).toBe(0);
    },
  );

  it("puts a large payload together, granting its chunks, and keeps what comes after it behind it", async () => {
    const worker = await fakeWorker({ limits: { chunkBytes: 4, chunkCredit: 4 } });
    const stream = worker.connection.stream("words", undefined);
    await worker.clock.settle();
    const bytes = Buffer.from('"abcdefghijklmnop"');
    worker.say(
      { call: 1, item: { value: { transfer: 9, sizeBytes: bytes.length } } },
      { call: 1, item: { value: payload("small") } },
      { call: 1, result: {} },
    );
    await worker.clock.settle();
    expect(worker.framesOf("credit")).toEqual([{ transfer: 9, chunks: 4 }]);
    for (let at = 0; at < bytes.length; at += 4)
      worker.say({ chunk: { transfer: 9, data: bytes.subarray(at, at + 4) } });
    await worker.clock.settle();
    expect(worker.framesOf("credit").slice(1)).toEqual([
      { transfer: 9, chunks: 2 },
      { transfer: 9, chunks: 2 },
    ]);
    const taken: unknown[] = [];
    for await (const value of stream) taken.push(value);
    expect(taken).toEqual(["abcdefghijklmnop", "small"]);
  });

  it("sends a large payload as it is granted, and refuses one that is too large", async () => {
    const worker = await fakeWorker({ limits: { chunkBytes: 4, payloadBytes: 20 } });
    worker.connection.start("echo", "abcdefgh").result.catch(() => {});
    await worker.clock.settle();
    expect(worker.framesOf("start")).toMatchObject([{ input: { transfer: 1, sizeBytes: 10 } }]);
    expect(worker.framesOf("chunk")).toEqual([]);
    worker.say({ credit: { transfer: 1, chunks: 2 } });
    await worker.clock.settle();
    expect(worker.framesOf("chunk")).toHaveLength(2);
    worker.say({ credit: { transfer: 1, chunks: 5 } });
    await worker.clock.settle();
    expect(Buffer.concat(worker.framesOf("chunk").map(({ data }) => data)).toString()).toBe('"abcdefgh"');
    expect(() => worker.connection.start("echo", "x".repeat(30))).toThrow(
      expect.objectContaining({ code: "BRIDGE_PAYLOAD_TOO_LARGE", details: { sizeBytes: 32, limitBytes: 20 } }),
    );
  });
});
