import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapInParallel } from "../../optimizers/index.ts";

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

describe("mapInParallel", () => {
  it("answers in the order of the items, whatever finishes first", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), fc.integer({ min: 1, max: 5 }), async (delays, width) => {
        let now = 0;
        const results = await mapInParallel(delays, width, async (delay, index) => {
          expect(++now).toBeLessThanOrEqual(width);
          await turns(delay);
          now--;
          return index;
        });
        expect(results).toEqual(delays.map((_, index) => index));
      }),
    );
  });

  it("begins nothing after a last result, and waits for what is under way", async () => {
    const begun: number[] = [];
    const results = await mapInParallel(
      [0, 1, 2, 3, 4],
      2,
      async (item) => {
        begun.push(item);
        await turns(item === 0 ? 1 : 20);
        return item;
      },
      { isLast: (item) => item === 0 },
    );
    expect(begun).toEqual([0, 1]);
    expect(results).toEqual([0, 1]);
  });

  it("rejects with the first item's failure in order, after all have ended", async () => {
    const ended: number[] = [];
    const failing = mapInParallel([0, 1, 2], 3, async (item) => {
      await turns(10 - item);
      ended.push(item);
      throw new Error(`failed ${item}`);
    });
    await expect(failing).rejects.toThrow("failed 0");
    expect(ended).toEqual([2, 1, 0]);
  });
});
