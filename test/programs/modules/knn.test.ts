import { describe, expect, it } from "vitest";
import { type Embed, example, knn } from "../../../programs/index.ts";

const rows = ["apples", "pears", "apple pie"].map((question, n) =>
  example({ question, n, answer: "-" }).withInputs("question", "n"),
);
/** Counts a few letters. */
const letters = (texts: readonly string[]) =>
  texts.map((text) => ["a", "p", "l", "r"].map((letter) => text.split(letter).length - 1));

describe("knn", () => {
  it("finds the examples with the greatest dot product, the greatest first", async () => {
    const found = await knn({ k: 2, examples: rows, embed: letters }).nearest({ question: "apple" });
    expect(found.map(({ fields }) => fields.question)).toEqual(["apple pie", "apples"]);
  });

  it("embeds the inputs of examples and of searches as DSPy writes them, the examples once", async () => {
    const seen: (readonly string[])[] = [];
    const embed: Embed = (texts) => {
      seen.push(texts);
      return letters(texts);
    };
    const search = knn({ k: 1, examples: rows.slice(0, 1), embed });
    await search.nearest({ question: "x", n: true, list: ["a", 1] });
    await search.nearest({ question: "y" });
    expect(seen).toEqual([["question: apples | n: 0"], ["question: x | n: True | list: ['a', 1]"], ["question: y"]]);
  });

  it("answers the earlier first among equals, and all where there are fewer", async () => {
    const same: Embed = (texts) => texts.map(() => [1, 1]);
    const found = await knn({ k: 9, examples: rows, embed: same }).nearest({ question: "q" });
    expect(found.map(({ fields }) => fields.n)).toEqual([0, 1, 2]);
    expect(await knn({ k: 1, examples: [], embed: same }).nearest({ question: "q" })).toEqual([]);
  });

  it("tries again to embed its examples after that has failed", async () => {
    let calls = 0;
    const embed: Embed = (texts) => {
      if (calls++ === 0) throw new Error("no network");
      return letters(texts);
    };
    const search = knn({ k: 1, examples: rows, embed });
    await expect(search.nearest({ question: "a" })).rejects.toThrow("no network");
    expect(await search.nearest({ question: "r" })).toHaveLength(1);
  });

  it("refuses a count that is none, and vectors that do not go with the texts", async () => {
    expect(() => knn({ k: 0, examples: rows, embed: letters })).toThrow(/`k`/);
    for (const embed of [() => [[1]], (texts: readonly string[]) => texts.map((_, n) => Array(n + 1).fill(1))]) {
      await expect(knn({ k: 1, examples: rows, embed }).nearest({ question: "q" })).rejects.toMatchObject({
        code: "PROGRAM_MODULE_INVALID",
      });
    }
  });

  it("hands the caller's signal on", async () => {
    const { signal } = new AbortController();
    let told: AbortSignal | undefined;
    const embed: Embed = (texts, options) => {
      told = options.signal ?? told;
      return letters(texts);
    };
    await knn({ k: 1, examples: rows, embed }).nearest({ question: "q" }, { signal });
    expect(told).toBe(signal);
  });
});
