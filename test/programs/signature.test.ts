import { describe, expect, it } from "vitest";
import { enumOf, model, readTypeText, signature, signatureOf, typeName } from "../../programs/index.ts";

function problemOf(text: string): { message: string; details: Record<string, unknown> } {
  try {
    signature(text);
  } catch (error) {
    return Object(error);
  }
  throw new Error(`"${text}" was accepted`);
}

describe("signature", () => {
  it("shows the place of a misspelt type and the nearest one", () => {
    const text: string = "question: strr -> answer";
    const { message, details } = problemOf(text);
    expect(message).toBe(
      "The signature cannot be read at character 11: `strr` is not a type; did you mean `str`?.\n  question: strr -> answer\n            ^^^^",
    );
    expect(details).toMatchObject({ position: 10, nearest: "str" });
  });

  it.each([
    ["question", "there is no '->'"],
    ["a -> b -> c", "second '->'"],
    [" -> ", "has no output"],
    ["a ->", "has no output"],
    ["a -> a", "is there twice"],
    ["a, a -> b", "is there twice"],
    ["1x -> b", "expected a field name"],
    ["a b -> c", "expected ',' or the end after `a`"],
    ["class -> b", "reserved word"],
    ["__proto__ -> b", "reserved word"],
    ["a: -> b", "expected a type"],
    ["a: list[str -> b", "this '[' is not closed"],
    ["a: dict[str] -> b", "`dict` takes two types"],
    ["a: str[int] -> b", "takes no types in brackets"],
    ["a -> b: Literal[]", "needs at least one value"],
    ["a -> b: Literal[x]", "expected a quoted string"],
    ["a -> b: 'x'", "`x` is not a type"],
    ["a -> b: 'int', c", "expected a type; one in quotes stands only inside of another"],
    ["a: int = -> b", "expected the default of `a`"],
    ["a = x + 1 -> b", "expected the default of `a`"],
    ["a: list[int] = [1, 2 -> b", "expected the default of `a`"],
    ["a: int = 'three' -> b", "the default of `a` does not fit its type: expected int"],
    ["a: Literal['x'] = 'y' -> b", "the default of `a` does not fit its type: expected Literal['x']"],
    ["a: (int -> b", "this '(' is not closed"],
    ["a: (int, str) -> b", "expected ')'"],
    ["a: list[()] -> b", "expected a type"],
    ["a: Literal[0x] -> b", "expected ',' or ']'"],
    ["a: Literal[1_] -> b", "expected ',' or ']'"],
    ["a = 'x' y -> b", "expected the default of `a`"],
    ["a -> b: number", "did you mean `int or float`"],
  ])("refuses %s", (text, problem) => {
    expect(problemOf(text).message).toContain(problem);
  });

  it.each([
    ["(int | str)", "Union[int, str]"],
    ["list[((int)) | None]", "list[Union[int, NoneType]]"],
    ["tuple[()]", "tuple[()]"],
    ["tuple[ ( ) ]", "tuple[()]"],
    ["Literal[0x10, 0o17, 0B11, 1_000, -0xFF]", "Literal[16, 15, 3, 1000, -255]"],
  ])("reads %s as Python does", (type, same) => {
    const text: string = `q -> a: ${type}`;
    const made = signature(text);
    expect(made.toString()).toBe(`q: str -> a: ${same}`);
    expect(signature(made.toString() as string)).toEqual(signature(`q: str -> a: ${same}` as string));
  });

  it("refuses defaults of another type, or out of bounds, wherever they are said", () => {
    const q = signature("q: int, s -> a");
    // What the compiler would refuse.
    const text: number = JSON.parse('"three"');
    const refused: readonly (readonly [() => unknown, string])[] = [
      [() => signature("q: int -> a", { fields: { q: { default: text } } }), "expected int, found the string"],
      [() => signatureOf({ inputs: { q: { type: "int", default: text } }, outputs: { a: "str" } }), "expected int"],
      [() => q.append("input", "k", "int", { default: text }), "the default of `k`"],
      [() => q.prepend("input", "k", "list[int]", { default: [text] }), "expected list[int]"],
      [() => q.insert("output", 0, "k", "bool", { default: JSON.parse("null") }), "found null"],
      [() => q.withUpdatedFields("q", { default: text }), "the default of `q`"],
      [() => q.append("input", "k", "int", { default: 3, constraints: { gt: 3 } }), "3 is not greater than 3"],
      [() => signature("q: M -> a", { types: { M: model({ x: { type: "int", default: "y" } }) } }), "`M.x`"],
    ];
    for (const [make, problem] of refused) {
      expect(make).toThrow(
        expect.objectContaining({ code: "SIGNATURE_INVALID", message: expect.stringContaining(problem) }),
      );
    }
    const fields = { q: { default: text } };
    expect(signature("q: int -> a", { fields, compat: "dspy-3.3.1" }).inputs[0]?.default).toEqual({ value: "three" });
    expect(q.append("input", "k", "list[int]", { default: [1] }).inputs[2]?.default).toEqual({ value: [1] });
  });

  it("knows declared types in fields that are added", () => {
    const types = { Mood: enumOf(["good", "bad"]), Person: model({ name: "str" }) };
    const made = signature("q -> a")
      .append("output", "mood", "Mood", { types, default: "good" })
      .insert("output", 0, "who", "list[Person]", { types, desc: "all of them" })
      .prepend("input", "last", "Optional[Mood]", { types });
    expect(made.toString()).toBe("last: Union[Mood, NoneType], q: str -> who: list[Person], a: str, mood: Mood");
    const same = "last: Optional[Mood], q: str -> who: list[Person], a: str, mood: Mood";
    expect(made.outputs.map(({ type }) => type)).toEqual(signature(same, { types }).outputs.map(({ type }) => type));
    expect(() => signature("q -> a").append("output", "mood", "Mod" as "Mood", { types })).toThrow(
      /did you mean `Mood`/,
    );
  });

  it("reads defaults behind '=', and comments to the end of the line", () => {
    const made = signature(`
      q, # what is asked
      n: int = 3, # a, b: c = d
      tags: list[str] = ['a, b', "c]"],
      odd: dict[str, Any] = {'k': (1, [2])} -> answer = 'none', sure: float = 1
    `);
    expect(made.fields.map(({ name, default: fallback }) => [name, fallback?.value])).toEqual([
      ["q", undefined],
      ["n", 3],
      ["tags", ["a, b", "c]"]],
      ["odd", { k: [1, [2]] }],
      ["answer", "none"],
      ["sure", 1],
    ]);
  });

  it("reads names as defaults, and wants fields with one last, under compat", () => {
    const compat = "dspy-3.3.1";
    expect(signature("q, n = other -> s = n", { compat }).fields.map(({ name }) => name)).toEqual(["q", "n", "s"]);
    expect(() => signature("n = 3, q -> s", { compat })).toThrow("comes after a default");
  });

  it("passes over defaults, and needs no output, under compat", () => {
    const made = signature("q, n: int = 3 ->", { compat: "dspy-3.3.1" });
    expect(made.inputs.map((field) => field.default)).toEqual([undefined, undefined]);
    expect(made.outputs).toEqual([]);
    expect(made.instructions).toBe("Given the fields `q`, `n`, produce the fields .");
  });

  it("takes the later of two fields of one name, under compat", () => {
    const [twice, across]: readonly string[] = ["a, b, a: int -> c", "a -> a"];
    expect(signature(String(twice), { compat: "dspy-3.3.1" }).toString()).toBe("a: int, b: str -> c: str");
    expect(() => signature(String(across), { compat: "dspy-3.3.1" })).toThrow("is there twice");
  });

  it("points at the default that does not fit", () => {
    const text: string = "q, n: int = 'x', m -> a";
    expect(problemOf(text).message).toContain("\n  q, n: int = 'x', m -> a\n              ^^^");
  });

  it("points into the right line of a string of several lines", () => {
    const text: string = "question: str,\n  n: integr -> answer";
    expect(problemOf(text).message).toContain("\n    n: integr -> answer\n       ^^^^^^");
  });

  it("refuses a type nested beyond reason instead of overflowing", () => {
    expect(problemOf(`a: ${"list[".repeat(5000)} -> b`).message).toContain("nested");
  });

  it("cleans instructions like a docstring, and takes empty ones for none", () => {
    expect(signature("a -> b", { instructions: "\n    One.\n      Two.\n  " }).instructions).toBe("One.\n  Two.");
    expect(signature("a -> b", { instructions: "" }).instructions).toBe(
      "Given the fields `a`, produce the fields `b`.",
    );
  });

  it("words constraints in the order given", () => {
    const made = signature("a -> b: float", { fields: { b: { constraints: { le: 1, ge: 0.5 } } } });
    expect(made.outputs[0]?.constraintsText).toBe("less than or equal to: 1, greater than or equal to: 0.5");
  });

  it("names the field that options speak of in vain", () => {
    const options = { fields: { c: { desc: "x" } } };
    const text: string = "a -> b";
    expect(() => signature(text, options)).toThrow("`fields` speaks of `c`");
  });
});

describe("Signature", () => {
  const made = signature("q, n: int -> a, score: float");

  it("is never changed by its changes", () => {
    const before = made.toString();
    made
      .append("output", "x")
      .prepend("input", "y", "list[int]")
      .insert("output", -1, "z")
      .delete("q")
      .withInstructions("Other.");
    expect(made.toString()).toBe(before);
    expect(made.instructions).toBe("Given the fields `q`, `n`, produce the fields `a`, `score`.");
    expect(Object.isFrozen(made)).toBe(true);
  });

  it("puts fields at the start, at the end and in between", () => {
    const names = (
      side: "inputs" | "outputs",
      of: { inputs: readonly { name: string }[]; outputs: readonly { name: string }[] },
    ): string[] => of[side].map((field) => field.name);
    expect(names("outputs", made.append("output", "x"))).toEqual(["a", "score", "x"]);
    expect(names("outputs", made.prepend("output", "x"))).toEqual(["x", "a", "score"]);
    expect(names("inputs", made.insert("input", 1, "x"))).toEqual(["q", "x", "n"]);
    expect(names("inputs", made.insert("input", -1, "x"))).toEqual(["q", "n", "x"]);
    expect(() => made.insert("input", 3, "x")).toThrow("places 0 to 2");
    expect(() => made.append("input", "a")).toThrow("is there already");
  });

  it("appends instructions as a paragraph", () => {
    expect(made.withInstructions("One.").appendInstructions("Two.").instructions).toBe("One.\n\nTwo.");
  });

  it("updates a field's wording and keeps the rest of it", () => {
    const updated = made.withUpdatedFields("score", { desc: "how sure" });
    expect(updated.outputs[1]).toMatchObject({
      name: "score",
      desc: "how sure",
      prefix: "Score:",
      type: { kind: "float" },
    });
  });

  it("compares wording, and not types", () => {
    expect(signature("q -> a").equals(signature("q: int -> a: float"))).toBe(true);
    expect(signature("q -> a").equals(signature("q -> a", { instructions: "Other." }))).toBe(false);
    expect(signature("q -> a").equals(signature("q, b -> a", { instructions: signature("q -> a").instructions }))).toBe(
      false,
    );
  });

  it("keeps and takes back its wording, and refuses another number of fields", () => {
    const state = made.withInstructions("Other.").withUpdatedFields("a", { desc: "d", prefix: "P" }).state();
    expect(made.withState(state).state()).toEqual(state);
    expect(() => signature("q -> a").withState(state)).toThrow(
      expect.objectContaining({ code: "PROGRAM_STATE_INVALID" }),
    );
  });
});

describe("typeName", () => {
  it.each([
    ["Optional[int]", "Union[int, NoneType]"],
    ["int | None", "Union[int, NoneType]"],
    ["Union[int, Union[str, int], None]", "Union[int, str, NoneType]"],
    ["Union[str]", "str"],
    ["list[dict[str, Any]]", "list[dict[str, Any]]"],
    [`Literal['a', "b'c", 'd"e', 3, True, None]`, `Literal['a', "b'c", 'd"e', 3, True, None]`],
    ["Literal['a', 'a']", "Literal['a']"],
    ["dict[str, None]", "dict[str, None]"],
    ["typing.List[int]", "list[int]"],
  ])("names %s", (text, name) => {
    expect(typeName(readTypeText(text))).toBe(name);
  });

  it("tells Python's class syntax from a union where asked", () => {
    expect(typeName(readTypeText("int | None", "UnionType"))).toBe("UnionType[int, NoneType]");
  });
});
