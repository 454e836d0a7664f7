// What is asked by one at a time is done for many at once, and each hears of its own.
// Knows nothing of databases.
import { describe, expect, it } from "vitest";
import { Together } from "../../stores/together.ts";

describe("Together", () => {
  it("does at once what is asked in one turn, and what was asked meanwhile next", async () => {
    const groups: (readonly number[])[] = [];
    const doubled = new Together(async (asks: readonly number[]) => {
      groups.push(asks);
      if (groups.length === 1) later = [doubled.ask(4), doubled.ask(5)];
      return asks.map((ask) => ask * 2);
    });
    let later: Promise<number>[] = [];
    expect(await Promise.all([doubled.ask(1), doubled.ask(2), doubled.ask(3)])).toEqual([2, 4, 6]);
    expect(await Promise.all(later)).toEqual([8, 10]);
    expect(await doubled.ask(6)).toBe(12);
    expect(groups).toEqual([[1, 2, 3], [4, 5], [6]]);
  });

  it("tells a failure to all it was asked for, and goes on", async () => {
    const work = new Together(async (asks: readonly string[]) => {
      if (asks.includes("bad")) throw new Error("away");
      return asks;
    });
    const outcomes = await Promise.allSettled([work.ask("good"), work.ask("bad")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await work.ask("good")).toBe("good");
  });

  it("does no more than 256 at once", async () => {
    const sizes: number[] = [];
    const work = new Together(async (asks: readonly number[]) => {
      sizes.push(asks.length);
      return asks;
    });
    await Promise.all(Array.from({ length: 300 }, (_, number) => work.ask(number)));
    expect(sizes).toEqual([256, 44]);
  });
});
