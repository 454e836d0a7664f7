import { describe, expect, it } from "vitest";
import { Draw } from "../../../../cli/parity/against/draw.ts";
import { drawBroken } from "../../../../cli/parity/against/draw-broken.ts";

const texts = Array.from({ length: 3000 }, (_, seed) => drawBroken(new Draw(seed)));

describe("drawBroken", () => {
  it("draws the same from the same seed", () => {
    expect(texts.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, seed) => drawBroken(new Draw(seed))));
  });

  it.each<[string, RegExp]>([
    ["cut off", /^[{[][^}\]]*$/],
    ["in single quotes", /'a': /],
    ["in no quotes", /\{key: /],
    ["with two quotes for one", /""Paris""/],
    ["with a quote too few", /: "Paris[^"]/],
    ["with all quotes escaped", /\{\\"/],
    ["with curly quotes", /“Paris”/],
    ["with comments", /, # a\n/],
    ["in a fence", /^```json\n/],
    ["with words of Python", /None/],
    ["with numbers that are none", /1\.2\.3/],
    ["with underscores in numbers", /1_000/],
    ["with letters beyond ASCII", /漢/],
    ["with letters of two units", /𝐀/u],
    ["with lists that another bracket ends", /\[[^[\]{}]*\}/],
    ["in several documents", /\}, \{/],
    ["in prose", /^Sure/],
    ["in parentheses", /^\(/],
  ])("draws JSON %s", (_what, pattern) => {
    expect(texts.filter((text) => pattern.test(text)).length).toBeGreaterThan(0);
  });
});
