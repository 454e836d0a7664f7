import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../runtime/base/index.ts";

describe("canonicalJson", () => {
  it("is JSON that says the same, whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  it("leaves out what is undefined in an object and keeps its place in an array", () => {
    expect(canonicalJson({ b: undefined, a: [undefined, -0, { c: 1 }] })).toBe('{"a":[null,0,{"c":1}]}');
  });

  it("says where a value stands that JSON cannot say", () => {
    const cycle: { list: unknown[] } = { list: [] };
    cycle.list.push({ again: cycle });
    const cases: readonly (readonly [unknown, string, string])[] = [
      [Number.NaN, "$", "NaN"],
      [{ a: [1, { b: Number.POSITIVE_INFINITY }] }, "$.a[1].b", "Infinity"],
      [[[() => 1]], "$[0][0]", "function"],
      [{ when: new Map() }, "$.when", "an instance of Map"],
      [cycle, "$.list[0].again", "a cycle"],
    ];
    for (const [value, path, found] of cases) {
      expect(() => canonicalJson(value)).toThrow(
        expect.objectContaining({ code: "JSON_NOT_SERIALIZABLE", details: { path, found } }),
      );
    }
  });

  it("takes an object that stands in two places for no cycle", () => {
    const shared = { a: 1 };
    expect(canonicalJson([shared, { shared }])).toBe('[{"a":1},{"shared":{"a":1}}]');
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
