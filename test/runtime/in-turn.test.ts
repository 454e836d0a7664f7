import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eachInTurn, whenThere } from "../../runtime/in-turn.ts";

/** What one item's work does: says something or nothing, at once or later. */
const works = fc.array(fc.record({ answer: fc.option(fc.nat(9), { nil: undefined }), isLater: fc.boolean() }), {
  maxLength: 12,
});

describe("eachInTurn", () => {
  it("works on one item after the other up to the first answer, however each comes", async () => {
    await fc.assert(
      fc.asyncProperty(works, async (items) => {
        const begun: number[] = [];
        const done: number[] = [];
        const numbered = items.map((item, at) => ({ ...item, at }));
        const outcome = eachInTurn(numbered, ({ answer, isLater, at }) => {
          // Nobody begins before the one before is done.
          expect(done).toEqual(begun);
          begun.push(at);
          if (!isLater) {
            done.push(at);
            return answer;
          }
          return Promise.resolve().then(() => {
            done.push(at);
            return answer;
          });
        });
        const last = items.findIndex(({ answer }) => answer !== undefined);
        const reached = last < 0 ? items : items.slice(0, last + 1);
        expect(outcome instanceof Promise).toBe(reached.some(({ isLater }) => isLater));
        expect(await outcome).toBe(items[last]?.answer);
        expect(done).toEqual(reached.map((_, at) => at));
      }),
    );
  });

  it("rejects with what a later one rejects with, and goes no further", async () => {
    const begun: string[] = [];
    const outcome = eachInTurn(["a", "b", "c"], (item) => {
      begun.push(item);
      return item === "b" ? Promise.reject(new Error("b")) : Promise.resolve(undefined);
    });
    await expect(outcome).rejects.toThrow("b");
    expect(begun).toEqual(["a", "b"]);
  });
});

describe("whenThere", () => {
  it("goes on at once with what is there, later with what is not", async () => {
    expect(whenThere(1, (value) => value + 1)).toBe(2);
    expect(await whenThere(Promise.resolve(1), (value) => value + 1)).toBe(2);
  });
});
