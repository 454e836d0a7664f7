// One request at a time for a worker's examples: the next one waits, ready, for the answer of the one before.
// Knows nothing of models.
import { describe, expect, it } from "vitest";
import { LmTurn } from "../../actors/lm-turn.ts";
import { WorkLane } from "../../actors/work-lane.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { rejection, turns } from "./waiting.ts";

const late = (): BaseError => new BaseError("LATE", "too late");

/** A turn and two examples, each with a lane whose work never ends by itself. */
function twoExamples(mayAsk = () => true, gather = async () => {}) {
  const clock = createManualClock();
  const turn = new LmTurn(clock, mayAsk, gather);
  const outer = new AbortController().signal;
  const ended: string[] = [];
  const example = (name: string) => {
    const lane = new WorkLane(clock, outer);
    lane.run(clock.now() + 100, late, () => new Promise(() => {})).catch(() => ended.push(name));
    return turn.next(lane);
  };
  return { clock, turn, ended, first: example("first"), second: example("second") };
}

describe("LmTurn", () => {
  it("lets the next example ask as soon as the one before is answered, and not before", async () => {
    const { first, second } = twoExamples();
    const order: string[] = [];
    const answer = Promise.withResolvers<string>();
    expect(first.take()).toBe(0);
    const reading = first.over(answer.promise).then((text) => order.push(`first reads ${text}`));
    const asking = Promise.resolve(second.take()).then(() => order.push("second asks"));
    await turns();
    expect(order).toEqual([]);
    answer.resolve("yes");
    await Promise.all([reading, asking]);
    expect(order).toEqual(["second asks", "first reads yes"]);
  });

  it("counts no time of waiting as an example's own", async () => {
    const { clock, ended, first, second } = twoExamples();
    const answer = Promise.withResolvers<void>();
    first.take();
    const waiting = Promise.resolve(second.take());
    const reading = first.over(answer.promise);
    await clock.advance(90);
    answer.resolve();
    await reading;
    expect(await waiting).toBe(90);
    expect(second.waitedMs).toBe(90);
    await clock.advance(90);
    expect(ended).toEqual(["first"]);
    await clock.advance(10);
    expect(ended).toEqual(["first", "second"]);
  });

  it("hands slow answers on together, and quick ones at once", async () => {
    const gathered = Promise.withResolvers<void>();
    const { clock, first, second } = twoExamples(undefined, () => gathered.promise);
    const read: string[] = [];
    first.take();
    await first.over(Promise.resolve());
    second.take();
    const answer = Promise.withResolvers<void>();
    const reading = second.over(answer.promise).then(() => read.push("second"));
    await clock.advance(50);
    answer.resolve();
    await turns();
    expect(read).toEqual([]);
    gathered.resolve();
    await reading;
    expect(read).toEqual(["second"]);
  });

  it("waits after a failure until it is known what comes of it", async () => {
    const { first, second } = twoExamples();
    first.take();
    let asks = 0;
    void Promise.resolve(second.take()).then(() => asks++);
    await rejection(first.over(Promise.reject(new Error("no"))));
    await turns();
    expect(asks).toBe(0);
    // It may try again itself.
    expect(first.take()).toBe(0);
    await rejection(first.over(Promise.reject(new Error("no"))));
    first.judged();
    await turns();
    expect(asks).toBe(1);
  });

  it("goes on where an example was given up before its answer failed", async () => {
    const { first, second } = twoExamples();
    first.take();
    const waiting = Promise.resolve(second.take());
    const answer = Promise.withResolvers<never>();
    const reading = rejection(first.over(answer.promise));
    first.judged();
    answer.reject(new Error("called off"));
    await reading;
    expect(await waiting).toBe(0);
  });

  it("withdraws whoever has its first turn when nothing may begin any more", async () => {
    let mayAsk = true;
    const { first, second } = twoExamples(() => mayAsk);
    first.take();
    const waiting = rejection(Promise.resolve(second.take()));
    mayAsk = false;
    await first.over(Promise.resolve());
    expect(await waiting).toMatchObject({ code: "PROGRAM_ABORTED" });
    expect([first.isWithdrawn, second.isWithdrawn]).toEqual([false, true]);
    // The one before goes on to its end.
    expect(first.take()).toBe(0);
  });

  it("is not shared any more once an example had to wait to ask again", async () => {
    const { turn, first, second } = twoExamples();
    first.take();
    const waiting = Promise.resolve(second.take());
    await first.over(Promise.resolve());
    await waiting;
    expect(turn.isShared).toBe(true);
    const again = Promise.resolve(first.take());
    expect(turn.isShared).toBe(false);
    await second.over(Promise.resolve());
    expect(await again).toBe(0);
  });

  it("tells when an example asks, or has ended without", async () => {
    const { first, second } = twoExamples();
    const asking = first.asking(new Promise(() => {}));
    first.take();
    expect(await asking).toBe("asking");
    expect(await first.asking(new Promise(() => {}))).toBe("asking");
    expect(await second.asking(Promise.reject(new Error("no")))).toBe("ended");
  });
});
