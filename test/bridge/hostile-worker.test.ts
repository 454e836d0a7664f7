import { describe, expect, it } from "vitest";
import { fakeWorker, payload, READY } from "./fake-worker.ts";

describe("a hostile worker", () => {
  it.each([
    ["answers an unknown call", { call: 99, result: { value: payload(1) } }],
    ["sends a chunk nobody asked for", { chunk: { transfer: 5, data: Buffer.from("x") } }],
    ["is ready twice", READY],
    ["streams where one result is awaited", { call: 1, item: { value: payload(1) } }],
    ["announces more than it may send", { call: 1, result: { value: { transfer: 1, sizeBytes: 2 ** 31 } } }],
    ["announces an empty transfer", { call: 1, result: { value: { transfer: 1 } } }],
    ["sends a frame of nothing", {}],
  ])("that %s loses its connection", async (_title, frame) => {
    const worker = await fakeWorker();
    const call = worker.connection.start("echo", 1);
    const outcome = expect(call.result).rejects.toMatchObject({ code: "BRIDGE_FRAME_INVALID", retryable: true });
    worker.say(frame);
    await outcome;
    expect(worker.lost).toMatchObject([{ how: "broken" }]);
    expect(worker.isClosed).toBe(true);
  });

  it("that floods a stream loses its connection at the first element too many", async () => {
    const worker = await fakeWorker();
    const stream = worker.connection.stream("count", undefined, { credit: 3 });
    await worker.clock.settle();
    worker.say(...Array.from({ length: 4 }, () => ({ call: 1, item: { value: payload(1) } })));
    expect(worker.lost).toMatchObject([
      { code: "BRIDGE_FRAME_INVALID", message: expect.stringContaining("more elements") },
    ]);
    expect((await stream.next()).value).toBe(1);
  });

  it("that floods requests loses its connection", async () => {
    const worker = await fakeWorker({ limits: { openRequests: 2 } });
    worker.connection.start("program", undefined, { serve: () => new Promise(() => {}) }).result.catch(() => {});
    await worker.clock.settle();
    const ask = (request: number) => ({ call: 1, request: { request, kind: "lm", name: "", input: payload(1) } });
    worker.say(ask(1), ask(2), ask(3));
    expect(worker.lost).toMatchObject([{ how: "broken" }]);
  });

  it("that sends what is no value fails that call alone", async () => {
    const worker = await fakeWorker();
    const [bad, good] = [worker.connection.start("a", 1), worker.connection.start("b", 1)];
    await worker.clock.settle();
    worker.say({ call: 1, result: { value: { data: Buffer.from("{") } } }, { call: 2, result: { value: payload(2) } });
    await expect(bad.result).rejects.toMatchObject({ code: "BRIDGE_PAYLOAD_INVALID" });
    expect(await good.result).toBe(2);
    expect(worker.lost).toEqual([]);
  });

  it.each([
    ["speaks before it is ready", { call: 1, result: { value: payload(1) } }, "BRIDGE_FRAME_INVALID"],
    ["speaks another version", { ready: { ...READY.ready, protocol: 2 } }, "BRIDGE_FRAME_INVALID"],
    [
      "refuses its host",
      { result: { failure: { code: "TOKEN", message: "its token is wrong" } } },
      "BRIDGE_WORKER_REFUSED",
    ],
  ])("that %s is never ready", async (_title, frame, code) => {
    const worker = await fakeWorker({}, "silent");
    const outcome = expect(worker.connection.ready).rejects.toMatchObject({ code });
    worker.say(frame);
    await outcome;
    expect(worker.lost).toMatchObject([{ code }]);
  });

  it("that ends before it is ready is never ready", async () => {
    const worker = await fakeWorker({}, "silent");
    worker.hangUp();
    await expect(worker.connection.ready).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
  });
});
