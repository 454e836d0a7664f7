import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseValue, readTypeText, toPlain } from "../../programs/index.ts";

function read(text: string, type: string, compat?: "dspy-3.3.1"): unknown {
  return toPlain(parseValue(text, readTypeText(type), compat));
}

describe("parseValue", () => {
  it.each([
    ["int", " 3 ", 3],
    ["int", "3.0", 3],
    ["int", "1_000", 1000],
    ["float", "1", 1],
    ["float", "-inf", Number.NEGATIVE_INFINITY],
    ["bool", "Yes", true],
    ["list[str]", "['a', 'b']", ["a", "b"]],
    ["list[str]", '```json\n["a", "b"]\n```', ["a", "b"]],
    ["list[int]", "1, 2", [1, 2]],
    ["dict[str, int]", "{a: 1, 'b': 2,}", { a: 1, b: 2 }],
    ["dict[str, list[int]]", '{"a": [1, 2', { a: [1, 2] }],
    ["Optional[int]", "3", 3],
    ["Optional[list[str]]", "None", null],
    ["Union[int, str]", "x", "x"],
    ["Any", '{"a": [1, null, "x"]}', { a: [1, null, "x"] }],
  ])("reads %s from %j", (type, text, value) => {
    expect(read(text, type)).toEqual(value);
    expect(read(text, type, "dspy-3.3.1")).toEqual(value);
  });

  it.each([
    ["Optional[str]", "null", null, "null"],
    ["Optional[str]", "None", null, "None"],
    ["Union[int, str, None]", "5", 5, "5"],
  ])("differs from DSPy where that is wrong: %s from %j", (type, text, ours, theirs) => {
    expect(read(text, type)).toEqual(ours);
    expect(read(text, type, "dspy-3.3.1")).toEqual(theirs);
  });

  it.each([
    ["Literal[1, 2]", "2", 2],
    ["Literal[True, False]", "true", true],
    ["Literal['a', None]", "none", null],
    ["Optional[int]", "none", null],
    ["Optional[int]", "", null],
    ["Union[int, str]", "[1]", "[1]"],
  ])("reads what DSPy cannot: %s from %j", (type, text, value) => {
    expect(read(text, type)).toEqual(value);
    expect(() => read(text, type, "dspy-3.3.1")).toThrow();
  });

  it.each([
    ["int", "three", 'expected int, found the text "three"'],
    ["int", "3.5", "expected int, found 3.5"],
    ["list[int]", '[1, "x"]', 'at [1]: expected int, found the text "x"'],
    ["dict[str, list[bool]]", '{"a": [true, 7]}', 'at ["a"][1]: expected bool, found 7'],
    ["Literal['a', 'b']", "c", "expected Literal['a', 'b'], found the text \"c\""],
    ["int", "12345678901234567890", "beyond ±2^53"],
  ])("says why %s cannot be %j", (type, text, reason) => {
    let said = "";
    try {
      read(text, type);
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain(reason);
  });

  it.each(["...", " ...\n", "...# as above"])(
    "takes %j under compat for Python's Ellipsis, which is any value and no other",
    (text) => {
      expect(read(text, "Any", "dspy-3.3.1")).toBe("...");
      expect(() => read(text, "list[str]", "dspy-3.3.1")).toThrow();
      expect(read(text, "Any")).toBe(text);
    },
  );

  it("keeps a key named __proto__ a key", () => {
    const value = Object(read('{"__proto__": {"polluted": true}, "a": 1}', "dict[str, Any]"));
    expect(Object.keys(value)).toEqual(["__proto__", "a"]);
    expect(Object(value).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("reads back every JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        const text = JSON.stringify(plain);
        // As DSPy, a text that is "" in JSON is taken for one that could not be read.
        fc.pre(plain !== "" && !/\d{16}/.test(text));
        expect(JSON.stringify(read(text, "Any", "dspy-3.3.1"))).toBe(text);
      }),
    );
  });

  it("never fails on any text but by a mismatch", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."[]{}()\"',: \\ntrue1.5-#/`“”\n"), maxLength: 60 }), (text) => {
        expect(() => read(text, "Any", "dspy-3.3.1")).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it.each(["[", "{", "(", '{"a":', '["', '"', "[{", "{'a': [", "//", '{"a"', "[1 ,"])(
    "takes time in proportion to a text that repeats %s",
    (part) => {
      // 200,000 characters: quadratic work would not end within the test's time.
      let thrown: unknown;
      try {
        read(part.repeat(Math.ceil(200_000 / part.length)), "Any", "dspy-3.3.1");
      } catch (error) {
        thrown = error;
      }
      // DSPy fails at brackets that are nested as deep.
      if (thrown !== undefined) expect(thrown).toMatchObject({ reason: expect.stringContaining("nested too deep") });
    },
  );
});
