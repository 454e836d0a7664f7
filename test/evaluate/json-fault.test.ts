import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonFault } from "../../evaluate/sources/json-fault.ts";

const accepts = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("findJsonFault", () => {
  it.each([
    ['{"a": x}', 6],
    ['{"a": 1', 7],
    ['{"a" 1}', 5],
    ["{a: 1}", 1],
    ['{"a": 1,}', 8],
    ["[1 2]", 3],
    ['{"a": "unclosed}', 6],
    ['{"a": 1} extra', 9],
    ["{'a': 1}", 1],
    ['{"a": NaN}', 6],
    ['{"a": 01}', 7],
    ["", 0],
  ])("points at the fault of %s", (text, offset) => {
    expect(findJsonFault(text)?.offset).toBe(offset);
  });

  it("finds a fault exactly where JSON.parse fails", () => {
    const broken = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", ",", "}", "]", '"', "x", "\\", "\u0001", "\u0085", "1", "."),
        fc.boolean(),
      )
      .map(([json, place, piece, cut]) => {
        const at = place % (json.length + 1);
        return json.slice(0, at) + piece + json.slice(cut ? at + 1 : at);
      });
    fc.assert(
      fc.property(broken, (text) => {
        expect(findJsonFault(text) === undefined).toBe(accepts(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("does not overflow on a hundred thousand brackets", () => {
    expect(findJsonFault("[".repeat(100_000))?.found).toBe("the end of the line");
  });
});
