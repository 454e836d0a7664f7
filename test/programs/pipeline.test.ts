import { describe, expect, it } from "vitest";
import {
  type Call,
  chainOfThought,
  Module,
  pipe,
  pipeline,
  predict,
  prepareProgram,
  programState,
  python,
  streamProgram,
  withPredictors,
  withProgramState,
} from "../../programs/index.ts";
import { run, scripted } from "./scripted-program.ts";

/** A pipeline with a step of each kind. */
const rag = pipeline("question: str, k: int = 2")
  .step("retrieve", ({ question, k }) => ({ context: Array.from({ length: k }, (_, at) => `${question} ${at}`) }))
  .step("respond", chainOfThought("context: list[str], question -> answer"))
  .parallel({ pro: predict("answer -> pro"), con: predict("answer -> con") })
  .when("brief", ({ answer }) => answer.length > 100, predict("answer -> summary"));

describe("pipeline", () => {
  it("hands each step the values that it takes, and answers what all of them answered", async () => {
    const ports = scripted();
    const outputs = await run(rag, { question: "Who?" }, ports);
    expect({ ...outputs }).toEqual({
      context: ["Who? 0", "Who? 1"],
      reasoning: "reasoning-1",
      answer: "answer-1",
      pro: "pro-2",
      con: "con-3",
    });
    expect(ports.steps.map(({ path, inputs }) => ({ path, inputs: Object.keys(inputs) }))).toEqual([
      { path: "respond.predict", inputs: ["context", "question"] },
      { path: "pro", inputs: ["answer"] },
      { path: "con", inputs: ["answer"] },
    ]);
  });

  it("answers only what it is told to", async () => {
    expect({ ...(await run(rag.answers("answer", "pro"), { question: "?" }, scripted())) }).toEqual({
      answer: "answer-1",
      pro: "pro-2",
    });
  });

  it("lets a later step replace an earlier value", async () => {
    const twice = pipeline("text")
      .step("first", ({ text }) => ({ text: `${text}!` }))
      .step("second", ({ text }) => ({ text: `${text}?` }));
    expect({ ...(await run(twice, { text: "a" }, scripted())) }).toEqual({ text: "a!?" });
  });

  it("goes one of two ways, or none", async () => {
    const made = pipeline("n: int")
      .when(
        "size",
        ({ n }) => n > 9,
        () => ({ size: "large" }),
        () => ({ size: "small" }),
      )
      .when(
        "odd",
        ({ n }) => n % 2 === 1,
        () => ({ odd: true }),
      );
    expect({ ...(await run(made, { n: 11 }, scripted())) }).toEqual({ size: "large", odd: true });
    expect({ ...(await run(made, { n: 4 }, scripted())) }).toEqual({ size: "small" });
  });

  it("fits modules whose fields have other names", async () => {
    const made = pipeline("topic").fit("pro", predict("question -> answer"), {
      inputs: ({ topic }) => ({ question: `What speaks for ${topic}?` }),
      outputs: ({ answer }) => ({ pro: answer }),
    });
    const ports = scripted();
    expect({ ...(await run(made, { topic: "tea" }, ports)) }).toEqual({ pro: "answer-1" });
    expect(ports.steps[0]?.inputs).toEqual({ question: "What speaks for tea?" });
  });

  it("nests, and takes modules of one's own", async () => {
    class Doubled extends Module<{ n: number }, { n: number }> {
      override forward({ n }: { n: number }, _call: Call) {
        return { n: n * 2 };
      }
    }
    const inner = pipeline("n: int").step("double", new Doubled());
    const outer = pipeline("n: int, rest")
      .step("inner", inner)
      .step(
        "again",
        inner.step("more", ({ n }) => ({ m: n })),
      );
    expect({ ...(await run(outer, { n: 3, rest: "" }, scripted())) }).toEqual({ n: 12, m: 12 });
  });

  it("checks its inputs before the first step, unless it is told of none", async () => {
    // @ts-expect-error: the input is called `question`
    await expect(run(rag, { qestion: "?" }, scripted())).rejects.toMatchObject({ code: "PROGRAM_INPUT_INVALID" });
    const made = pipeline<{ when: Date }>().step("year", ({ when }) => ({ year: when.getUTCFullYear() }));
    expect((await run(made, { when: new Date(0) }, scripted())).year).toBe(1970);
  });

  it("runs the steps of a stage side by side", async () => {
    const inside: string[] = [];
    const step = (name: string) => async () => {
      inside.push(`${name} begins`);
      await Promise.resolve();
      inside.push(`${name} ends`);
      return { [name]: name };
    };
    await run(pipeline("a").parallel({ one: step("x"), two: step("y") }), { a: "" }, scripted());
    expect(inside).toEqual(["x begins", "y begins", "x ends", "y ends"]);
  });

  it("refuses an output that two steps side by side answer", async () => {
    const answering = (): Record<string, unknown> => ({ b: 1 });
    await expect(
      run(pipeline("a").parallel({ one: answering, two: answering }), { a: "" }, scripted()),
    ).rejects.toMatchObject({ code: "PIPELINE_OUTPUT_CLASH", details: { output: "b", steps: ["one", "two"] } });
  });

  it("names the remedy where a step needs Python and there is none", async () => {
    const made = pipeline("question").step("reason", python("dspy.CodeAct", "question -> answer"));
    await expect(run(made, { question: "?" }, scripted())).rejects.toMatchObject({
      code: "PROGRAM_PYTHON_MISSING",
      details: { path: "reason" },
    });
  });

  it.each([
    ["a name that is there", () => rag.step("respond", () => ({})), "there is a step `respond` already"],
    ["a method's name", () => rag.step("answers", () => ({})), "as a method is"],
    ["a name with a dot", () => rag.step("a.b", () => ({})), "use letters"],
    // @ts-expect-error: a step is a module or a function
    ["what is no step", () => rag.step("x", 7), "neither a module nor a function"],
    ["a stage without steps", () => rag.parallel({}), "a stage needs a step"],
  ])("refuses %s", (_title, build, part) => {
    expect(build).toThrow(
      expect.objectContaining({ code: "PIPELINE_INVALID", message: expect.stringContaining(part) }),
    );
  });

  it("says where its inputs' text is wrong", () => {
    // @ts-expect-error: `intt` is no type
    expect(() => pipeline("k: intt")).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
  });
});

describe("a pipeline as a program", () => {
  it("streams what its steps give, each as soon as it is over", async () => {
    const made = pipeline("a")
      .step("one", () => ({ b: 1 }))
      .step("inner", pipeline("b: int").parallel({ two: ({ b }) => ({ c: b + 1 }), three: () => ({ d: true }) }));
    const parts: unknown[] = [];
    for await (const part of streamProgram(prepareProgram(made), { a: "" }, scripted())) parts.push(part);
    expect(parts).toMatchObject([
      { type: "step-complete", path: "one", step: "one", outputs: { b: 1 } },
      { type: "step-complete", path: "inner.two", step: "two", outputs: { c: 2 } },
      { type: "step-complete", path: "inner.three", step: "three", outputs: { d: true } },
      { type: "step-complete", path: "inner", step: "inner", outputs: { c: 2, d: true } },
      { type: "prediction", prediction: { b: 1, c: 2, d: true } },
    ]);
  });

  it("has its steps' parameters under their names", () => {
    const { modules, predictors } = prepareProgram(rag);
    expect(modules.map(({ path }) => path)).toEqual([
      "self",
      "retrieve",
      "respond",
      "respond.predict",
      "pro",
      "con",
      "brief",
      "brief.yes",
    ]);
    expect(predictors.map(({ path }) => path)).toEqual(["respond.predict", "pro", "con", "brief.yes"]);
  });

  it("runs changed copies and loads saved state, and goes on being built", async () => {
    const copy = withPredictors(rag, (path, predictor) => predictor.withInstructions(`At ${path}.`));
    const ports = scripted();
    await run(
      copy.step("more", ({ pro }) => ({ more: pro })),
      { question: "?" },
      ports,
    );
    expect(ports.requests.map(({ messages }) => /At (\S+)\./.exec(String(messages[0]?.content))?.[1])).toEqual([
      "respond.predict",
      "pro",
      "con",
    ]);
    expect(programState(withProgramState(rag, programState(copy)))).toEqual(programState(copy));
  });
});

describe("pipe", () => {
  it("runs a program on what comes, or on what is to come", async () => {
    const program = { run: async ({ n }: { n: number }) => ({ n: n + 1 }) };
    expect(await Promise.all([{ n: 1 }, { n: 2 }].map(pipe(program)))).toEqual([{ n: 2 }, { n: 3 }]);
    expect(await Promise.resolve({ n: 1 }).then(pipe(program)).then(pipe(program))).toEqual({ n: 3 });
    expect(await pipe(program)(Promise.resolve({ n: 5 }))).toEqual({ n: 6 });
  });
});
