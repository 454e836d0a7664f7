import { describe, expectTypeOf, it } from "vitest";
import {
  chainOfThought,
  enumOf,
  model,
  pipeline,
  predict,
  type Signature,
  signature,
  signatureOf,
} from "../../programs/index.ts";

describe("types, added fields and defaults, at compile time", () => {
  it("reads parentheses, empty tuples and Python's other whole numbers", () => {
    expectTypeOf(
      signature("q: (int | str) -> a: list[((float)) | None], b: tuple[()], c: tuple[ ( ) ], d: Literal[0x10, 1_000]"),
    ).toEqualTypeOf<Signature<{ q: string | number }, { a: (number | null)[]; b: []; c: []; d: number }>>();
    const refused = (): unknown[] => [
      // @ts-expect-error: the '(' is not closed
      signature("q: (int -> a"),
      // @ts-expect-error: a list of no type
      signature("q: list[()] -> a"),
    ];
    expectTypeOf(refused).toBeFunction();
  });

  it("knows declared types in fields that are added", () => {
    const types = { Mood: enumOf(["good", "bad"]), Person: model({ name: "str" }) };
    const changed = signature("q -> a")
      .append("output", "mood", "Mood", { types })
      .insert("output", 0, "who", "list[Person]", { types })
      .prepend("input", "last", "Optional[Mood]", { types, default: "bad" });
    expectTypeOf(changed).toEqualTypeOf<
      Signature<
        { q: string; last: "good" | "bad" | null },
        { a: string; mood: "good" | "bad"; who: { name: string }[] }
      >
    >();
    const refused = (): unknown[] => [
      // @ts-expect-error: 'Mod' is not a type
      signature("q -> a").append("output", "mood", "Mod", { types }),
      // @ts-expect-error: Mood is not declared
      signature("q -> a").prepend("output", "mood", "Mood"),
      // @ts-expect-error: a mood is good or bad
      signature("q -> a").insert("output", 0, "mood", "Mood", { types, default: "fine" }),
    ];
    expectTypeOf(refused).toBeFunction();
  });

  it("refuses defaults of another type", () => {
    const types = { Mood: enumOf(["good", "bad"]) };
    const accepted = (): unknown[] => [
      signature("a: int = '3', b: float = 1, c: bool = 'yes', d: int = True, e: datetime = 3 -> f"),
      signature("a: Any = 'x', b: Optional[int] = None, c: list[int] = [1], d: dict = {'a': 1} -> f"),
      signature("a: Literal['x', 'it\\'s'] = 'it\\'s', b: Mood = 'good', c = 'a, b' -> f", { types }),
      signature("a: int, b: list[str], c -> d", {
        fields: { a: { default: 3 }, b: { default: ["x"] }, c: { default: "" } },
      }),
      signatureOf({ inputs: { a: { type: "list[int]", default: [1] }, b: { default: "x" } }, outputs: { c: "str" } }),
    ];
    const refused = (): unknown[] => [
      // @ts-expect-error: a text that is no number
      signature("a: int = 'three' -> b"),
      // @ts-expect-error: None is no text
      signature("a: str = None -> b"),
      // @ts-expect-error: True is no text
      signature("a = True -> b"),
      // @ts-expect-error: none of the literals
      predict("a: Literal['x', 'y'] = 'z' -> b"),
      // @ts-expect-error: a text is no list
      chainOfThought("a: list[int] = 'x' -> b"),
      // @ts-expect-error: a number is no list
      pipeline("a: list[int] = 3"),
      // @ts-expect-error: a text is no int
      signature("a: int -> b", { fields: { a: { default: "x" } } }),
      // @ts-expect-error: a list of texts is no list of ints
      signatureOf({ inputs: { a: { type: "list[int]", default: ["x"] } }, outputs: { b: "str" } }),
      // @ts-expect-error: where no type is said, it is text
      signatureOf({ inputs: { a: { default: 3 } }, outputs: { b: "str" } }),
      // @ts-expect-error: a text is no float
      signature("a -> b").append("output", "c", "float", { default: "x" }),
      // @ts-expect-error: a number is no text
      signature("a -> b").withUpdatedFields("a", { default: 3 }),
    ];
    expectTypeOf(accepted).toBeFunction();
    expectTypeOf(refused).toBeFunction();
  });
});
