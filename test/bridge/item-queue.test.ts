import { describe, expect, it } from "vitest";
import { ItemQueue } from "../../bridge/item-queue.ts";

/** A queue whose worker sends whatever it may, and a clock that each element moves on. */
function filled(window: { readonly credit: number; readonly most: number }, perItemMs: number, sizeBytes = 100) {
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
    grants,
    /** Elements that the worker may still send. */
    get open() {
      return open;
    },
    async take(count: number) {
      for (let taken = 0; taken < count; taken++) {
        open -= 1;
        expect(queue.push(taken, sizeBytes)).toBe(true);
        nowMs += perItemMs;
        await queue.next();
      }
    },
  };
}

describe("ItemQueue", () => {
  const window = { credit: 8, most: 32 };

  it("grants what was taken, in halves, where elements are slow", async () => {
    const slow = filled(window, 1);
    await slow.take(20);
    expect(slow.grants).toEqual([4, 4, 4, 4, 4]);
  });

  it("doubles what may be under way while small elements come and go quickly, up to its most", async () => {
    const quick = filled(window, 0.001);
    await quick.take(4);
    expect(quick.grants).toEqual([12]);
    expect(quick.open).toBe(16);
    await quick.take(8);
    expect(quick.open).toBe(32);
    await quick.take(16);
    expect(quick.grants).toEqual([12, 24, 16]);
    expect(quick.open).toBe(32);
  });

  it("does not where they are large", async () => {
    const large = filled(window, 0.001, 5000);
    await large.take(8);
    expect(large.grants).toEqual([4, 4]);
  });

  it("keeps to a credit that is its most", async () => {
    const fixed = filled({ credit: 8, most: 8 }, 0);
    await fixed.take(16);
    expect(fixed.grants).toEqual([4, 4, 4, 4]);
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
