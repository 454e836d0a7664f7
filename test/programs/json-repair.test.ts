import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repairJson } from "../../programs/json-repair.ts";
import { type PythonValue, toPlain } from "../../programs/python/values.ts";

const read = (text: string): unknown => toPlain(repairJson(text));

// What `json_repair` 0.64.5, which DSPy 3.3.1 reads answers with, makes of each.
describe("repairJson", () => {
  it.each<[string, unknown]>([
    ["[[ ## a ## ]]", [[]]],
    ["[[ # a ], 3]", [[], 3]],
    ["[1, # a ] 2]", [1]],
    ["[1, // a \n 2]", [1, 2]],
    ['{"a": [ # c } , "b": 2}', { a: [], b: 2 }],
  ])("ends a comment where what holds it ends: %j", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each<[string, unknown]>([
    ["{\\u00e9: 1}", { u00e9: 1 }],
    ["{\\\\u00e9: 1}", { u00e9: 1 }],
    ["{a\\tb: 1}", { "a\tb": 1 }],
    ["[x\\ty]", ["x\ty"]],
    ["[a\\u00e9b]", ["aéb"]],
    ["[\\na\\nb]", ["na\nb"]],
    ["[a\\n]", ["a"]],
    ['{\\"a\\": \\"b c\\", \\"d\\": 2}', { a: "b c", d: 2 }],
    ["'{\\'a\\': 1}'", { a: 1 }],
  ])("reads backslashes outside of quotes: %j", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each<[string, unknown]>([
    ['["" "x" "1.5"]', ["x", "1.5"]],
    ['["x" "y" 1 "z"]', ["x", 'y" 1 "z']],
    ['["null" null "1.5"]', ['null" null "1.5']],
    ["['it's', 'x']", ["it", "s'", "x"]],
    ["{'a': ['it's', 'x']}", { a: ["it", "s'", "x"] }],
    ["{'a': 'it's', 'b': 1}", { a: "it's", b: 1 }],
  ])("tells inner quotes from the ends of texts: %j", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each<[string, unknown]>([
    ["[-inf, a,]", ["inf", "a"]],
    ["[*b*]", ["b*"]],
    ['{"a": $5}', { a: 5 }],
    ["[-0.a5]", ["0.a5"]],
    ["'a': 1.5}", ""],
    [' "a": 1, "b": 2}', { a: 1, b: 2 }],
  ])("passes over signs that begin no value: %j", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each<[string, unknown]>([
    ["{(k", ["k"]],
    ["{[1]}", [[1]]],
    ["{k: 1, 3}", { k: 1 }],
    ['{ 3.5, "a": 1}', { a: 1 }],
    ['{"a"\\: 3.5, "b": 1}', { a: 3.5, b: 1 }],
    ['{"a"/ {}, "b": 1}', { a: {}, b: 1 }],
    ['{"a"k: 1}', { a: 1 }],
    ['{"a": ]3.5, "b": :1}', { a: 3.5, b: 1 }],
    ['{"a": 1,: "b": 2}', { a: 1, b: 2 }],
    ['{[ "a": 1}', { a: 1 }],
    ['{"a": {"b": 1}", "c": 2}', { a: { b: 1 }, c: 2 }],
    ['{"a": [ "b": 1, "c": 2 }, {"d": 3}], "e": 4}', { a: [{ b: 1, c: 2 }, { d: 3 }], e: 4 }],
    ['{"a": [}], "b": 1}', { a: [], b: 1 }],
    ['{"a": "{}', { a: "{}" }],
    ['{"a: ["x", "y"], "b": 1}', { a: ["x", "y"], b: 1 }],
    ['{"a": x,y"}', { a: "x,y" }],
    ['[{"a": nul]', [{ a: "nul" }]],
    ["[x\u0085]", ["x"]],
    ['{"a": "x" b: 0, "c": 1}', { a: "x", b: 0, c: 1 }],
  ])("finds keys and values around signs too many: %j", (text, value) => {
    expect(read(text)).toEqual(value);
    expect(toPlain(repairJson(text, "dspy-3.3.1"))).toEqual(value);
  });

  it.each<[string, unknown, unknown]>([
    ['{"a: ["x"], "b": 1}', { a: ["x"], b: 1 }, { 'a: ["x"], "b': 1 }],
    ["{a, b}", ["a", "b"], ["a", "b}"]],
    ['{k"a": 1}', { a: 1 }, { 'k"a': 1 }],
    ['{"a": "x"“ "b": 1}', { a: "x", b: 1 }, { a: "x", ' "b"': 1 }],
    ['{"a": ["x], "b": 1}', { a: ["x]"], b: 1 }, { a: ["x], ", "b", 1] }],
    ["{'a': 'it's'}", { a: "it's" }, { a: "it's'" }],
    ['{"a" 3.5}', { a: 3.5 }, { a: 0.5 }],
    ["[{a: x}, 1]", [{ a: "x" }, 1], [{ a: "x}, 1" }]],
    ['{"a" 42, "b": 1}', { a: 42, b: 1 }, { 'a" 42, "b': 1 }],
    ['{"a": -"7", "b": 1}', { a: "", b: 1 }, { a: "", '7", "b': 1 }],
    ['{"a": “x”, "b": “y”}', { a: "x", b: "y" }, { a: "x”", b: "y" }],
    ['{"a": “x”, "b": "y"}', { a: "x", b: "y" }, { a: "x", b: "y" }],
    [' "a": 1, // x\n "b": 2\n}', { a: 1, b: 2 }, ""],
    ["{'a': 'it's'", { a: "it's" }, { a: "it's'" }],
    ['{"a": "x"", "b": 1}', { a: "x", b: 1 }, { a: 'x"', b: 1 }],
    ['{"a": "```json\\n{}\\n```", "b": 1', { a: "```json\n{}\n```", b: 1 }, { a: "n{}\n```", b: 1 }],
    ['{"a": "```json\\n{}\\n```", "b": 1} x', { a: "```json\n{}\n```", b: 1 }, { a: "```json\n{}\n```", b: 1 }],
  ])("loses what DSPy loses only under compat: %j", (text, value, theirs) => {
    expect(read(text)).toEqual(value);
    expect(toPlain(repairJson(text, "dspy-3.3.1"))).toEqual(theirs);
  });

  it.each<[string, unknown]>([
    ['{"a": "The end., "b": "c"}', { a: "The end.", b: "c" }],
    ['{"a": "" "b": "x"}', { a: "", b: "x" }],
    ['{"a": 1}, "b": 2}', { a: 1, b: 2 }],
    ['["say \\\\"hi\\\\"", 1]', ['say "hi"', 1]],
    ["(null, 1)", [null, 1]],
    ["[0.5 Infinity]", [0.5, "Infinity"]],
    ["{a: x: y,\nb: c}", { a: "x: y", b: "c" }],
    ['{"a": n{}x, "b": 1}', { a: "n{}x", b: 1 }],
    ['{"a": x{y, "b": 1}', { a: "x{y", b: 1 }],
    ['{"a": it\'s", "b": 1}', { a: "it's", b: 1 }],
    ['{"a": ""100"%", "b": 1}', { a: '"100"%', b: 1 }],
    ['{"a":)"x"}', { a: "x" }],
    ['{"a": "x"\n{\n"a": "x"', { a: "x" }],
    ['{"a"b"": 1}', { 'a"b': 1 }],
    ['{"a": {"', { a: {} }],
    ["{} []", {}],
  ])("mends what models break: %j", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it("ends a set at its brace, so that what follows is not lost", () => {
    expect(read('[{"a": {b}, "c": 1}, {"a": 1}]')).toEqual([{ a: ["b"], c: 1 }, { a: 1 }]);
  });

  it("answers a value for any text", () => {
    const texts = fc.string({ unit: fc.constantFrom(..."{}[](),:;\"'“”\\/#*.-+eE1ax \n"), maxLength: 40 });
    fc.assert(fc.property(texts, (text) => isValue(repairJson(text))));
  });

  it("takes steps in proportion to the text's length", () => {
    const parts = [
      '{\\"a',
      "[",
      '["a" b ',
      "{'a': 'it's ",
      '{"a" ',
      "# ] ",
      '"a\\\\" ',
      "(",
      "x: ",
      '{"a": "b, ',
      '"" ',
    ];
    for (const part of parts) {
      const text = part.repeat(40_000 / part.length);
      expect(isValue(repairJson(`{"k": [${text}`))).toBe(true);
    }
  }, 180_000);
});

function isValue(value: PythonValue): boolean {
  return value !== undefined;
}
