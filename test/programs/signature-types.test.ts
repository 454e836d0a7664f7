import { describe, expectTypeOf, it } from "vitest";
import {
  type AnyExample,
  type Call,
  chainOfThought,
  completionsOf,
  type Example,
  enumOf,
  example,
  executeProgram,
  Module,
  type Prediction,
  predict,
  prepareProgram,
  program,
  type Signature,
  signature,
  withPredictors,
} from "../../programs/index.ts";

// Nothing here needs an answer: what is checked is checked before anything runs.
const ports = { lm: () => new Promise<never>(() => {}) };

describe("signature, at compile time", () => {
  it("infers plain types from the string", () => {
    const made = signature("question: str, n: int -> answer: str, sure: float, ok: bool");
    expectTypeOf(made).toEqualTypeOf<
      Signature<{ question: string; n: number }, { answer: string; sure: number; ok: boolean }>
    >();
  });

  it("takes fields without a type for text", () => {
    expectTypeOf(signature("question, context -> answer")).toEqualTypeOf<
      Signature<{ question: string; context: string }, { answer: string }>
    >();
  });

  it("infers lists, dicts, unions, optionals and literals within each other", () => {
    const made = signature(
      "q -> a: list[str], b: dict[str, list[int]], c: Optional[int], d: int | None, e: Union[str, list[float]], f: Literal['x, y', \"z\", 3, True], g: Any",
    );
    type Outputs = typeof made extends Signature<object, infer Found> ? Found : never;
    expectTypeOf<Outputs>().toEqualTypeOf<{
      a: string[];
      b: Record<string, number[]>;
      c: number | null;
      d: number | null;
      e: string | number[];
      f: "x, y" | "z" | 3 | true;
      g: unknown;
    }>();
  });

  it("reads over white space, line breaks and trailing commas", () => {
    const made = signature(`
      question: str,
      passages : list[ str ],
      ->
      answer: dict[ str , int ],
    `);
    expectTypeOf(made).toEqualTypeOf<
      Signature<{ question: string; passages: string[] }, { answer: Record<string, number> }>
    >();
  });

  it("lets inputs that may be None be left out", () => {
    const made = predict("question, hint: Optional[str] -> answer");
    expectTypeOf(made.forward).parameter(0).toEqualTypeOf<{ question: string; hint?: string | null }>();
  });

  it("lets inputs with a default be left out, and always has outputs", () => {
    const made = predict("q, n: int = 3, tags: list[str] = ['a, b', \"]\"] -> a: Literal['it\\'s', 'so'] = 'so', b");
    expectTypeOf(made.forward).parameter(0).toEqualTypeOf<{ q: string; n?: number; tags?: string[] }>();
    expectTypeOf(made.forward).returns.resolves.toEqualTypeOf<{ a: string; b: string }>();
  });

  it("passes over comments", () => {
    const made = signature(`q, # what is asked: a, b
      n: int # how often
      -> a`);
    expectTypeOf(made).toEqualTypeOf<Signature<{ q: string; n: number }, { a: string }>>();
  });

  it("needs no output under compat", () => {
    expectTypeOf(signature("q ->", { compat: "dspy-3.3.1" })).toEqualTypeOf<
      Signature<{ q: string }, Record<never, never>>
    >();
  });

  it("knows declared types in predictors made of a string", () => {
    const types = { Mood: enumOf(["good", "bad"]) };
    expectTypeOf(predict("text -> mood: Mood", { types }).forward).returns.resolves.toEqualTypeOf<{
      mood: "good" | "bad";
    }>();
    expectTypeOf(chainOfThought("text -> moods: list[Mood]", { types }).forward).returns.resolves.toEqualTypeOf<{
      reasoning: string;
      moods: ("good" | "bad")[];
    }>();
    // @ts-expect-error: 'Mod' is not a type
    const refused = (): unknown => predict("text -> mood: Mod", { types });
    expectTypeOf(refused).toBeFunction();
  });

  it("allows an empty side", () => {
    expectTypeOf(signature("-> a: int")).toEqualTypeOf<Signature<Record<never, never>, { a: number }>>();
  });

  it("refuses misspelt types and malformed strings with a sentence", () => {
    const refused = (): unknown[] => [
      // @ts-expect-error: 'strr' is not a type; did you mean str?
      signature("question: strr -> answer"),
      // @ts-expect-error: 'string' is not a type; did you mean str?
      predict("question: string -> answer"),
      // @ts-expect-error: one '->'
      signature("question"),
      // @ts-expect-error: exactly one '->'
      signature("a -> b -> c"),
      // @ts-expect-error: no output
      signature("question ->"),
      // @ts-expect-error: no output
      predict(" -> "),
      // @ts-expect-error: list is not closed
      signature("a: list[str -> b"),
      // @ts-expect-error: 'a' is on both sides
      signature("a -> a"),
      // @ts-expect-error: twice
      signature("a, a -> b"),
      // @ts-expect-error: 'a b' is not a field name
      chainOfThought("a b -> c"),
      // @ts-expect-error: Literal needs values
      signature("a -> b: Literal"),
      // @ts-expect-error: dict takes two types
      signature("a -> b: dict[str]"),
      // @ts-expect-error: `fields` speaks of a field that is not there
      signature("a -> b", { fields: { c: { desc: "x" } } }),
    ];
    expectTypeOf(refused).toBeFunction();
  });

  it("says what is wrong in the words of the expected type", () => {
    expectTypeOf<
      Parameters<typeof signature<"question: strr -> answer">>[0]
    >().toEqualTypeOf<"'strr' is not a type; did you mean str?">();
    expectTypeOf<
      Parameters<typeof signature<"q -> a: Foo">>[0]
    >().toEqualTypeOf<"'Foo' is not a type; use str, int, float, bool, None, Any, list[…], dict[str, …], Optional[…], Union[…] or Literal[…].">();
  });

  it("leaves strings that only run time knows open", () => {
    const text: string = "a -> b";
    expectTypeOf(signature(text)).toEqualTypeOf<Signature<Record<string, unknown>, Record<string, unknown>>>();
  });

  it("follows the fields through changes", () => {
    const changed = signature("q -> a")
      .append("output", "score", "float")
      .prepend("input", "context", "list[str]")
      .delete("a");
    expectTypeOf(changed).toEqualTypeOf<Signature<{ q: string; context: string[] }, { score: number }>>();
  });
});

describe("programs, at compile time", () => {
  it("checks inputs and knows outputs where a program runs", () => {
    const qa = prepareProgram(predict(signature("question: str -> answer: str, sure: float")));
    expectTypeOf(executeProgram(qa, { question: "q" }, ports)).resolves.toEqualTypeOf<
      Prediction<{ answer: string; sure: number }>
    >();
    const refused = (): unknown[] => [
      // @ts-expect-error: a missing input
      executeProgram(qa, {}, ports),
      // @ts-expect-error: an unknown input
      executeProgram(qa, { question: "q", context: "c" }, ports),
      // @ts-expect-error: an input of another type
      executeProgram(qa, { question: 3 }, ports),
    ];
    expectTypeOf(refused).toBeFunction();
  });

  it("puts the reasoning first", () => {
    expectTypeOf(prepareProgram(chainOfThought("q -> n: int")).root.forward).returns.resolves.toEqualTypeOf<{
      reasoning: string;
      n: number;
    }>();
  });

  it("infers function programs throughout", () => {
    const hinted = program(
      { step1: predict("question -> hint"), step2: predict("question, hint -> answer: int") },
      async ({ question }: { question: string }, { step1, step2 }) => {
        const { hint } = await step1({ question });
        expectTypeOf(hint).toBeString();
        return step2({ question, hint });
      },
    );
    expectTypeOf(hinted).toEqualTypeOf<Module<{ question: string }, { answer: number }>>();
    program({ step1: predict("question -> hint") }, async ({ question }: { question: string }, { step1 }) => {
      // @ts-expect-error: step1 has no input `query`
      return step1({ query: question });
    });
  });

  it("checks sub-modules of classes", () => {
    class Hinted extends Module<{ question: string }, { answer: string }> {
      readonly step1 = predict("question -> hint");
      override async forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
        const { hint } = await call.run(this.step1, { question });
        // @ts-expect-error: step1 needs `question`
        await call.run(this.step1, { hint });
        return { answer: hint };
      }
    }
    expectTypeOf(withPredictors(new Hinted(), (_path, predictor) => predictor)).toEqualTypeOf<Hinted>();
    expectTypeOf(executeProgram(prepareProgram(new Hinted()), { question: "q" }, ports)).resolves.toEqualTypeOf<
      Prediction<{ answer: string }>
    >();
  });

  it("types completions and examples", () => {
    const prediction: Prediction<{ answer: string }> = { answer: "x" };
    expectTypeOf(completionsOf(prediction)[0]).toEqualTypeOf<Prediction<{ answer: string }> | undefined>();
    const row = example({ question: "q", answer: "a", n: 1 }).withInputs("question");
    expectTypeOf(row.inputs()).toEqualTypeOf<{ question: string }>();
    expectTypeOf(row.labels()).toEqualTypeOf<{ answer: string; n: number }>();
    expectTypeOf(row).toExtend<Example>();
    expectTypeOf(row).toExtend<AnyExample>();
    // @ts-expect-error: no such field
    const refused = (): unknown => row.get("nope");
    expectTypeOf(refused).toBeFunction();
  });
});
