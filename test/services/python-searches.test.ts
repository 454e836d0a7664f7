import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createRuntime,
  innerOptimizer,
  PythonModule,
  python,
  pythonMetric,
  pythonOptimizer,
  type Runtime,
  registered,
  tool,
} from "../../index.ts";
import { sha256 } from "../../runtime/base/index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { askDspy, bringDspy, python as interpreter } from "./python-dspy.ts";
import { HANDLERS } from "./python-worker.ts";
import { type Alone, examples, isRight, notingLm, scoresOf, stateOf, twoSteps } from "./two-step-search.ts";

const randomSearch = {
  optimizer: "BootstrapFewShotWithRandomSearch",
  made: { num_candidate_programs: 2, max_bootstrapped_demos: 2, max_labeled_demos: 3 },
  given: {},
  train: [0, 12],
  val: [20, 28],
};

describe("a search over what lives in Python", () => {
  const model = notingLm();
  let alone: Alone;
  let runtime: Runtime;
  const program = python("P", "question -> answer", { args: [] });
  const data = { trainset: examples(0, 12), valset: examples(20, 28) };
  beforeAll(async () => {
    bringDspy();
    // The script writes it.
    alone = askDspy("optimizers_alone.py", [randomSearch]) as Alone;
    const general = { size: 1, paths: [HANDLERS], modules: ["searched"] };
    runtime = await createRuntime({ lm: model.provider, cache: "off", python: { interpreter, pools: { general } } });
  });
  afterAll(() => runtime.stop());

  it.each([
    ["of this side", isRight],
    ["of Python's", pythonMetric("is_right")],
  ])("optimizes a program of Python's by a metric %s", async (_, metric) => {
    model.asked.length = 0;
    const { optimizer, made, given } = randomSearch;
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

  it("lets GEPA learn from answers that cannot be read, as DSPy does", async () => {
    // Alone such a run counts as a failed prediction; taken for a broken one, it would end the search.
    const unreadable = scriptedLm(({ messages }) => {
      const last = String(messages.at(-1)?.content);
      const drawn = sha256(JSON.stringify(messages));
      const [, field] = /`\[\[ ## (hint|answer) ## \]\]`/.exec(last) ?? [];
      if (field === undefined) return `\`\`\`\nNew instructions ${drawn.slice(0, 8)}.\n\`\`\``;
      if (/^[0-3]/.test(drawn)) return "nonsense";
      return `[[ ## ${field} ## ]]\n${/[02468ace]$/.test(drawn) ? "yes" : "no"}\n\n[[ ## completed ## ]]`;
    });
    await using other = await createRuntime({
      lm: unreadable,
      cache: "off",
      python: { interpreter, pools: { general: { size: 1 } } },
    });
    const optimizer = pythonOptimizer("dspy.GEPA", { max_metric_calls: 80 });
    const found = await other.optimize(twoSteps, { ...data, optimizer, metric: isRight });
    expect(found.bestScore).toBeGreaterThan(0);
    expect(found.candidates.length).toBeGreaterThan(1);
  });

  it("runs an optimizer that awaits a program of this side, each run at its place", async () => {
    const search = { ...data, optimizer: pythonOptimizer("Awaits"), metric: isRight };
    const found = await runtime.optimize(twoSteps, search);
    const shown: unknown[] = [];
    for (const { fields } of data.trainset.examples) {
      await using handle = await runtime.spawnProgram(twoSteps);
      const { answer } = await handle.run({ question: String(fields["question"]) });
      if (answer === fields["answer"]) shown.push(fields);
    }
    expect(stateOf(found.best)).toMatchObject({ step1: { demos: shown }, step2: { demos: shown } });
    const places: string[] = [];
    for await (const { trialId } of runtime.store.list("lm-call", { prefix: { runId: found.runId } }))
      places.push(trialId);
    expect([...new Set(places)].toSorted()).toEqual(shownPlaces(data.trainset.examples.length));
  });

  it("runs a class of programs that looks for its nearest examples, as DSPy's KNNFewShot does alone", async () => {
    const questions = ["q1", "q21", "q34"];
    const nearest = python("Nearest", "question -> answer", { arguments: { k: 3 } });
    await using handle = await runtime.spawnProgram(nearest);
    model.asked.length = 0;
    const answers: unknown[] = [];
    for (const question of questions) answers.push((await handle.run({ question })).answer);
    const made = { k: 3, max_labeled_demos: 1 };
    // The script writes it.
    const { found } = askDspy("optimizers_alone.py", [{ optimizer: "KNNFewShot", made, questions }]) as {
      readonly found: readonly unknown[];
    };
    expect([{ answers, asked: model.asked }]).toEqual(found);
  });

  it("tells that a part of several optimizers has failed, where DSPy goes on with what it has", async () => {
    // Without a number of trials it refuses to begin.
    const words = innerOptimizer("dspy.MIPROv2", { auto: null, num_candidates: 2 });
    const strategy = { strategy: "words", optimizer_compile_args: { words: { minibatch: false } } };
    const found = await runtime.optimize(twoSteps, {
      ...data,
      optimizer: pythonOptimizer("dspy.BetterTogether", { words }, strategy),
      metric: isRight,
    });
    const decided: unknown[] = [];
    for await (const { decisionKind, facts } of runtime.store.list("decision", { prefix: { runId: found.runId } })) {
      if (decisionKind === "optimizer-finished") decided.push(facts);
    }
    expect(decided).toEqual([expect.objectContaining({ flag_compilation_error_occurred: true })]);
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
    [
      "dspy.KNNFewShot",
      { k: 3 },
      { code: "BRIDGE_OPTIMIZER_UNFIT", message: expect.stringContaining("python('Nearest'") },
    ],
    ["dspy.AvatarOptimizer", {}, { code: "BRIDGE_OPTIMIZER_UNFIT", message: expect.stringContaining("dspy.GEPA") }],
    ["dspy.Ensemble", {}, { code: "BRIDGE_OPTIMIZER_UNFIT", message: expect.stringContaining("module of your own") }],
    [
      "dspy.BootstrapFinetune",
      {},
      { code: "BRIDGE_OPTIMIZER_UNFIT", message: expect.stringContaining("dspex.FinetuneData") },
    ],
    ["dspy.BetterTogether", {}, { code: "BRIDGE_OPTIMIZER_UNFIT", message: expect.stringContaining("innerOptimizer") }],
    [
      "dspy.BetterTogether",
      { p: innerOptimizer("dspy.MIPRO") },
      { code: "BRIDGE_HANDLER_UNKNOWN", message: expect.stringContaining("dspy.MIPROv2") },
    ],
  ])("refuses %s where it cannot be run, and the pool goes on", async (name, made, error) => {
    const search = { ...data, optimizer: pythonOptimizer(name, made), metric: isRight };
    await expect(runtime.optimize(twoSteps, search)).rejects.toMatchObject(error);
    expect(await runtime.python.status()).toMatchObject({ workers: 1 });
  });
});

function shownPlaces(runs: number): readonly string[] {
  return Array.from({ length: runs }, (_, index) => `run ${index}`).toSorted();
}

function demosOf(state: unknown): unknown {
  const predictors = Object.entries(Object(state) as Readonly<Record<string, { readonly demos?: unknown }>>);
  return Object.fromEntries(
    predictors.filter(([name]) => name !== "metadata").map(([name, { demos }]) => [name, demos]),
  );
}
