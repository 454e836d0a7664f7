import { describe, expect, expectTypeOf, it } from "vitest";
import {
  chatAdapter,
  type EnumDeclaration,
  enumOf,
  model,
  namedTypes,
  parseValue,
  predict,
  programHash,
  readTypeText,
  type Signature,
  signature,
  toPlain,
} from "../../programs/index.ts";

const types = {
  Color: enumOf({ RED: "red", BLUE: "blue" }),
  Level: enumOf({ LOW: 1, MID: 2, HIGH: 3 }),
  Address: model(
    { street: { type: "str", desc: "Street and number" }, zip: { type: "str | None", default: null } },
    { doc: "An address." },
  ),
  Person: model({ name: "str", born: "date", homes: { type: "list[Address]", default: [] }, likes: "set[Color]" }),
  Tree: model({ value: "int", children: { type: "list[Tree]", default: [] } }),
};
const names = namedTypes(types);

function read(text: string, type: string, compat?: "dspy-3.3.1"): unknown {
  return toPlain(parseValue(text, readTypeText(type, "Union", names), compat));
}

function promptOf(text: string, inputs: Record<string, unknown>): string {
  const made = signature(text as string, { types }) as Signature;
  return chatAdapter
    .prepare(made, [], undefined)
    .format(inputs)
    .map(({ content }) => content)
    .join("\n");
}

describe("signature with types of one's own", () => {
  it("infers enums, models and models within models", () => {
    const made = signature("q: Person -> color: Color, level: Optional[Level], who: list[Person]", { types });
    type Person = {
      name: string;
      born: string;
      homes: { street: string; zip: string | null }[];
      likes: ("red" | "blue")[];
    };
    type Outputs = typeof made extends Signature<object, infer Found> ? Found : never;
    expectTypeOf<Outputs>().toEqualTypeOf<{ color: "red" | "blue"; level: 1 | 2 | 3 | null; who: Person[] }>();
  });

  it("infers Python's other types", () => {
    const made = signature(
      "a: tuple[int, str], b: tuple[int, ...] -> c: set[int], d: datetime.datetime, e: bytes, f: typing.List[date]",
    );
    expectTypeOf(made).toEqualTypeOf<
      Signature<{ a: [number, string]; b: number[] }, { c: number[]; d: string; e: string; f: string[] }>
    >();
  });

  it("infers models that lead back to themselves", () => {
    const made = signature("q -> tree: Tree", { types });
    type Outputs = typeof made extends Signature<object, infer Found> ? Found : never;
    const outputs: Outputs = { tree: { value: 1, children: [{ value: 2, children: [] }] } };
    expectTypeOf(outputs.tree.children[0]?.children).toEqualTypeOf<Outputs["tree"][] | undefined>();
  });

  it("refuses a name that was not declared", () => {
    // @ts-expect-error: 'Colour' is not a type
    expect(() => signature("q -> a: Colour", { types })).toThrow("did you mean `Color`");
  });

  it("refuses a model whose field has no type", () => {
    expect(() => signature("q -> a: Odd", { types: { Odd: model({ x: "strr" }) } })).toThrow("did you mean `str`");
  });

  it("shows the model's schema with what it is made of", () => {
    expect(promptOf("q -> who: Person, tree: Tree", { q: "?" })).toContain(
      '{"type": "object", "$defs": {"Address": {"type": "object", "description": "An address.", "properties": {"street": {"type": "string", "description": "Street and number", "title": "Street"}, "zip": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": null, "title": "Zip"}}, "required": ["street"], "title": "Address"}, "Color": {"type": "string", "enum": ["red", "blue"], "title": "Color"}}',
    );
  });

  it("writes values as Python does: models in their fields' order, dates, sets, defaults", () => {
    const prompt = promptOf("who: Person, when: datetime, day: date, marks: set[float], raw: bytes -> a", {
      who: { likes: ["red"], born: "2001-02-03", name: "N" },
      when: new Date(Date.UTC(2024, 0, 2, 3, 4, 5)),
      day: new Date(Date.UTC(2024, 0, 2)),
      marks: new Set([1, 2.5]),
      raw: new TextEncoder().encode("é"),
    });
    expect(prompt).toContain('{"name": "N", "born": "2001-02-03", "homes": [], "likes": ["red"]}');
    expect(prompt).toContain("## when ## ]]\n2024-01-02T03:04:05Z\n");
    expect(prompt).toContain("## day ## ]]\n2024-01-02\n");
    expect(prompt).toContain("## marks ## ]]\n[1.0, 2.5]\n");
    expect(prompt).toContain("## raw ## ]]\né\n");
  });
});

describe("programHash", () => {
  it("tells types apart that have one name", () => {
    const hashOf = (color: EnumDeclaration): string =>
      programHash(predict(signature("q -> a: list[Color]", { types: { Color: color } })));
    expect(hashOf(enumOf(["red"]))).toBe(hashOf(enumOf(["red"])));
    expect(hashOf(enumOf(["red"]))).not.toBe(hashOf(enumOf(["blue"])));
  });
});

describe("parseValue of types beyond the plain ones", () => {
  it.each([
    ["Color", "blue", "blue"],
    ["Color", "BLUE", "blue"],
    ["list[Color]", '["red", "blue"]', ["red", "blue"]],
    ["tuple[int, str]", "(1, 'a')", [1, "a"]],
    ["tuple[int, ...]", "[1, '2']", [1, 2]],
    ["set[int]", "[1, 1, 2]", [1, 2]],
    ["frozenset[str]", "{'a', 'a'}", ["a"]],
    ["datetime", "2024-01-02 03:04", "2024-01-02T03:04:00"],
    ["datetime", "1704164645.5", "2024-01-02T03:04:05.500000Z"],
    ["date", "2024-01-02T00:00:00", "2024-01-02"],
    ["time", "03:04:05+01:00", "03:04:05+01:00"],
    ["timedelta", "1 days, 02:03:04", "P1DT2H3M4S"],
    ["timedelta", "-90", "-PT1M30S"],
    ["bytes", "é", "é"],
    ["Tree", '{"value": "1", "children": [{"value": 2}]}', { value: 1, children: [{ value: 2, children: [] }] }],
    ["Optional[Tree]", "null", null],
  ])("reads %s from %j", (type, text, value) => {
    expect(read(text, type)).toEqual(value);
    expect(read(text, type, "dspy-3.3.1")).toEqual(value);
  });

  it.each([
    ["Level", "2", 2],
    ["Color", " Color.RED ", "red"],
    ["Color", '"red"', "red"],
    ["Optional[Level]", "none", null],
  ])("reads what DSPy cannot: %s from %j", (type, text, value) => {
    expect(read(text, type)).toEqual(value);
    expect(() => read(text, type, "dspy-3.3.1")).toThrow();
  });

  it.each([
    ["Color", "green", 'expected Color ("red", "blue"), found the text "green"'],
    ["Tree", "{}", 'the field "value" of Tree is missing'],
    [
      "Tree",
      '{"value": 1, "children": [{"value": "x"}]}',
      'at ["children"][0]["value"]: expected int, found the text "x"',
    ],
    ["tuple[int, str]", "[1]", "expected a tuple of 2, found one of 1"],
    ["date", "2024-02-30", 'expected date, found the text "2024-02-30"'],
    ["datetime", "2024-01-02T25:00", "expected datetime"],
  ])("says why %s cannot be %j", (type, text, reason) => {
    let said = "";
    try {
      read(text, type);
    } catch (mismatch) {
      said = String(mismatch);
    }
    expect(said).toContain(reason);
  });

  it("takes of a union of models the one of which more fields are given", () => {
    const both = namedTypes({ A: model({ x: { type: "int", default: 0 } }), B: model({ x: "int", y: "int" }) });
    const value = parseValue('{"x": 1, "y": 2}', readTypeText("A | B", "Union", both), undefined);
    expect(toPlain(value)).toEqual({ x: 1, y: 2 });
  });
});
