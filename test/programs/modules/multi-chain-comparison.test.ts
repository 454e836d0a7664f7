import { describe, expect, expectTypeOf, it } from "vitest";
import { comparedChains, multiChainComparison, type Prediction, programState } from "../../../programs/index.ts";
import { run } from "../scripted-program.ts";
import { answering, promptOf } from "./answering.ts";

const compare = multiChainComparison("question -> answer: int", { m: 2 });
const completions = [
  { reasoning: "  add them\nthen check ", answer: 3 },
  { rationale: "guess", answer: 4 },
] as const;

describe("multiChainComparison", () => {
  it("shows the model the first line of each reasoning and answer, and has it reason anew", async () => {
    const ports = answering(() => ({ rationale: "r", answer: 3 }));
    const prediction = await run(compare, { question: "1+2?", completions }, ports);
    expect(prediction).toEqual({ rationale: "r", answer: 3 });
    expectTypeOf(prediction).toEqualTypeOf<Prediction<{ rationale: string; answer: number }>>();
    const prompt = promptOf(ports.requests[0]);
    expect(prompt).toMatch(/2\. `reasoning_attempt_1` \(str\): \$\{reasoning attempt\}/);
    expect(prompt).toContain("«I'm trying to add them I'm not sure but my prediction is 3»");
    expect(prompt).toContain("«I'm trying to guess I'm not sure but my prediction is 4»");
    expect(ports.requests[0]?.options).toEqual({ temperature: 0.7 });
  });

  it("refuses another number of attempts, and attempts without reasoning", async () => {
    const ask = (given: readonly object[]) =>
      run(
        compare,
        { question: "q", completions: given as typeof completions },
        answering(() => "x"),
      );
    await expect(ask(completions.slice(1))).rejects.toMatchObject({ code: "PROGRAM_MODULE_INVALID" });
    await expect(ask([{ answer: 1 }, completions[1]])).rejects.toThrow(/completions\[0\]/);
    const ports = answering(() => "x");
    // @ts-expect-error: an attempt without reasoning.
    void (() => run(compare, { question: "q", completions: [{ answer: 1 }] }, ports));
  });

  it("keeps DSPy's parameter path", () => expect(Object.keys(programState(compare))).toEqual(["predict"]));
});

describe("comparedChains", () => {
  it("reasons several times at once, each time anew, and compares what came of it", async () => {
    const ports = answering((request, _context, index) =>
      promptOf(request).includes("[[ ## rationale ## ]]")
        ? { rationale: "best of three", answer: "b" }
        : { reasoning: `way ${index}`, answer: `${index}` },
    );
    const prediction = await run(comparedChains("question -> answer"), { question: "q" }, ports);
    expect(prediction).toEqual({ rationale: "best of three", answer: "b" });
    expect(ports.requests.map(({ rolloutId, options }) => [rolloutId, options.temperature])).toEqual([
      [0, 0.7],
      [1, 0.7],
      [2, 0.7],
      [undefined, 0.7],
    ]);
    for (const way of [0, 1, 2]) expect(promptOf(ports.requests[3])).toContain(`I'm trying to way ${way} I'm not sure`);
  });

  it("has chains that differ in instructions and temperature", async () => {
    const ports = answering(() => ({ rationale: "r", reasoning: "r", answer: "a" }));
    const chains = [{ instructions: "Be terse." }, { instructions: "Be thorough.", config: { temperature: 1.2 } }];
    const two = comparedChains("question -> answer", { chains, temperature: 0.4 });
    await run(two, { question: "q" }, ports);
    expect(ports.requests.map(({ options }) => options.temperature)).toEqual([0.4, 1.2, 0.4]);
    expect(promptOf(ports.requests[1])).toContain("Be thorough.");
    expect(Object.keys(programState(two))).toEqual(["chains[0].predict", "chains[1].predict", "compare.predict"]);
  });

  it("refuses no chains", () => {
    expect(() => comparedChains("q -> a", { chains: [] })).toThrow(/`chains`/);
  });
});
