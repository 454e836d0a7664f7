import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeValue, encodeValue, Tagged } from "../../bridge/index.ts";
import { Float, Int, Sequence } from "../../runtime/base/index.ts";
import { root } from "../architecture/tree.ts";

interface GoldenValue {
  readonly title: string;
  readonly wire: string;
}

const golden: readonly GoldenValue[] = JSON.parse(readFileSync(join(root, "proto/golden/values.json"), "utf8"));

/** Any value that both languages know, in the one form in which it comes back. */
const anyValue = fc.letrec<{ value: unknown }>((tie) => {
  const items = fc.array(tie("value"), { maxLength: 4 });
  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.bigInt({ min: 2n ** 60n }),
    fc.bigInt({ max: -(2n ** 60n) }),
    fc.double().map((value) => (Number.isInteger(value) ? new Float(value) : value)),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.uint8Array({ maxLength: 40 }),
    fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((moment) => new Tagged("datetime", moment.toISOString().replace("Z", "+00:00"))),
    fc.tuple(fc.integer(), fc.nat(86_399), fc.nat(999_999)).map((parts) => new Tagged("timedelta", ...parts)),
    fc.uuid().map((text) => new Tagged("uuid", text)),
    fc.constantFrom(new Tagged("enum", "Colour", "RED", "red"), new Tagged("decimal", "1.50")),
  );
  return {
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      items,
      items.map((each) => new Sequence("tuple", each as never)),
      items.map((each) => new Tagged("frozenset", each)),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
      fc.array(fc.tuple(leaf, tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }).map((fields) => new Tagged("model", "Person", fields)),
    ),
  };
}).value;

describe("encodeValue", () => {
  it("is read back exactly, whatever the value", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = encodeValue(value);
        const back = decodeValue(text, "exact");
        expect(encodeValue(back)).toBe(text);
        expect(normal(back)).toEqual(normal(value));
      }),
    );
  });

  it.each([
    ["a whole float", new Float(1), { $: ["float", 1] }],
    ["NaN", Number.NaN, { $: ["float", "nan"] }],
    ["an infinity", Number.NEGATIVE_INFINITY, { $: ["float", "-inf"] }],
    ["minus zero", -0, { $: ["float", "-0"] }],
    ["an int in a place of floats", new Int(3), 3],
    ["a number beyond the safe ints", 2 ** 60, { $: ["float", 2 ** 60] }],
    ["a big int", 2n ** 70n, { $: ["int", String(2n ** 70n)] }],
    ["an int of very many digits", 10n ** 5000n, { $: ["int", `0x${(10n ** 5000n).toString(16)}`] }],
    ["one below zero", -(10n ** 5000n), { $: ["int", `-0x${(10n ** 5000n).toString(16)}`] }],
    ["a small bigint", 7n, 7],
    ["bytes", new Uint8Array([1, 2, 255]), { $: ["bytes", "AQL/"] }],
    ["a set", new Set([1]), { $: ["set", [1]] }],
    ["a lone surrogate", "\ud800x", { $: ["text", [0xd800, 120]] }],
    ["an object with the key of tags", { $: 1 }, { $: ["dict", [["$", 1]]] }],
    ["a Map", new Map([[1, "a"]]), { $: ["dict", [[1, "a"]]] }],
    ["a moment", new Date(0), { $: ["datetime", "1970-01-01T00:00:00.000000+00:00"] }],
    ["undefined in an object", { a: undefined, b: 1 }, { b: 1 }],
    ["undefined in a list", [undefined], [null]],
    [
      "an instance",
      new (class Point {
        x = 1;
      })(),
      { x: 1 },
    ],
    ["a number in a box", Object(1.5), 1.5],
    ["a bigint in a box", Object(2n ** 70n), { $: ["int", String(2n ** 70n)] }],
    ["an ArrayBuffer", new Uint8Array([1, 2, 255]).buffer, { $: ["bytes", "AQL/"] }],
    ["a DataView", new DataView(new Uint8Array([0, 1, 2, 255]).buffer, 1), { $: ["bytes", "AQL/"] }],
    ["an array of floats", Float64Array.of(1, 0.5, -0), [{ $: ["float", 1] }, 0.5, { $: ["float", "-0"] }]],
    ["an array of ints", Int16Array.of(1, -2), [1, -2]],
    ["an array of big ints", BigInt64Array.of(1n, 2n ** 62n), [1, { $: ["int", String(2n ** 62n)] }]],
  ])("writes %s", (_title, value, wire) => {
    expect(JSON.parse(encodeValue(value))).toEqual(wire);
  });

  it("refuses what Python has no word for, naming the place", () => {
    const cycle: unknown[] = [];
    cycle.push({ again: cycle });
    for (const [value, path] of [
      [{ a: [0, () => 1] }, "$.a[1]"],
      [{ s: Symbol("s") }, "$.s"],
      [{ d: new Date(Number.NaN) }, "$.d"],
      [{ d: [new Date(8.64e15)] }, "$.d[0]"],
      [[new Date(-1e15)], "$[0]"],
      [cycle, expect.stringContaining("$[0].again[0]")],
    ]) {
      expect(() => encodeValue(value)).toThrow(
        expect.objectContaining({ code: "BRIDGE_VALUE_UNSERIALIZABLE", details: expect.objectContaining({ path }) }),
      );
    }
  });
});

describe("encodeValue of what would be lost", () => {
  class Missing extends Error {
    readonly code = "MISSING";
  }
  class Query {
    readonly text = "select 1";
    // biome-ignore lint/suspicious/noThenProperty: what a query builder is
    then(): void {}
  }
  it.each([
    ["a Promise", Promise.resolve(1), /found a Promise that nobody has awaited\. Await it/],
    ["a query of a driver", new Query(), /found a Query that nobody has awaited\. Await it/],
    ["an Error", new Missing("no"), /found a Missing\. Throw it, or pass its message/],
    ["a RegExp", /x/, /found a RegExp\. Pass its `source`/],
    ["a WeakMap", new WeakMap(), /found a WeakMap\. Pass texts/],
    ["an iterator", [1].values(), /found an? .*Iterator\. Pass texts/],
    ["a generator", (function* () {})(), /found a Generator\. Pass texts/],
    ["an AbortSignal", new AbortController().signal, /found an AbortSignal\. Pass texts/],
    ["a boxed symbol", Object(Symbol("s")), /found a symbol\. Pass texts/],
  ])("refuses %s, and says what to do", (_title, value, message) => {
    expect(() => encodeValue({ at: [value] })).toThrow(
      expect.objectContaining({
        code: "BRIDGE_VALUE_UNSERIALIZABLE",
        message: expect.stringMatching(message),
        details: expect.objectContaining({ path: "$.at[0]" }),
      }),
    );
  });
});

describe("decodeValue", () => {
  it.each(golden.map(({ title, wire }) => [title, wire] as const))(
    "reads and rewrites %s of the golden values",
    (_title, wire) => {
      expect(JSON.parse(encodeValue(decodeValue(wire, "exact")))).toEqual(JSON.parse(wire));
    },
  );

  it("reads a text that is no Unicode, however long it is", () => {
    const text = `${"a".repeat(200_000)}\ud800`;
    expect(decodeValue(encodeValue(text)) === text).toBe(true);
  });

  it("answers plain values where nothing else is asked for", () => {
    const text = encodeValue({
      float: new Float(1),
      pair: new Sequence("tuple", [1, "a"]),
      keyed: new Map<unknown, unknown>([
        [1, "one"],
        [new Sequence("tuple", [1, 2]), "pair"],
      ]),
      when: new Tagged("datetime", "2024-01-02T03:04:05"),
      took: new Tagged("timedelta", -1, 86_399, 500_000),
      colour: new Tagged("enum", "Colour", "RED", "red"),
      person: new Tagged("model", "Person", { name: "Ada", tags: new Sequence("set", []) }),
    });
    expect(decodeValue(text)).toEqual({
      float: 1,
      pair: [1, "a"],
      keyed: { 1: "one", "[1,2]": "pair" },
      when: "2024-01-02T03:04:05",
      took: "-PT0.5S",
      colour: "red",
      person: { name: "Ada", tags: [] },
    });
  });

  it.each([2n ** 2048n, 2n ** 2048n - 1n, 10n ** 50_000n])("reads ints of many digits", (int) => {
    expect(decodeValue(encodeValue([int, -int]))).toEqual([int, -int]);
  });

  it("takes a key __proto__ for a key", () => {
    const value = decodeValue('{"a": {"$": ["dict", [["__proto__", {"polluted": true}]]]}}') as { a: object };
    expect(Object.keys(value.a)).toEqual(["__proto__"]);
    expect("polluted" in value.a).toBe(false);
  });

  it.each([
    ["no JSON", "{"],
    ["an unknown tag", '{"$": ["function", "x"]}'],
    ["a tag that is no list", '{"$": 1}'],
    ["an int of letters", '{"$": ["int", "x"]}'],
    ["an int of no digits", '{"$": ["int", "0x"]}'],
    ["items that are none", '{"$": ["tuple", 1]}'],
  ])("refuses %s", (_title, text) => {
    expect(() => decodeValue(text)).toThrow(expect.objectContaining({ code: "BRIDGE_PAYLOAD_INVALID" }));
  });

  it("refuses any text or answers a value, but breaks on none", () => {
    const words = fc.constantFrom(
      '{"$":',
      '["float",',
      '"dict"',
      "[",
      "]",
      "}",
      "1",
      '"x"',
      ",",
      '"nan"',
      '"set"',
      '"bytes"',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
        try {
          decodeValue(parts.join(""), "exact");
        } catch (error) {
          expect(error).toMatchObject({ code: "BRIDGE_PAYLOAD_INVALID" });
        }
      }),
    );
  });
});

/** A value with numbers told apart as Python tells them; what comes back as another class of JavaScript is the same to Python. */
function normal(value: unknown): unknown {
  if (typeof value === "number" && (Number.isNaN(value) || !Number.isFinite(value))) return { float: String(value) };
  if (value instanceof Float) return { float: Object.is(value.value, -0) ? "-0" : String(value.value) };
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Sequence) return { kind: value.kind, items: value.items.map(normal) };
  if (value instanceof Tagged) return { tag: value.tag, parts: value.parts.map(normal) };
  if (value instanceof Map) return { dict: [...value].map(([key, item]) => [normal(key), normal(item)]) };
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => [key, normal(item)]);
    // An object whose keys JSON cannot hold comes back as the Map that it is to Python.
    return "$" in value || !Object.keys(value).every((key) => key.isWellFormed())
      ? { dict: entries }
      : { record: entries };
  }
  return value;
}
