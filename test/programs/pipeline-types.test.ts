import { describe, expectTypeOf, it } from "vitest";
import { chainOfThought, type Module, pipe, pipeline, predict } from "../../programs/index.ts";

type Ends<Program> = Program extends Module<infer Inputs, infer Outputs> ? { inputs: Inputs; outputs: Outputs } : never;

// Nothing here runs: the compiler is the test.
const ends = <Program extends Module>(_program: Program): Ends<Program> => ({}) as Ends<Program>;

describe("pipeline, at compile time", () => {
  it("infers inputs and outputs through every kind of step", () => {
    const made = pipeline("question: str, k: int = 3, note: Optional[str]")
      .step("retrieve", async ({ question, k }) => {
        expectTypeOf(question).toEqualTypeOf<string>();
        expectTypeOf(k).toEqualTypeOf<number>();
        return { context: [question] };
      })
      .step("respond", chainOfThought("context: list[str], question -> answer"))
      .parallel({ pro: predict("answer -> pro"), size: ({ answer }) => ({ size: answer.length }) })
      .when("brief", ({ size }) => size > 100, predict("answer -> summary"))
      .when(
        "kind",
        () => true,
        predict("pro -> kind: int, why"),
        () => ({ kind: "none" }),
      )
      .fit("last", predict("text -> label"), {
        inputs: ({ answer }) => ({ text: answer }),
        outputs: ({ label }) => ({ verdict: label }),
      });
    expectTypeOf(ends(made)).toEqualTypeOf<{
      inputs: { question: string; k?: number; note?: string | null };
      outputs: {
        context: string[];
        reasoning: string;
        answer: string;
        pro: string;
        size: number;
        summary?: string;
        kind: number | string;
        why?: string;
        verdict: string;
      };
    }>();
    expectTypeOf(ends(made.answers("answer", "summary")).outputs).toEqualTypeOf<{ answer: string; summary?: string }>();
  });

  it("takes inputs as a type, too", () => {
    const made = pipeline<{ when: Date }>().step("year", ({ when }) => ({ year: when.getUTCFullYear() }));
    expectTypeOf(ends(made)).toEqualTypeOf<{ inputs: { when: Date }; outputs: { year: number } }>();
  });

  it("says that outputs may be missing where a pipeline goes on after failures", () => {
    const made = pipeline("a", { onError: "continue" }).step("one", predict("a -> b"));
    expectTypeOf(ends(made).outputs).toEqualTypeOf<{ b?: string }>();
  });

  it("refuses a step whose inputs nothing gives, or gives as another type", () => {
    const made = pipeline("question: str, n: int");
    // @ts-expect-error: The step needs `contxt`, which no input and no step before it gives.
    made.step("respond", predict("contxt, question -> answer"));
    // @ts-expect-error: The step needs `n` as another type than the values before it have.
    made.step("respond", predict("n: str -> answer"));
    // @ts-expect-error: the same, side by side
    made.parallel({ a: predict("contxt -> answer") });
    // @ts-expect-error: the same, in a choice
    made.when("a", () => true, predict("contxt -> answer"));
    // @ts-expect-error: there is no `contxt`
    made.step("respond", ({ contxt }) => ({ contxt }));
    // @ts-expect-error: the module's input is called `text`
    made.fit("respond", predict("text -> answer"), { inputs: ({ question }) => ({ txt: question }) });
    // @ts-expect-error: what may be missing may not be counted on
    made.when("a", () => true, predict("question -> b")).step("c", predict("b -> d"));
  });

  it("refuses steps side by side that answer the same, and answers that no step gives", () => {
    // @ts-expect-error: `x` is another's, too.
    pipeline("a").parallel({ one: predict("a -> x"), two: predict("a -> x") });
    // @ts-expect-error: no step answers `c`
    pipeline("a").step("one", predict("a -> b")).answers("c");
  });

  it("types what is piped", () => {
    const program = { run: async ({ n }: { n: number }) => ({ text: String(n) }) };
    expectTypeOf(pipe(program)).toEqualTypeOf<
      (inputs: { n: number } | Promise<{ n: number }>) => Promise<{ text: string }>
    >();
  });
});
