import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { f1Score, hotPotF1Score, isExactMatch, isInPassage } from "../../evaluate/text-match.ts";
import { normalizeText } from "../../programs/index.ts";

interface Misc {
  norm: Record<string, string>;
  EM: [string, string[], boolean][];
  F1: [string, string[], number][];
  HotPot: [string, string[], number][];
}
const misc = JSON.parse(readFileSync(new URL("../fixtures/dspy-3.3.1/misc.json", import.meta.url), "utf8")) as Misc;

describe("normalizeText", () => {
  it.each(Object.entries(misc.norm))("normalises %j as DSPy does", (text, expected) => {
    expect(normalizeText(text)).toBe(expected);
  });

  // Computed with DSPy's own function under CPython 3.11.
  it.each([
    ["à la carte", "\u0300 la carte"],
    ["ÄN apple", "\u0308n apple"],
    ["the_a", "thea"],
    ["a\u001cb\ufeffc", "b\ufeffc"],
    ["x\u0085y", "x y"],
    ["٣ a ٣", "٣ ٣"],
    ["ΟΔΟΣ", "οδος"],
    ["İstanbul", "i\u0307stanbul"],
    ["a²", "a²"],
    ["1a the2 the", "1a the2"],
  ])("takes words and white space for what Python takes them in %j", (text, expected) => {
    expect(normalizeText(text)).toBe(expected);
  });
});

describe("isExactMatch", () => {
  it.each(misc.EM)("says of %j against %j what EM says", (prediction, references, expected) => {
    expect(isExactMatch(prediction, references)).toBe(expected);
  });
});

describe("f1Score", () => {
  it.each(misc.F1)("scores %j against %j as F1 does", (prediction, references, expected) => {
    expect(f1Score(prediction, references)).toBe(expected);
  });

  it("counts repeated words and takes the best reference", () => {
    expect(f1Score("to be or not to be", ["to be", "to be or"])).toBeCloseTo(2 / 3, 12);
  });
});

describe("hotPotF1Score", () => {
  it.each(misc.HotPot)("scores %j against %j as HotPotF1 does", (prediction, references, expected) => {
    expect(hotPotF1Score(prediction, references)).toBe(expected);
  });
});

describe("isInPassage", () => {
  it.each([
    ["The Eiffel Tower is in Paris.", "Eiffel Tower", true],
    ["The Eiffel Tower is in Paris.", "Eiffel Paris", false],
    ["Parisian life", "Paris", false],
    ["anything", "The", true],
    ["“Paris”", "paris", true],
    ["", "Paris", false],
  ])("looks for whole words: %j holds %j: %s", (passage, answer, expected) => {
    expect(isInPassage(passage, answer)).toBe(expected);
  });
});
