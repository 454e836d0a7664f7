import { describe, expect, it } from "vitest";
import { ItemQueue, type ItemWindow } from "../../bridge/item-queue.ts";

/** A queue whose clock stands still but where it is said how long something takes. */
function queueOf(window: ItemWindow) {
  let nowMs = 0;
  let open = window.credit;
  const grants: number[] = [];
  const queue = new ItemQueue(
    window,
    () => nowMs,
    (items) => {
      grants.push(items);
      open += items;
    },
  );
  return {
    queue,
    grants,
    /** Elements that the worker may still send. */
    get open() {
      return open;
    },
    pass(ms: number) {
      nowMs += ms;
    },
    /** The worker sends so many elements. */
    send(count: number, sizeBytes = 100) {
      for (let sent = 0; sent < count; sent++) {
        open -= 1;
        expect(queue.push(sent, sizeBytes)).toBe(true);
      }
    },
    async take(count: number) {
      for (let taken = 0; taken < count; taken++) await queue.next();
    },
    /** The consumer awaits each element before it comes; the worker makes one in so many milliseconds. */
    async each(count: number, perItemMs: number, sizeBytes = 100) {
      for (let sent = 0; sent < count; sent++) {
        const awaited = queue.next();
        nowMs += perItemMs;
        this.send(1, sizeBytes);
        await awaited;
      }
    },
  };
}

describe("ItemQueue", () => {
  const window = { credit: 8, most: 32 };

  it("grants what was taken, in halves, where elements are slow", async () => {
    const slow = queueOf(window);
    await slow.each(20, 1);
    expect(slow.grants).toEqual([4, 4, 4, 4, 4]);
  });

  it("doubles what may be under way while small elements come and go quickly, up to its most", async () => {
    const quick = queueOf(window);
    await quick.each(4, 0.001);
    expect(quick.grants).toEqual([12]);
    expect(quick.open).toBe(16);
    await quick.each(8, 0.001);
    expect(quick.open).toBe(32);
    await quick.each(16, 0.001);
    expect(quick.grants).toEqual([12, 24, 16]);
    expect(quick.open).toBe(32);
  });

  it("does so where they come in bursts, as a worker sends them", async () => {
    const burst = queueOf(window);
    for (let round = 0; round < 4; round++) {
      const awaited = burst.queue.next();
      const count = burst.open;
      burst.send(count);
      await awaited;
      await burst.take(count - 1);
    }
    expect(burst.open).toBe(32);
  });

  it.each([
    ["each is awaited", (of: ReturnType<typeof queueOf>) => of.each(16, 0.001, 5000)],
    [
      "they come in bursts",
      async (of: ReturnType<typeof queueOf>) => {
        for (let round = 0; round < 4; round++) {
          const awaited = of.queue.next();
          of.send(8, 5000);
          await awaited;
          await of.take(7);
        }
      },
    ],
  ])("does not where they are large and %s", async (_how, run) => {
    const large = queueOf(window);
    await run(large);
    expect(new Set(large.grants)).toEqual(new Set([4]));
  });

  it("does not for a consumer that rests and then takes what has come at once", async () => {
    const resting = queueOf(window);
    for (let round = 0; round < 4; round++) {
      resting.send(resting.open);
      resting.pass(1500);
      await resting.take(8);
    }
    expect(resting.open).toBe(8);
  });

  it("keeps to a credit that is its most", async () => {
    const fixed = queueOf({ credit: 8, most: 8 });
    await fixed.each(16, 0);
    expect(fixed.grants).toEqual([4, 4, 4, 4]);
  });

  it("gives elements to those who wait in the order in which they asked, and the end to the others", async () => {
    const { queue } = queueOf(window);
    const asked = [queue.next(), queue.next(), queue.next(), queue.next()];
    queue.push("a");
    queue.push("b");
    queue.end();
    const end = { value: undefined, done: true };
    expect(await Promise.all(asked)).toEqual([{ value: "a", done: false }, { value: "b", done: false }, end, end]);
  });

  it("tells a failure once, the first of those who wait", async () => {
    const { queue } = queueOf(window);
    const asked = [queue.next(), queue.next()];
    queue.end({ error: new Error("broken") });
    await expect(asked[0]).rejects.toThrow("broken");
    expect(await asked[1]).toEqual({ value: undefined, done: true });
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });

  it("refuses one more than was granted", () => {
    const queue = new ItemQueue(
      { credit: 1, most: 1 },
      () => 0,
      () => {},
    );
    expect(queue.push(1)).toBe(true);
    expect(queue.push(2)).toBe(false);
  });
});
