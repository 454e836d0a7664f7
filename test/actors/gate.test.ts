import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Gate } from "../../actors/gate.ts";
import { rejection, turns } from "./waiting.ts";

const NEVER = new AbortController().signal;

describe("Gate", () => {
  it("never lets more in than its width, in the order they came, whoever leaves the queue meanwhile", async () => {
    const visitor = fc.record({
      arrivesAfter: fc.integer({ min: 0, max: 6 }),
      stays: fc.integer({ min: 0, max: 4 }),
      givesUpAfter: fc.option(fc.integer({ min: 0, max: 4 })),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(visitor, { maxLength: 12 }),
        async (width, visitors) => {
          const gate = new Gate(width);
          const arrived: number[] = [];
          const entered: number[] = [];
          const refused: number[] = [];
          let inside = 0;
          let most = 0;
          const visits = visitors.map(async ({ arrivesAfter, stays, givesUpAfter }, index) => {
            await turns(arrivesAfter);
            arrived.push(index);
            const controller = new AbortController();
            const work = async (): Promise<void> => {
              entered.push(index);
              inside += 1;
              most = Math.max(most, inside);
              await turns(stays);
              inside -= 1;
            };
            const visit = gate.pass(work, controller.signal).catch(() => void refused.push(index));
            if (givesUpAfter !== null) void turns(givesUpAfter).then(() => controller.abort());
            await visit;
          });
          await Promise.all(visits);
          expect(most).toBeLessThanOrEqual(width);
          expect(entered).toEqual(arrived.filter((index) => entered.includes(index)));
          expect([...entered, ...refused].toSorted((a, b) => a - b)).toEqual(visitors.map((_, index) => index));
          // Every place was given back: the whole width can be taken again.
          let again = 0;
          const all = Promise.withResolvers<void>();
          await Promise.all(
            Array.from({ length: width }, () =>
              gate.pass(async () => {
                again += 1;
                if (again === width) all.resolve();
                await all.promise;
              }, NEVER),
            ),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("refuses at once whoever comes aborted, also while it is full", async () => {
    const gate = new Gate(1);
    const hold = Promise.withResolvers<void>();
    const first = gate.pass(() => hold.promise, NEVER);
    const reason = new Error("gone");
    expect(await rejection(gate.pass(async () => {}, AbortSignal.abort(reason)))).toBe(reason);
    hold.resolve();
    await first;
  });

  it("gives its place on when the work throws", async () => {
    const gate = new Gate(1);
    expect(await rejection(gate.pass(() => Promise.reject(new Error("no")), NEVER))).toMatchObject({ message: "no" });
    expect(await gate.pass(async () => "next", NEVER)).toBe("next");
  });
});
