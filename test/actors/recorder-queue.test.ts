import { describe, expect, it } from "vitest";
import { RecorderQueue, type RecorderQueueOptions } from "../../actors/recorder-queue.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { memoryStore, type ResultStore, type StoreBatch, toPayload } from "../../stores/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { exampleResult, experiment } from "../suites/sample-records.ts";

type Answer = "waiting" | "written" | { readonly code: string };

const away = () => new BaseError("STORE_FAILED", "gone", { retryable: true });

/** A queue on a memory store whose writes can be held up or made to fail, with the sizes of the batches it is asked to write. */
async function startQueue(over: Partial<RecorderQueueOptions> = {}) {
  const clock = createManualClock();
  const inner = memoryStore({ clock });
  await inner.open();
  const sizes: number[] = [];
  const trouble: { fail?: (attempt: number) => unknown; hold?: Promise<void> } = {};
  const store: ResultStore = {
    ...inner,
    status: "open",
    async write(batch, options) {
      sizes.push((batch.records?.length ?? 0) + (batch.payloads?.length ?? 0));
      await trouble.hold;
      const failure = trouble.fail?.(sizes.length);
      if (failure !== undefined) throw failure;
      await inner.write(batch, options);
    },
  };
  const delays: number[] = [];
  const queue: RecorderQueue = new RecorderQueue({
    store,
    clock,
    durability: "process",
    limits: {},
    acknowledge: "after-write",
    signal: new AbortController().signal,
    schedule: () => setImmediate(() => queue.write()),
    ears: {
      takeAlong: () => [],
      lost: () => undefined,
      delayed: (_attempt, retryInMs) => delays.push(retryInMs),
    },
    ...over,
  });
  const push = (batch: StoreBatch): { answer: Answer } => {
    const seen: { answer: Answer } = { answer: "waiting" };
    queue.push(batch, {
      reply: () => (seen.answer = "written"),
      fail: (error) => (seen.answer = { code: error instanceof BaseError ? error.code : String(error) }),
    });
    return seen;
  };
  const pushResult = (index: number) => push({ records: [exampleResult({ exampleId: `ex${index}`, index })] });
  const storedIds = async () => (await inner.list("example-result").all()).records.map((record) => record.exampleId);
  return { clock, inner, sizes, trouble, delays, queue, push, pushResult, storedIds };
}

describe("RecorderQueue", () => {
  it("writes what arrives together as two batches, one made ready while the other is written, and what arrives meanwhile as the next", async () => {
    const { sizes, trouble, queue, pushResult, storedIds } = await startQueue();
    let release = () => {};
    trouble.hold = new Promise<void>((resolve) => (release = resolve));
    for (let index = 0; index < 64; index++) pushResult(index);
    await new Promise((resolve) => setImmediate(resolve));
    for (let index = 64; index < 100; index++) pushResult(index);
    release();
    await queue.flush();
    expect(sizes).toEqual([32, 32, 36]);
    expect(await storedIds()).toHaveLength(100);
  });

  it("asks a disk that must be synced once for all that arrives together", async () => {
    const { sizes, queue, pushResult } = await startQueue({ durability: "synced" });
    for (let index = 0; index < 64; index++) pushResult(index);
    await queue.flush();
    expect(sizes).toEqual([64]);
  });

  it("hands a batch that was made ready to the database only after the one before, also where that is tried again", async () => {
    const order: number[] = [];
    const { clock, inner, trouble, queue, pushResult, storedIds } = await startQueue();
    const write = inner.write.bind(inner);
    inner.write = async (batch, options) => {
      await write(batch, options);
      order.push(batch.records?.length ?? 0);
    };
    // The first try of the first batch alone.
    trouble.fail = (attempt) => (attempt === 1 ? away() : undefined);
    for (let index = 0; index < 60; index++) pushResult(index);
    const flushed = queue.flush();
    await clock.advance(1000);
    await flushed;
    expect(order).toEqual([32, 28]);
    expect(await storedIds()).toHaveLength(60);
  });

  it("answers only when the batch is written", async () => {
    const { trouble, queue, pushResult } = await startQueue();
    let release = () => {};
    trouble.hold = new Promise<void>((resolve) => (release = resolve));
    const seen = pushResult(0);
    queue.write();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.answer).toBe("waiting");
    release();
    await queue.flush();
    expect(seen.answer).toBe("written");
  });

  it("keeps batches within their bounds, but writes a large request in one piece", async () => {
    const { sizes, queue, push, pushResult } = await startQueue({
      limits: { maxBatchEntries: 3, maxBatchBytes: 4000 },
    });
    pushResult(0);
    pushResult(1);
    push({ records: [2, 3, 4, 5].map((index) => exampleResult({ exampleId: `ex${index}` })) });
    push({ payloads: [toPayload("x".repeat(3000))] });
    push({ payloads: [toPayload("y".repeat(3000))] });
    await queue.flush();
    expect(sizes).toEqual([2, 4, 1, 1]);
  });

  it("waits out a store that is away, longer each time, and loses nothing", async () => {
    const { clock, trouble, delays, pushResult, storedIds } = await startQueue({
      limits: { retryMs: 100, maxRetryMs: 300, patienceMs: 10_000 },
    });
    trouble.fail = (attempt) => (attempt <= 4 ? away() : undefined);
    const first = pushResult(0);
    await clock.advance(50);
    const second = pushResult(1);
    await clock.advance(2000);
    expect(delays).toEqual([100, 200, 300, 300]);
    expect([first.answer, second.answer]).toEqual(["written", "written"]);
    expect(await storedIds()).toEqual(["ex0", "ex1"]);
  });

  it("refuses everybody who waits when patience ends, and serves again when the store is back", async () => {
    const { clock, trouble, pushResult, storedIds } = await startQueue({ limits: { patienceMs: 1000 } });
    trouble.fail = away;
    const first = pushResult(0);
    await clock.advance(500);
    const second = pushResult(1);
    await clock.advance(1000);
    expect([first.answer, second.answer]).toEqual([{ code: "RECORDER_UNAVAILABLE" }, { code: "RECORDER_UNAVAILABLE" }]);
    delete trouble.fail;
    const third = pushResult(2);
    await clock.settle();
    expect(third.answer).toBe("written");
    expect(await storedIds()).toEqual(["ex2"]);
  });

  it("refuses at once when too many wait", async () => {
    const { clock, trouble, pushResult } = await startQueue({ limits: { maxWaiting: 2, patienceMs: 1000 } });
    trouble.fail = away;
    pushResult(0);
    await clock.settle();
    const answers = [pushResult(1), pushResult(2), pushResult(3)].map((seen) => seen.answer);
    expect(answers).toEqual(["waiting", "waiting", { code: "RECORDER_UNAVAILABLE" }]);
  });

  it("lets only the request that is at fault fail", async () => {
    const { inner, queue, push, pushResult, storedIds } = await startQueue();
    await inner.archiveExperiment(experiment());
    const seen = [
      pushResult(0),
      push({ records: [experiment({ programName: "another" })] }),
      push({ records: [exampleResult({ index: -1 })] }),
      pushResult(1),
    ];
    await queue.flush();
    expect(seen.map((one) => one.answer)).toEqual([
      "written",
      { code: "STORE_EXPERIMENT_EXISTS" },
      { code: "STORE_RECORD_INVALID" },
      "written",
    ]);
    expect(await storedIds()).toEqual(["ex0", "ex1"]);
  });

  it("reports as lost only those taken along that cannot be written", async () => {
    const lost: unknown[] = [];
    const along = [0, 1, -1, 2, 3].map((index) => exampleResult({ exampleId: `ex${index}`, index }));
    let isTaken = false;
    const { queue, storedIds } = await startQueue({
      ears: {
        takeAlong: () => {
          if (isTaken) return [];
          isTaken = true;
          return along;
        },
        lost: (records) => lost.push(...records),
        delayed: () => undefined,
      },
    });
    await queue.flush();
    expect(lost).toEqual([along[2]]);
    expect(await storedIds()).toEqual(["ex0", "ex1", "ex2", "ex3"]);
  });

  it("writes nothing more once its recorder has been killed", async () => {
    const killed = new AbortController();
    const { clock, trouble, sizes, pushResult, storedIds } = await startQueue({ signal: killed.signal });
    trouble.fail = (attempt) => (attempt === 1 ? away() : undefined);
    pushResult(0);
    await clock.settle();
    pushResult(1);
    killed.abort();
    await clock.advance(60_000);
    expect(sizes).toEqual([1, 1]);
    expect(await storedIds()).toEqual(["ex0"]);
  });

  it("acknowledges what is not written where it is told to, as the proof of loss needs it", async () => {
    const { trouble, pushResult, storedIds } = await startQueue({ acknowledge: "before-write" });
    trouble.fail = () => new Error("never written");
    expect(pushResult(0).answer).toBe("written");
    expect(await storedIds()).toEqual([]);
  });
});
