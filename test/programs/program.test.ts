import { describe, expect, it } from "vitest";
import {
  bestOfN,
  type Call,
  chainOfThought,
  Module,
  predict,
  prepareProgram,
  program,
  programHash,
  programState,
  python,
  react,
  withPredictors,
  withProgramState,
} from "../../programs/index.ts";
import type { JsonObject } from "../../runtime/base/index.ts";
import { Hinted, run, scripted } from "./scripted-program.ts";

describe("prepareProgram", () => {
  it("names modules by DSPy's paths, the root first", () => {
    const { modules, predictors } = prepareProgram(new Hinted());
    expect(modules.map(({ path }) => path)).toEqual(["self", "gen", "gen.predict", "parts[0]", "byName['k']"]);
    expect(predictors.map(({ path }) => path)).toEqual(["gen.predict", "parts[0]", "byName['k']"]);
  });

  it("names a bare predictor self, and that of a chain of thought predict", () => {
    expect(prepareProgram(predict("a -> b")).predictors.map(({ path }) => path)).toEqual(["self"]);
    expect(prepareProgram(chainOfThought("a -> b")).predictors.map(({ path }) => path)).toEqual(["predict"]);
  });

  it("names a module that sits in two places once", () => {
    const shared = predict("a -> b");
    const twice = program({ one: shared, two: shared }, ({ a }: { a: string }, { one }) => one({ a }));
    expect(prepareProgram(twice).predictors.map(({ path }) => path)).toEqual(["one"]);
  });
});

describe("withPredictors", () => {
  it("changes a copy and leaves the program as it was", async () => {
    const original = new Hinted();
    const before = JSON.stringify(programState(original));
    const copy = withPredictors(original, (path, predictor) => predictor.withInstructions(`At ${path}.`));
    expect(JSON.stringify(programState(original))).toBe(before);
    expect(copy).toBeInstanceOf(Hinted);
    expect(Object.values(programState(copy)).map((entry) => entry?.signature.instructions)).toEqual([
      "At gen.predict.",
      "At parts[0].",
      "At byName['k'].",
    ]);
    const ports = scripted();
    await run(copy, { question: "q" }, ports);
    expect(String(ports.requests[0]?.messages[0]?.content)).toContain("At gen.predict.");
  });

  it("keeps a shared predictor shared, and changes it once", () => {
    const shared = predict("a -> b");
    class Twice extends Module<{ a: string }, { b: string }> {
      readonly one = shared;
      readonly two = shared;
      readonly self = this;
      override forward(inputs: { a: string }, call: Call): Promise<{ b: string }> {
        return call.run(this.one, inputs);
      }
    }
    const paths: string[] = [];
    const copy = withPredictors(new Twice(), (path, predictor) => {
      paths.push(path);
      return predictor.withInstructions("New.");
    });
    expect(paths).toEqual(["one"]);
    expect(copy.one).toBe(copy.two);
    expect(copy.self).toBe(copy);
  });

  it("changes the steps of function programs", async () => {
    const made = program({ step: predict("a -> b") }, ({ a }: { a: string }, { step }) => step({ a }));
    const copy = withPredictors(made, (_path, predictor) => predictor.withDemos([{ a: "1", b: "2" }]));
    const ports = scripted();
    await run(copy, { a: "x" }, ports);
    expect(ports.requests[0]?.messages).toHaveLength(4);
  });
});

describe("programState", () => {
  it("goes through JSON and back", () => {
    const original = withPredictors(new Hinted(), (_path, predictor) =>
      predictor.withInstructions("Do.").withDemos([{ augmented: true, question: "q", hint: "h" }]),
    );
    const state: JsonObject = JSON.parse(JSON.stringify(programState(original)));
    const restored = withProgramState(new Hinted(), state);
    expect(programState(restored)).toEqual(programState(original));
    expect(programHash(restored)).toBe(programHash(original));
    expect(programHash(new Hinted())).not.toBe(programHash(original));
  });

  it("tells programs apart that differ in types or options alone", () => {
    const hashes = [predict("a -> b"), predict("a -> b: int"), predict("a -> b", { config: { temperature: 1 } })].map(
      (each) => programHash(each as Module),
    );
    expect(new Set(hashes).size).toBe(3);
  });

  it("tells programs apart whose modules were made otherwise", () => {
    const reward = () => 1;
    const qa = predict("a -> b");
    const made = [
      qa,
      bestOfN(qa, { n: 2, reward }),
      bestOfN(qa, { n: 3, reward }),
      react("a -> b", { tools: [] }),
      react("a -> b", { tools: [], maxIterations: 3 }),
      python("dspy.Predict", "a -> b"),
      python("dspy.ChainOfThought", "a -> b"),
      python("dspy.ChainOfThought", "a -> c"),
    ];
    expect(new Set(made.map((each) => programHash(each as Module))).size).toBe(made.length);
    expect(programHash(bestOfN(qa, { n: 2, reward: () => 0 }) as Module)).toBe(programHash(made[1] as Module));
  });

  it("names what does not fit", () => {
    const problem = (state: JsonObject): unknown => {
      try {
        return withProgramState(predict("a -> b"), state);
      } catch (error) {
        return error;
      }
    };
    const good = programState(predict("a -> b"))["self"];
    expect(problem({})).toMatchObject({ code: "PROGRAM_STATE_INVALID", details: { path: "self" } });
    expect(problem({ self: { ...good, lm: { model: "x", _dspy_lm_class: "my.Lm" } } })).toMatchObject({
      code: "PROGRAM_STATE_INVALID",
    });
    expect(problem({ self: { ...good, demos: 3 } })).toMatchObject({ code: "PROGRAM_STATE_INVALID" });
  });
});

describe("program", () => {
  it("refuses steps that are no modules", () => {
    const step: unknown = { forward: () => ({}) };
    expect(() => program({ step: step as Module }, () => ({}))).toThrow(
      expect.objectContaining({ code: "PROGRAM_STEP_INVALID" }),
    );
    expect(() => program({ forward: predict("a -> b") }, () => ({}))).toThrow("cannot be named");
  });
});
