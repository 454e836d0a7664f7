import { describe, expect, it } from "vitest";
import { fakeWorker, payload } from "./fake-worker.ts";

describe("a call whose time is up or that is called off", () => {
  it("gives the worker less time than the call has, and ends a call that is not answered", async () => {
    const worker = await fakeWorker();
    const call = worker.connection.start("slow", undefined, { deadlineAt: worker.clock.now() + 1000 });
    const outcome = expect(call.result).rejects.toMatchObject({ code: "BRIDGE_CALL_TIMEOUT" });
    await worker.clock.settle();
    expect(worker.framesOf("start")[0]?.deadlineMs).toBe(900);
    await worker.clock.advance(1000);
    await outcome;
    expect(worker.framesOf("cancel")).toHaveLength(1);
    expect(worker.connection.openCalls).toBe(1);
    worker.say({ call: 1, result: { failure: { code: "BRIDGE_CALL_CANCELLED" } } });
    await call.done;
    expect(worker.connection.openCalls).toBe(0);
  });

  it.each([0, -5])("refuses a call whose time is up by %i ms without sending it", async (leftMs) => {
    const worker = await fakeWorker();
    const call = worker.connection.start("slow", undefined, { deadlineAt: worker.clock.now() + leftMs });
    await expect(call.result).rejects.toMatchObject({ code: "BRIDGE_CALL_TIMEOUT" });
    await call.done;
    expect(worker.framesOf("start")).toHaveLength(0);
  });

  it("writes no input for a call that was called off before it was made", async () => {
    const worker = await fakeWorker();
    let written = 0;
    const call = worker.connection.start("h", { toJSON: () => ++written }, { signal: AbortSignal.abort() });
    await expect(call.result).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED" });
    await call.done;
    expect(written).toBe(0);
    expect(worker.connection.openCalls).toBe(0);
  });

  it("keeps no large input of a call whose time is up before it is sent", async () => {
    const worker = await fakeWorker({ limits: { chunkBytes: 4 } });
    const call = worker.connection.start("h", "a large one", { deadlineAt: worker.clock.now() });
    await expect(call.result).rejects.toMatchObject({ code: "BRIDGE_CALL_TIMEOUT" });
    // What is kept would be sent where it is asked for.
    worker.say({ credit: { transfer: 1, chunks: 16 } });
    await worker.clock.settle();
    expect(worker.framesOf("chunk")).toEqual([]);
  });

  it("sends and counts no call whose input has no form, or whose signal is none", async () => {
    const worker = await fakeWorker({ limits: { chunkBytes: 4 } });
    expect(() => worker.connection.start("h", () => {})).toThrow(
      expect.objectContaining({ code: "BRIDGE_VALUE_UNSERIALIZABLE" }),
    );
    // What a caller passes past the compiler.
    const signal = new AbortController() as never;
    expect(() => worker.connection.start("h", "a large one", { signal })).toThrow(TypeError);
    worker.say({ credit: { transfer: 1, chunks: 16 } });
    await worker.clock.settle();
    expect(worker.got).toHaveLength(2);
    expect(worker.connection.openCalls).toBe(0);
  });

  it.each([
    ["onLog", { log: { text: "said" } }],
    ["onProgress", { progress: { label: "half" } }],
  ])("ends the one call whose %s throws, with what it threw", async (listener, frame) => {
    const worker = await fakeWorker();
    const error = new Error("my listener");
    const throwing = () => {
      throw error;
    };
    const call = worker.connection.start("loud", null, { [listener]: throwing });
    const other = worker.connection.start("other", null);
    const outcome = expect(call.result).rejects.toBe(error);
    await worker.clock.settle();
    worker.say({ call: 1, ...frame }, { call: 1, ...frame }, { call: 2, result: { value: payload("done") } });
    await outcome;
    expect(await other.result).toBe("done");
    await worker.clock.settle();
    expect(worker.framesOf("cancel")).toEqual([{ reason: "my listener" }]);
    expect(worker.lost).toEqual([]);
  });

  it("ends a call that its caller calls off, on both sides", async () => {
    const worker = await fakeWorker();
    const controller = new AbortController();
    const call = worker.connection.start("slow", undefined, { signal: controller.signal });
    await worker.clock.settle();
    controller.abort(new Error("enough"));
    await expect(call.result).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED", cause: { message: "enough" } });
    await worker.clock.settle();
    expect(worker.framesOf("cancel")).toHaveLength(1);
  });

  it("says that a call is over behind the call itself, also where both go at once", async () => {
    const worker = await fakeWorker();
    const controller = new AbortController();
    worker.connection.start("slow", undefined, { signal: controller.signal }).result.catch(() => {});
    controller.abort();
    await worker.clock.settle();
    const kinds = worker.got.flatMap((frame) =>
      frame.call === 1 ? Object.keys(frame).filter((key) => key !== "call") : [],
    );
    expect(kinds).toEqual(["start", "cancel"]);
  });
});
