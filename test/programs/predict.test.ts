import { describe, expect, it } from "vitest";
import {
  chainOfThought,
  chatOnlyAdapter,
  completionsOf,
  example,
  type Module,
  predict,
  twoStepAdapter,
} from "../../programs/index.ts";
import { Hinted, run, scripted } from "./scripted-program.ts";

describe("predict", () => {
  it("refuses missing, unknown and ill-typed inputs by name", async () => {
    const qa = predict("question, n: int -> answer");
    const problem = (inputs: object): Promise<unknown> =>
      run(qa as Module<object, object>, inputs, scripted()).catch((error: unknown) => error);
    expect(await problem({ question: "q" })).toMatchObject({ code: "PROGRAM_INPUT_INVALID", details: { field: "n" } });
    expect(await problem({ question: "q", n: 1, qestion: "x" })).toMatchObject({
      details: { field: "qestion", problem: "unknown", nearest: "question" },
    });
    expect(await problem({ question: "q", n: "one" })).toMatchObject({
      message: 'The input `n` of `self` does not fit: expected int, found the string "one".',
    });
  });

  it("warns instead, under compat", async () => {
    const ports = scripted(["[[ ## a ## ]]\nx"]);
    const settings = { compat: "dspy-3.3.1" } as const;
    await run(predict("q -> a") as Module<object, object>, { zzz: 1 }, ports, { settings });
    expect(ports.warnings.map(({ kind, fields }) => [kind, fields])).toEqual([
      ["input-missing", ["q"]],
      ["input-unknown", ["zzz"]],
    ]);
  });

  it("fills in defaults of inputs", async () => {
    const ports = scripted();
    const made = predict("q, style -> a", {}).signature.withUpdatedFields("style", { default: "brief" });
    await run(predict(made) as Module<object, object>, { q: "x" }, ports);
    expect(ports.steps[0]?.inputs).toEqual({ q: "x", style: "brief" });
  });

  it("asks for several completions at a temperature that lets them differ", async () => {
    const temperatureOf = async (config: object, lmDefaults?: object): Promise<unknown> => {
      const ports = scripted();
      const settings = lmDefaults === undefined ? {} : { lmDefaults };
      const prediction = await run(predict("q -> a", { config }), { q: "x" }, ports, { settings });
      expect(completionsOf(prediction)).toHaveLength(Object(config).n ?? 1);
      return ports.requests[0]?.options.temperature;
    };
    expect(await temperatureOf({ n: 3 })).toBe(0.7);
    expect(await temperatureOf({ n: 3, temperature: 0.1 })).toBe(0.7);
    expect(await temperatureOf({ n: 3, temperature: 0.3 })).toBe(0.3);
    expect(await temperatureOf({ n: 3 }, { temperature: 0.9 })).toBeUndefined();
    expect(await temperatureOf({ temperature: 0 })).toBe(0);
  });

  it("puts the run's options and rollout id over its own", async () => {
    const ports = scripted();
    const own = predict("q -> a", { config: { temperature: 0.5, extra: { a: 1, b: 1 } }, rolloutId: 1 });
    const settings = { lm: { maxTokens: 9, extra: { b: 2 } }, rolloutId: 7 };
    await run(own, { q: "x" }, ports, { settings });
    expect(ports.requests[0]).toMatchObject({
      options: { temperature: 0.5, maxTokens: 9, extra: { a: 1, b: 2 } },
      rolloutId: 7,
    });
  });

  it("fails with what was found, what was expected and why", async () => {
    const text = "[[ ## answer ## ]]\nx\n[[ ## sure ## ]]\nvery";
    const failing = run(predict("q -> answer, sure: float, n: int"), { q: "x" }, scripted([text]), {
      settings: { adapter: chatOnlyAdapter },
    });
    await expect(failing).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      message: expect.stringMatching(/^`self` was given an answer that it cannot read\. Expected the fields/),
      details: {
        path: "self",
        text,
        expectedFields: ["answer", "sure", "n"],
        parsedFields: { answer: "x" },
        failures: [
          { field: "sure", reason: 'expected float, found the text "very"' },
          { field: "n", reason: "its section is missing" },
        ],
      },
    });
  });

  it("names the predictor inside a program that failed, once, whatever way it was asked in last", async () => {
    const settings = [{}, { adapter: twoStepAdapter() }, { compat: "dspy-3.3.1" }] as const;
    for (const each of settings) {
      const failing = run(new Hinted(), { question: "q" }, scripted(["no", "no", "no", "no", "no"]), {
        settings: each,
      });
      const error = await failing.then(String, (thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "PROGRAM_PARSE_FAILED", details: { path: "gen.predict" } });
      expect(String(error).split("`gen.predict`")).toHaveLength(2);
    }
  });

  it.each([null, ""])("fails when the model answers %j", async (text) => {
    await expect(run(predict("q -> a"), { q: "x" }, scripted([text]))).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
    });
  });

  it("holds answers against constraints, which DSPy only prints", async () => {
    const bounded = predict("q -> n: int").signature.withUpdatedFields("n", { constraints: { ge: 1, le: 5 } });
    const text = "[[ ## n ## ]]\n9";
    const strict = { adapter: chatOnlyAdapter };
    await expect(run(predict(bounded), { q: "x" }, scripted([text]), { settings: strict })).rejects.toMatchObject({
      details: { failures: [{ field: "n", reason: "9 is not less than or equal to 5" }] },
    });
    const settings = { compat: "dspy-3.3.1" } as const;
    expect(await run(predict(bounded), { q: "x" }, scripted([text]), { settings })).toEqual({ n: 9 });
  });

  it("reads indented and tight headers, which DSPy garbles or misses", async () => {
    const text = "  [[ ## a ## ]] x\n[[## n ##]]\n3";
    expect(await run(predict("q -> a, n: int"), { q: "x" }, scripted([text]))).toEqual({ a: "x", n: 3 });
  });

  it("shows a whole number in a field of floats as a float", async () => {
    const ports = scripted();
    await run(predict("f: float, l: list[float] -> a"), { f: 1, l: [1, 2.5] }, ports);
    expect(ports.requests[0]?.messages[1]?.content).toContain("[[ ## f ## ]]\n1.0\n\n[[ ## l ## ]]\n[1.0, 2.5]");
  });

  it("refuses values that have no textual form", async () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const value of [() => 1, Symbol("s"), cycle]) {
      await expect(run(predict("v: Any -> a"), { v: value }, scripted())).rejects.toMatchObject({
        code: "PROGRAM_FORMAT_FAILED",
      });
    }
  });

  it("takes instructions in place of the signature's", async () => {
    const ports = scripted();
    await run(chainOfThought("q -> a", { instructions: "\n  Be brief." }), { q: "x" }, ports);
    expect(String(ports.requests[0]?.messages[0]?.content)).toMatch(/objective is: \n {8}Be brief\.$/);
  });

  it("shows examples and plain records alike as demonstrations", async () => {
    const ports = scripted();
    const demos = [example({ q: "1", a: "2" }).withInputs("q"), { q: "3", a: "4", augmented: true }];
    await run(predict("q -> a", { demos }), { q: "x" }, ports);
    expect(ports.requests[0]?.messages.slice(1, 5).map(({ content }) => content)).toEqual([
      "[[ ## q ## ]]\n1",
      "[[ ## a ## ]]\n2\n\n[[ ## completed ## ]]\n",
      "[[ ## q ## ]]\n3",
      "[[ ## a ## ]]\n4\n\n[[ ## completed ## ]]\n",
    ]);
  });

  it("is not led astray by field names that objects inherit", async () => {
    const ports = scripted();
    const settings = { compat: "dspy-3.3.1" } as const;
    await run(predict("constructor, toString -> valueOf") as Module<object, object>, {}, ports, { settings });
    expect(String(ports.requests[0]?.messages[1]?.content)).toMatch(/^Respond with/);
  });
});
