import { describe, expect, it } from "vitest";
import { namedMetrics, scoreExample } from "../../evaluate/index.ts";
import {
  hostLm,
  innerOptimizer,
  localStudy,
  optimizerFrom,
  pythonMetric,
  pythonOptimizer,
  registered,
  type Study,
} from "../../optimizers/index.ts";
import { example, float, toPrediction } from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { questions, type Serve, student, studyWith, trainset, valset } from "./python-study.ts";

const STATE = {
  self: {
    instructions: "Answer.",
    fields: [
      { prefix: "Q:", description: "asked" },
      { prefix: "A:", description: "said" },
    ],
    demos: [{ ref: ["train", 1] }, { fields: { question: "x", answer: "no", weight: float(1) } }],
  },
};
const NAME = { role: "student", name: "one" };
const found = { best: NAME, candidates: [], facts: {} };
const run = { candidate: NAME, inputs: { ref: ["val", 0] }, known: true, model: "host", lm: {}, rolloutId: null };

describe("pythonOptimizer", () => {
  it("is made again of its name and options, as a resume does", () => {
    const made = pythonOptimizer(
      "dspy.GEPA",
      { auto: "light", reflection_lm: hostLm("openai/gpt-4o") },
      {},
      { pool: "big" },
    );
    expect(optimizerFrom(made.optimizerName, made.options)).toMatchObject({
      optimizerName: made.optimizerName,
      options: made.options,
    });
    expect(optimizerFrom("of my own", { k: 3 })).toBeUndefined();
  });

  it.each([
    ["a function", { metric: () => 1 }],
    ["a number that JSON has not", { seed: Number.NaN }],
    ["an object of a class", { lm: new Map() }],
  ])("refuses %s among its arguments", (_, args) => {
    // Wrong on purpose: a user without a compiler passes such.
    expect(() => pythonOptimizer("dspy.GEPA", args as never)).toThrowError(
      expect.objectContaining({ code: "OPTIMIZER_OPTION_INVALID" }),
    );
  });

  it("names models and functions as Python reads them", () => {
    expect(hostLm("openai/gpt-4o", { maxTokens: 10, temperature: 1 })).toEqual({
      dspex: "lm",
      model: "openai/gpt-4o",
      options: { max_tokens: 10, temperature: 1 },
    });
    expect(hostLm()).toEqual({ dspex: "lm", options: {} });
    expect(innerOptimizer("dspy.MIPROv2", { prompt_model: hostLm() })).toEqual({
      dspex: "optimizer",
      name: "dspy.MIPROv2",
      arguments: { prompt_model: { dspex: "lm", options: {} } },
    });
    expect(registered("judge")).toEqual({ dspex: "registered", name: "judge" });
  });

  it("refuses a study that has no way to Python", async () => {
    const study = localStudy({ student, trainset, lm: async () => ({ model: "m", completions: [] }) });
    await expect(pythonOptimizer("dspy.GEPA").compile(study)).rejects.toMatchObject({
      code: "OPTIMIZER_PYTHON_MISSING",
    });
  });

  it("tells the program, the examples and its arguments", async () => {
    let begun: unknown;
    const { study } = studyWith(async (serve) => {
      begun = await serve("begin", "dspy.GEPA", null);
      await serve("candidate", "one", { role: "student", state: STATE });
      return found;
    });
    await pythonOptimizer("dspy.GEPA", { auto: "light" }, { teacher: null }).compile(study);
    expect(begun).toMatchObject({
      student: {
        name: "Predict",
        predictors: [{ path: "self", signature: "question -> answer", demos: [] }],
      },
      teacher: null,
      trainset: [
        { fields: { question: "a", answer: "yes" }, inputs: ["question"] },
        { fields: { question: "b", answer: "yes" }, inputs: ["question"] },
      ],
      valset: [{ fields: { question: "c", answer: "yes" }, inputs: ["question"] }],
      metric: { name: "exact", python: null },
      constructor: { auto: "light" },
      compile: { teacher: null },
    });
  });

  it("answers a copy of the program with the state that was found, examples as they were", async () => {
    const { study } = studyWith(async (serve) => {
      await serve("begin", "", null);
      await serve("candidate", "one", { role: "student", state: STATE });
      return found;
    });
    const { best, candidates } = await pythonOptimizer("dspy.LabeledFewShot").compile(study);
    expect(best).toMatchObject({
      signature: { instructions: "Answer.", inputs: [{ prefix: "Q:", desc: "asked" }] },
      demos: [trainset.examples[1]?.fields, { question: "x", answer: "no", weight: float(1) }],
    });
    expect(candidates).toEqual([expect.objectContaining({ trialId: "compiled", score: null, program: best })]);
    expect(student.demos).toEqual([]);
  });

  it("runs the program, judges, and records the evaluation that these belong to", async () => {
    const { study, told } = studyWith(async (serve) => {
      await serve("begin", "", null);
      await serve("candidate", "one", { role: "student", state: STATE });
      const examples = [{ ref: ["val", 0] }];
      await serve("trial", "begin", { trial: "evaluation 0", candidate: NAME, examples });
      const place = "evaluation 0/example 0";
      const ran = await serve("run", "student", run, `${place}/run 0`);
      expect(ran).toEqual({
        outputs: { answer: "yes" },
        trace: [{ path: "self", inputs: { question: "c" }, outputs: { answer: "yes" } }],
      });
      const judged = { example: { ref: ["val", 0] }, outputs: { answer: "yes" } };
      expect(await serve("metric", "", judged, `${place}/judgement 0`)).toEqual({ score: 1, feedback: null });
      await serve("trial", "end", { trial: "evaluation 0", scores: [float(1)], error: null });
      return found;
    });
    const result = await pythonOptimizer("dspy.COPRO").compile(study);
    expect(result).toMatchObject({ bestTrialId: "evaluation 0", bestScore: 1 });
    expect(result.candidates[0]?.report?.results.examples).toEqual([
      expect.objectContaining({ exampleId: valset.exampleIds[0], status: "scored" }),
    ]);
    expect(told).toEqual(["begin evaluation 0"]);
  });

  it("gives the next worker what the lost one had under way", async () => {
    const release = Promise.withResolvers<void>();
    let runs = 0;
    const { study, told } = studyWith(async (serve, start) => {
      await serve("begin", "", null);
      await serve("candidate", "one", { role: "student", state: STATE });
      const running = serve("run", "student", run, "run 0");
      if (start === 0) throw new Error("worker lost");
      release.resolve();
      await running;
      return found;
    });
    const slow: Study = {
      ...study,
      async run(...args) {
        runs += 1;
        await release.promise;
        return study.run(...args);
      },
    };
    await pythonOptimizer("dspy.BootstrapFewShot").compile(slow);
    expect({ runs, told }).toEqual({ runs: 1, told: ["restart"] });
  });

  it("ends with what ended the study, whatever the optimizer makes of it", async () => {
    const { study } = studyWith(async (serve) => {
      await serve("begin", "", null);
      await serve("candidate", "one", { role: "student", state: STATE });
      await serve("run", "student", run, "run 0").catch(() => {});
      return new Promise(() => {});
    });
    const cancelled = new BaseError("RUN_CANCELLED", "The run was cancelled.");
    const ended: Study = { ...study, run: () => Promise.reject(cancelled) };
    await expect(pythonOptimizer("dspy.SIMBA").compile(ended)).rejects.toBe(cancelled);
  });

  it("hands a failing metric and a failing model to Python, which decides", async () => {
    const failure = new BaseError("LM_RATE_LIMITED", "Too many requests.");
    const seen: unknown[] = [];
    const { study } = studyWith(
      async (serve) => {
        await serve("begin", "", null);
        await serve("candidate", "one", { role: "student", state: STATE });
        await serve("lm", "host", { messages: [], options: {} }, "#").catch((error: unknown) => seen.push(error));
        const judged = { example: { ref: ["train", 0] }, outputs: { answer: "yes" } };
        await serve("metric", "", judged, "judgement 0").catch((error: unknown) => seen.push(error));
        return found;
      },
      {
        complete: async () => ({ status: "failed", error: failure }),
        judge: async () => ({ status: "failed", error: { name: "Error", message: "no score", code: "X" } }),
      },
    );
    await pythonOptimizer("dspy.SIMBA").compile(study);
    expect(seen).toEqual([failure, expect.objectContaining({ message: "no score" })]);
  });

  it.each([
    ["an unknown kind", (serve: Serve) => serve("file", "secret", null)],
    ["a program that was never sent", (serve: Serve) => serve("run", "student", run, "run 0")],
    [
      "an example that is not there",
      (serve: Serve) => serve("metric", "", { example: { ref: ["val", 9] }, outputs: {} }, "j"),
    ],
    [
      "an evaluation that never began",
      (serve: Serve) => serve("trial", "end", { trial: "evaluation 7", scores: [], error: null }),
    ],
  ])("refuses %s", async (_, ask) => {
    const { study } = studyWith(async (serve) => {
      await serve("begin", "", null);
      await ask(serve);
      return found;
    });
    await expect(pythonOptimizer("dspy.GEPA").compile(study)).rejects.toMatchObject({
      code: "OPTIMIZER_REMOTE_INVALID",
    });
  });
});

describe("pythonMetric", () => {
  it("has the name that it is registered under, which Python is told", async () => {
    const metric = pythonMetric("is_right");
    let begun: unknown;
    const { study } = studyWith(
      async (serve) => {
        begun = await serve("begin", "", null);
        await serve("candidate", "one", { role: "student", state: STATE });
        return found;
      },
      { metrics: namedMetrics(metric) },
    );
    await pythonOptimizer("dspy.GEPA").compile(study);
    expect(begun).toMatchObject({ metric: { name: "is_right", python: "is_right" } });
  });

  it("judges nothing on this side", async () => {
    const judged = await scoreExample(
      namedMetrics(pythonMetric("is_right")),
      questions[0] ?? example({}),
      toPrediction({}),
      {
        purpose: "evaluation",
        trace: [],
      },
    );
    expect(judged).toMatchObject({ status: "failed", error: { cause: { code: "OPTIMIZER_METRIC_ELSEWHERE" } } });
  });
});
