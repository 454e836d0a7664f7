import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createRuntime,
  type JsonObject,
  PythonModule,
  python,
  pythonMetric,
  pythonOptimizer,
  type Runtime,
  registered,
  tool,
} from "../../index.ts";
import { askDspy, bringDspy, python as interpreter } from "./python-dspy.ts";
import { HANDLERS } from "./python-worker.ts";
import { examples, isRight, notingLm, scoresOf, stateOf, twoSteps } from "./two-step-search.ts";

interface Case {
  readonly optimizer: string;
  readonly made: JsonObject;
  readonly given: JsonObject;
  readonly train: readonly [number, number];
  readonly val: readonly [number, number] | null;
}

const cases: readonly Case[] = [
  { optimizer: "LabeledFewShot", made: { k: 3 }, given: {}, train: [0, 20], val: null },
  {
    optimizer: "BootstrapFewShot",
    made: { max_bootstrapped_demos: 2, max_labeled_demos: 4, max_rounds: 2 },
    given: {},
    train: [0, 12],
    val: null,
  },
  {
    optimizer: "BootstrapFewShotWithRandomSearch",
    made: { num_candidate_programs: 2, max_bootstrapped_demos: 2, max_labeled_demos: 3 },
    given: {},
    train: [0, 12],
    val: [20, 28],
  },
  {
    optimizer: "COPRO",
    made: { breadth: 3, depth: 2, init_temperature: 1 },
    given: { eval_kwargs: { display_progress: false } },
    train: [0, 6],
    val: null,
  },
  {
    optimizer: "MIPROv2",
    made: { auto: null, num_candidates: 3, max_bootstrapped_demos: 2, max_labeled_demos: 2 },
    given: { num_trials: 5, minibatch_size: 4, minibatch_full_eval_steps: 2 },
    train: [0, 12],
    val: [20, 28],
  },
  {
    optimizer: "SIMBA",
    made: { bsize: 6, num_candidates: 3, max_steps: 2, max_demos: 2 },
    given: {},
    train: [0, 12],
    val: null,
  },
  { optimizer: "GEPA", made: { max_metric_calls: 40 }, given: {}, train: [0, 8], val: [20, 26] },
  {
    optimizer: "InferRules",
    made: { num_candidates: 2, num_rules: 3, max_bootstrapped_demos: 2, max_labeled_demos: 2 },
    given: {},
    train: [0, 8],
    val: [20, 26],
  },
  { optimizer: "BootstrapFinetune", made: { multitask: false, num_threads: 2 }, given: {}, train: [0, 8], val: null },
];

/** What an optimizer is called here where it is not all of DSPy's. */
const names: Readonly<Record<string, string>> = { BootstrapFinetune: "dspex.FinetuneData" };

interface Alone {
  readonly source: string;
  readonly found: readonly {
    readonly best: unknown;
    readonly scores: readonly number[];
    readonly asked: readonly string[];
    /** What models would be trained on. */
    readonly data: readonly unknown[];
  }[];
}

describe("DSPy's optimizers on a program of this side", () => {
  const model = notingLm();
  let alone: Alone;
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    // The script writes it.
    alone = askDspy("optimizers_alone.py", cases) as Alone;
    runtime = await createRuntime({
      lm: model.provider,
      // What one case has asked, another must ask again.
      cache: "off",
      python: { interpreter, pools: { general: { size: 1 } } },
    });
  });
  afterAll(() => runtime.stop());

  it.each(cases.map((one, index) => [one.optimizer, one, index] as const))(
    "%s finds, scores and asks what it does alone in Python",
    async (_, { optimizer, made, given, train, val }, index) => {
      model.asked.length = 0;
      const found = await runtime.optimize(twoSteps, {
        optimizer: pythonOptimizer(names[optimizer] ?? `dspy.${optimizer}`, made, given, { source: alone.source }),
        trainset: examples(...train),
        ...(val === null ? {} : { valset: examples(...val) }),
        metric: isRight,
      });
      expect({
        best: stateOf(found.best),
        scores: await scoresOf(runtime, found.runId),
        asked: [...new Set(model.asked)].toSorted(),
        data: found.candidates.flatMap(({ proposal: { data } }) => data ?? []),
      }).toEqual(alone.found[index]);
    },
  );
});

describe("a search over what lives in Python", () => {
  const model = notingLm();
  let alone: Alone;
  let runtime: Runtime;
  const chosen = cases.filter(({ optimizer }) => optimizer === "BootstrapFewShotWithRandomSearch");
  const program = python("P", "question -> answer", { args: [] });
  const data = { trainset: examples(0, 12), valset: examples(20, 28) };
  beforeAll(async () => {
    bringDspy();
    // The script writes it.
    alone = askDspy("optimizers_alone.py", chosen) as Alone;
    const general = { size: 1, paths: [HANDLERS], modules: ["searched"] };
    runtime = await createRuntime({ lm: model.provider, cache: "off", python: { interpreter, pools: { general } } });
  });
  afterAll(() => runtime.stop());

  it.each([
    ["of this side", isRight],
    ["of Python's", pythonMetric("is_right")],
  ])("optimizes a program of Python's by a metric %s", async (_, metric) => {
    model.asked.length = 0;
    const [{ optimizer, made, given } = { optimizer: "", made: {}, given: {} }] = chosen;
    const found = await runtime.optimize(program, {
      ...data,
      optimizer: pythonOptimizer(`dspy.${optimizer}`, made, given),
      metric,
    });
    const { best } = found;
    if (!(best instanceof PythonModule)) throw new Error("a program of Python's was optimized");
    const [expected] = alone.found;
    expect(demosOf(best.options.state)).toEqual(demosOf(expected?.best));
    expect({
      scores: await scoresOf(runtime, found.runId),
      asked: [...new Set(model.asked)].toSorted(),
    }).toEqual({ scores: expected?.scores, asked: expected?.asked });
    await using handle = await runtime.spawnProgram(best);
    expect(await handle.run({ question: "q3" })).toHaveProperty("answer");
  });

  it("has a program of Python's call the tools that it was given, at their places", async () => {
    const lookup = tool({
      name: "lookup",
      description: "Looks a question up.",
      parameters: { question: "str" },
      run: ({ question }) => `hint of ${question}`,
    });
    const found = await runtime.optimize(python("LooksUp", "question -> answer", { args: [], tools: [lookup] }), {
      ...data,
      optimizer: pythonOptimizer("dspy.BootstrapFewShot", { max_bootstrapped_demos: 1, max_labeled_demos: 0 }),
      metric: isRight,
    });
    const called: string[] = [];
    for await (const { trialId, toolName } of runtime.store.list("tool-call", { prefix: { runId: found.runId } })) {
      called.push(`${trialId} ${toolName}`);
    }
    expect(called.length).toBeGreaterThan(0);
    expect(new Set(called)).toEqual(new Set(["search lookup"]));
  });

  it("runs an optimizer that a team has registered, with arguments that only Python has", async () => {
    const found = await runtime.optimize(twoSteps, {
      ...data,
      optimizer: pythonOptimizer("FirstDemos", { count: 2, to: ["step2"], judge: registered("is_right") }),
      metric: isRight,
    });
    const shown = data.trainset.examples.slice(0, 2).map(({ fields }) => fields);
    expect(stateOf(found.best)).toMatchObject({ step1: { demos: [] }, step2: { demos: shown } });
    expect(found.candidates).toEqual([expect.objectContaining({ trialId: "evaluation 0", score: found.bestScore })]);
  });

  it.each([
    ["dspy.MIPRO", {}, { code: "BRIDGE_HANDLER_UNKNOWN", message: expect.stringContaining("dspy.MIPROv2") }],
    ["dspy.GEPA", { auto: "light", max_metric_calls: 3 }, { code: "BRIDGE_PYTHON_ERROR" }],
    ["dspy.LabeledFewShot", { k: 2, shots: 3 }, { message: expect.stringContaining("shots") }],
    ["P", {}, { code: "BRIDGE_PROGRAM_INVALID", message: expect.stringContaining("no optimizer") }],
  ])("refuses %s where it cannot be run, and the pool goes on", async (name, made, error) => {
    const search = { ...data, optimizer: pythonOptimizer(name, made), metric: isRight };
    await expect(runtime.optimize(twoSteps, search)).rejects.toMatchObject(error);
    expect(await runtime.python.status()).toMatchObject({ workers: 1 });
  });
});

function demosOf(state: unknown): unknown {
  const predictors = Object.entries(Object(state) as Readonly<Record<string, { readonly demos?: unknown }>>);
  return Object.fromEntries(
    predictors.filter(([name]) => name !== "metadata").map(([name, { demos }]) => [name, demos]),
  );
}
