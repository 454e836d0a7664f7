import { describe, expect, it } from "vitest";
import type { HostAsk } from "../../bridge/index.ts";
import type { HostFrame } from "../../bridge/messages.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { UNREADABLE } from "../base/thrown.ts";
import { type FakeWorker, fakeWorker, payload, valueIn } from "./fake-worker.ts";

type Answer = NonNullable<HostFrame["answer"]>;

const asking = async (serve: (ask: HostAsk) => Promise<unknown>, items: number) => {
  const worker = await fakeWorker();
  const { result } = worker.connection.start("h", null, { serve });
  result.catch(() => {});
  await worker.clock.settle();
  worker.say({ call: 1, request: { request: 5, kind: "tool", name: "t", input: payload(1), items } });
  await worker.clock.settle();
  return worker;
};
const answers = (worker: FakeWorker): readonly Answer[] => worker.framesOf("answer");
const values = (worker: FakeWorker) => answers(worker).map(({ value }) => value && valueIn(value));

async function* numbers(): AsyncGenerator<number> {
  for (let n = 0; ; n++) yield n;
}

describe("a request for elements", () => {
  it("is answered element by element, never ahead of Python's credit", async () => {
    const worker = await asking(async () => numbers(), 2);
    expect(values(worker)).toEqual([0, 1]);
    expect(answers(worker).every(({ more }) => more === true)).toBe(true);
    worker.say({ call: 1, credit: { request: 5, items: 3 } });
    await worker.clock.settle();
    expect(values(worker)).toEqual([0, 1, 2, 3, 4]);
  });

  it("ends with an answer that has neither value nor more", async () => {
    const worker = await asking(
      async () =>
        (function* () {
          yield "a";
        })(),
      4,
    );
    expect(answers(worker)).toEqual([{ request: 5, value: { data: expect.anything() }, more: true }, { request: 5 }]);
  });

  it("takes anything else for the one element that there is", async () => {
    expect(values(await asking(async () => [1, 2], 4))).toEqual([[1, 2], undefined]);
  });

  it("ends whoever makes the elements when Python wants no more", async () => {
    let status = "running";
    const worker = await asking(
      async () =>
        (async function* () {
          try {
            yield* numbers();
          } finally {
            status = "ended";
          }
        })(),
      1,
    );
    worker.say({ call: 1, abandon: { request: 5 } });
    await worker.clock.settle();
    expect(status).toBe("ended");
    expect(values(worker)).toEqual([0]);
    // A grant that crossed the end changes nothing.
    worker.say({ call: 1, credit: { request: 5, items: 1 } });
    await worker.clock.settle();
    expect(values(worker)).toEqual([0]);
    expect(worker.lost).toEqual([]);
  });

  it("fails where the elements do, after those that came", async () => {
    const worker = await asking(
      async () =>
        (async function* () {
          yield 1;
          throw new RangeError("no more");
        })(),
      4,
    );
    expect(answers(worker)[1]).toMatchObject({ request: 5, failure: { type: "RangeError", message: "no more" } });
  });

  it("is told apart from one for one answer", async () => {
    const wants: string[] = [];
    const serve = async (ask: HostAsk) => {
      wants.push(ask.wants);
      return numbers();
    };
    await asking(serve, 1);
    const worker = await asking(serve, 0);
    expect(wants).toEqual(["elements", "one"]);
    expect(answers(worker)[0]).toMatchObject({ failure: { code: "BRIDGE_TOOL_KIND" } });
  });
});

describe("a request that fails", () => {
  it.each(UNREADABLE)("is answered with what can be said of %s", async (_what, thrown, message) => {
    const worker = await asking(async () => {
      throw thrown();
    }, 0);
    expect(answers(worker)).toEqual([{ request: 5, failure: expect.objectContaining({ message }) }]);
    expect(worker.lost).toEqual([]);
  });

  it("is answered with texts of bounded length that UTF-8 can say, whatever its error holds", async () => {
    const large = "x".repeat(3_000_000);
    const error = Object.assign(new BaseError("A_CODE", `\ud800${large}`, { details: { large } }), { stack: [large] });
    const worker = await asking(async () => {
      throw error;
    }, 0);
    const failure = answers(worker)[0]?.failure;
    expect(failure?.message).toMatch(/^\ufffdx{19999}… \(3000001 characters\)$/);
    expect(failure?.traceback).toBe("");
    expect(failure?.details?.length).toBeLessThan(25_000);
    expect(JSON.parse(failure?.details ?? "")).toEqual({ details: expect.stringContaining("xxx") });
  });

  it("counts in its batch: many at once go in several", async () => {
    const worker = await fakeWorker({ limits: { batchBytes: 100_000 } });
    const serve = async () => {
      throw new Error("e".repeat(15_000));
    };
    worker.connection.start("h", null, { serve }).result.catch(() => {});
    for (let request = 1; request <= 100; request++) {
      worker.say({ call: 1, request: { request, kind: "tool", name: "t", input: payload(1) } });
    }
    await worker.clock.settle();
    expect(answers(worker)).toHaveLength(100);
    const sizes = worker.batches.map((batch) => JSON.stringify(batch).length);
    expect(Math.max(...sizes)).toBeLessThan(110_000);
  });
});

describe("an answer that nobody waits for", () => {
  it("is not even written", async () => {
    const late = Promise.withResolvers<unknown>();
    let written = 0;
    const worker = await asking(() => late.promise, 0);
    worker.say({ call: 1, abandon: { request: 5 } });
    late.resolve({ toJSON: () => ++written });
    await worker.clock.settle();
    expect(written).toBe(0);
    expect(answers(worker)).toEqual([]);
  });
});
