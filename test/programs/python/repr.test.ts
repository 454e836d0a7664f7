import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literalEval } from "../../../programs/python/literal-eval.ts";
import { floatRepr, jsonDumps, jsonKeys, pythonRepr } from "../../../programs/python/repr.ts";
import { cleanDoc, dedent, splitLines, strip } from "../../../programs/python/text.ts";
import { Float, float, type PythonValue, Sequence, toFloat, toPlain } from "../../../programs/python/values.ts";

describe("floatRepr", () => {
  it.each([
    [100, "100.0"],
    [0.1, "0.1"],
    [1e21, "1e+21"],
    [1e16, "1e+16"],
    [9999999999999998, "9999999999999998.0"],
    [1e-4, "0.0001"],
    [0.00001, "1e-05"],
    [1.5e-7, "1.5e-07"],
    [-0, "-0.0"],
    [1e100, "1e+100"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NaN, "nan"],
  ])("writes %d as Python does", (value, text) => {
    expect(floatRepr(value)).toBe(text);
  });

  it("reads back to the same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(Number(floatRepr(value)), value)).toBe(true);
      }),
    );
  });
});

describe("pythonRepr", () => {
  it.each<[PythonValue, string]>([
    ["it's", `"it's"`],
    [`both ' and "`, `'both \\' and "'`],
    ["tab\t nl\n back\\", "'tab\\t nl\\n back\\\\'"],
    ["é 漢 😀", "'é 漢 😀'"],
    ["\u00a0\u200b\x00", "'\\xa0\\u200b\\x00'"],
    [[1, new Float(1), true, null], "[1, 1.0, True, None]"],
    [new Sequence("tuple", [1]), "(1,)"],
    [new Map([["a", [1]]]), "{'a': [1]}"],
  ])("writes %j", (value, text) => {
    expect(pythonRepr(value)).toBe(text);
  });
});

describe("jsonDumps", () => {
  it("separates as Python does and leaves all but control characters as they are", () => {
    const value = new Map<PythonValue, PythonValue>([
      ["é", [1, new Float(2), "\n\u007f\ud800"]],
      ["b", new Map()],
    ]);
    expect(jsonDumps(value)).toBe('{"é": [1, 2.0, "\\n\u007f\ud800"], "b": {}}');
  });
});

describe("literalEval", () => {
  const values = fc.letrec<{ value: PythonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<PythonValue>(null, true, false),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(toFloat),
      fc.string({ unit: "binary" }),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.array(tie("value"), { maxLength: 4 }).map((items) => new Sequence("tuple", items)),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }).map((record) => new Map(Object.entries(record))),
    ),
  })).value;

  it("reads back what repr writes", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(literalEval(pythonRepr(value))).toEqual(value);
      }),
    );
  });

  it.each([
    ["0x10", 16],
    ["+2", 2],
    [".5", 0.5],
    ["1_000", 1000],
    ["'a' \"b\"", "ab"],
    ["'''a\nb'''", "a\nb"],
    ["r'\\n'", "\\n"],
    ["'\\x41\\u00e9\\101'", "AéA"],
    ["(1)", 1],
    ["# c\n 3", 3],
    ["[1, # c\n 2,]", [1, 2]],
  ])("reads %j", (text, value) => {
    expect(toPlain(literalEval(text) ?? null)).toEqual(value);
  });

  it.each(["", "x", "3 apples", "012", "1__0", "[1", "'a", "{1: 2, 3}", "--1", "1 2", "f'x'", "b'x'", "[1\n"])(
    "does not read %j",
    (text) => {
      expect(literalEval(text)).toBeUndefined();
    },
  );
});

describe("jsonKeys", () => {
  it("writes numbers that are not finite as null, as pydantic does, also as keys and however deep", () => {
    const value: PythonValue = [
      Infinity,
      1.5,
      new Map<PythonValue, PythonValue>([[Number.NaN, [-Infinity, float(2)]]]),
    ];
    expect(jsonDumps(jsonKeys(value))).toBe('[null, 1.5, {"None": [null, 2.0]}]');
    expect(jsonDumps(value)).toContain("Infinity");
  });
});

describe("splitLines", () => {
  it("cuts where Python does", () => {
    expect(splitLines("a\nb\r\nc\rd\u2028e\x85f\x0bg\x1ch\n")).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
    expect(splitLines("")).toEqual([]);
    expect(splitLines("\n")).toEqual([""]);
  });
});

describe("strip", () => {
  it("takes Python's white space for white space, and not U+FEFF", () => {
    expect(strip("\x1f\u00a0\u2003 a\ufeff\x85")).toBe("a\ufeff");
  });
});

describe("dedent and cleanDoc", () => {
  it("take common indentation off", () => {
    expect(dedent("  a\n    b\n   \n  c")).toBe("a\n  b\n\nc");
    expect(cleanDoc("First.\n\n      Second.\n        Third.\n  ")).toBe("First.\n\nSecond.\n  Third.");
  });
});
