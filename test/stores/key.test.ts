import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKey, encodeKey, type KeySegment, pastKey, pastPrefix } from "../../stores/key.ts";

// Any UTF-16 at all, lone surrogates and the characters that mean something in keys among them.
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("!", '"', "#", "$", "~", "}", "\0", "a", "é", "\ud800", "\uffff") }),
);
const anyNumber = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const anySegment: fc.Arbitrary<KeySegment> = fc.oneof(anyText, anyNumber);
const anyKey = fc.array(anySegment, { maxLength: 5 });

function compareTexts(first: readonly string[], second: readonly string[]): number {
  for (let index = 0; index < Math.min(first.length, second.length); index++) {
    const [one = "", other = ""] = [first[index], second[index]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return Math.sign(first.length - second.length);
}

describe("encodeKey", () => {
  it("reads back as what was written, so that no two keys collide", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(decodeKey(encodeKey(key))).toEqual(key);
      }),
    );
  });

  it("writes printable ASCII only, which every store sorts alike", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(encodeKey(key)).toMatch(/^[!-~]*$/);
      }),
    );
  });

  it("keeps the order of texts, segment by segment", () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), fc.array(anyText, { maxLength: 4 }), (first, second) => {
        const [one, other] = [encodeKey(first), encodeKey(second)];
        expect(one === other ? 0 : one < other ? -1 : 1).toBe(compareTexts(first, second));
      }),
    );
  });

  it("keeps the order of numbers", () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (first, second) => {
        expect(encodeKey([first]) < encodeKey([second])).toBe(first < second);
      }),
    );
  });

  it("refuses numbers that are no counts", () => {
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => encodeKey([bad])).toThrow(expect.objectContaining({ code: "STORE_KEY_INVALID" }));
    }
  });
});

describe("decodeKey", () => {
  it("refuses what encodeKey cannot have written", () => {
    for (const bad of ["a", "a b!", '"zz!', "~12!", "#a!", "#b9!", "é!"]) {
      expect(() => decodeKey(bad), bad).toThrow(expect.objectContaining({ code: "STORE_KEY_CORRUPT" }));
    }
  });
});

describe("pastPrefix and pastKey", () => {
  it("bound exactly the keys that begin with the segments", () => {
    fc.assert(
      fc.property(fc.array(anySegment, { minLength: 1, maxLength: 3 }), anyKey, (prefix, key) => {
        const bound = encodeKey(prefix);
        const encoded = encodeKey(key);
        const isInside = encoded >= bound && encoded < pastPrefix(bound);
        expect(isInside).toBe(prefix.every((segment, index) => key[index] === segment));
      }),
    );
  });

  it("lie directly behind a key", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (key, other) => {
        const [one, two] = [encodeKey(key), encodeKey(other)];
        expect(two >= pastKey(one)).toBe(two > one);
      }),
    );
  });
});
