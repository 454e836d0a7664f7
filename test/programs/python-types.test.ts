import { describe, expect, expectTypeOf, it } from "vitest";
import { type InputsOf, type OutputsOf, predict, signature, typeName } from "../../programs/index.ts";

/** What the field behind `->` is called. */
const shown = (type: string): string => {
  const [output] = signature(`q -> a: ${type}` as string, { compat: "dspy-3.3.1" }).outputs;
  return output === undefined ? "" : typeName(output.type);
};

describe("types as Python lets them be written", () => {
  it.each([
    ["Literal['a' 'b']", "Literal['ab']"],
    ["Literal['a' # one\n 'b', \"c\"'d']", "Literal['ab', 'cd']"],
    ["Literal[('a', 'b')]", "Literal['a', 'b']"],
    ["Literal[('a', 'b',)]", "Literal['a', 'b']"],
    ["Literal[('a' 'b'), (1)]", "Literal['ab', 1]"],
    ["Literal[r'\\d', u'x', R'y' 'z']", "Literal['\\d', 'x', 'yz']"],
    ['Literal[\'\'\'a\'\'\', """b"c"""]', "Literal['a', 'b\"c']"],
    ["Literal[Literal['a'], typing.Literal['b', 1]]", "Literal['a', 'b', 1]"],
    ["Literal['\\x41\\u0042\\103']", "Literal['ABC']"],
    ["tuple[(int, str)]", "tuple[int, str]"],
    ["tuple[(int, ...)]", "tuple[int, Ellipsis]"],
    ["tuple[(int,)]", "tuple[int]"],
    ["tuple[()]", "tuple[]"],
    ["dict[(str, list[(int)])]", "dict[str, list[int]]"],
    ["Union[(int, str,)]", "Union[int, str]"],
    ["Optional[(int)]", "Union[int, NoneType]"],
    ["list[(int | str) | None]", "list[Union[int, str, NoneType]]"],
    ["list['int']", "list[int]"],
    ['dict["str", \'list["int"]\']', "dict[str, list[int]]"],
    ["'int' | None", "Union[int, NoneType]"],
    ["Text", "str"],
    ["typing.Text | builtins.int", "Union[str, int]"],
    ["int \\\n | None", "Union[int, NoneType]"],
    ["None", "str"],
  ])("are what DSPy takes them for: %s", (type, name) => {
    expect(shown(type)).toBe(name);
  });

  it.each([
    ["Literal[('a', 'b'), 'c']", "a tuple is no value of a Literal; take the parentheses away", 17],
    ["Literal['c', ('a', 'b')]", "a tuple is no value of a Literal; take the parentheses away", 22],
    ["Literal[('a', 'b']", "expected ',' or ')'", 26],
    ["Literal[('a', 'b'", "this '(' is not closed", 17],
    ["Literal['a' b'c']", "expected ',' or ']'", 21],
    ["Literal['\\N{BULLET}']", "the string is not closed, or has an escape that Python does not know", 17],
    ["Literal[int]", "expected a quoted string, a whole number, True, False or None", 17],
    ["Literal[()]", "expected a quoted string, a whole number, True, False or None", 18],
    ["Literal[('a', 'b'),]", "a tuple is no value of a Literal; take the parentheses away", 17],
    ["tuple[(int, str),]", "expected ']' behind the types in parentheses", 25],
    ["tuple[(int, str), str]", "expected ']' behind the types in parentheses", 25],
    ["tuple[(int, str]", "expected ',' or ')'", 24],
    ["list[(int, str)]", "`list` takes one type, like list[str]", 9],
    ["list['strr']", "`strr` is not a type; did you mean `str`?", 15],
    ["list['int x']", "expected the end of the type", 19],
    ["list[r'int']", "expected a type in plain quotes", 14],
    ["list['int]", "the string is not closed, or has an escape that Python does not know", 14],
  ])("are refused at their place where they are none: %s", (type, problem, place) => {
    expect(() => shown(type)).toThrow(
      expect.objectContaining({
        code: "SIGNATURE_INVALID",
        details: expect.objectContaining({ problem, position: place - 1 }),
      }),
    );
  });

  it("are typed", () => {
    expectTypeOf<
      OutputsOf<"q -> a: Literal['a' 'b', \"c\" 'd'], b: Literal[('x', 1)], c: Literal[r'\\d', '''e'''], d: Literal[Literal['f'], 'g']">
    >().toEqualTypeOf<{ a: "ab" | "cd"; b: "x" | 1; c: "\\d" | "e"; d: "f" | "g" }>();
    expectTypeOf<
      OutputsOf<"q -> a: tuple[(int, str)], b: dict[(str, list[(int)])], c: Optional[(int)], d: list[(int | str) | None], e: tuple[(int, ...)], f: Union[(int, str,)]">
    >().toEqualTypeOf<{
      a: [number, string];
      b: Record<string, number[]>;
      c: number | null;
      d: (number | string | null)[];
      e: number[];
      f: number | string;
    }>();
    expectTypeOf<
      InputsOf<"a: list['int'], b: Optional['str'], c: Text, d: builtins.int \\\n| None -> e">
    >().toEqualTypeOf<{
      a: number[];
      b?: string | null;
      c: string;
      d?: number | null;
    }>();
  });

  it("are refused by the compiler where they are none", () => {
    const made = [
      // @ts-expect-error: no such type
      () => predict("q -> a: list['strr']"),
      // @ts-expect-error: in quotes as a whole
      () => predict("q -> a: 'str'"),
      // @ts-expect-error: a list of two types
      () => predict("q -> a: list[(int, str)]"),
      // @ts-expect-error: not closed
      () => predict("q -> a: tuple[(int, str]"),
      // @ts-expect-error: no constant
      () => predict("q -> a: Literal['a' b'c']"),
    ];
    for (const make of made) expect(make).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
  });

  it("are names that only look otherwise, which are one name to Python", () => {
    const made = signature("ｑ, ﬁ -> 𝐱" as string, { compat: "dspy-3.3.1" });
    expect(made.inputs.map(({ name }) => name)).toEqual(["q", "fi"]);
    expect(made.outputs.map(({ name }) => name)).toEqual(["x"]);
  });

  it("are read in time however deep their parentheses and quotes go", () => {
    const deep = `${"list[(".repeat(60)}int${")]".repeat(60)}`;
    expect(shown(deep)).toBe(`${"list[".repeat(60)}int${"]".repeat(60)}`);
    expect(() => shown(`Literal[${"(".repeat(20_000)}`)).toThrow(
      expect.objectContaining({ code: "SIGNATURE_INVALID" }),
    );
    expect(() => shown(`${"Literal[".repeat(20_000)}`)).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
  });
});
