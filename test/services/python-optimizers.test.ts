import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime, innerOptimizer, type JsonObject, pythonOptimizer, type Runtime } from "../../index.ts";
import { askDspy, bringDspy, python as interpreter } from "./python-dspy.ts";
import { type Alone, examples, isRight, notingLm, scoresOf, stateOf, twoSteps } from "./two-step-search.ts";

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
  {
    optimizer: "BootstrapFewShotWithOptuna",
    made: { max_bootstrapped_demos: 2, max_labeled_demos: 2, num_candidate_programs: 6 },
    given: { max_demos: 3 },
    train: [0, 12],
    val: [20, 28],
  },
  {
    optimizer: "BetterTogether",
    made: {
      shots: innerOptimizer("dspy.BootstrapFewShotWithRandomSearch", {
        num_candidate_programs: 1,
        max_bootstrapped_demos: 2,
        max_labeled_demos: 2,
      }),
      words: innerOptimizer("dspy.MIPROv2", {
        auto: null,
        num_candidates: 2,
        max_bootstrapped_demos: 1,
        max_labeled_demos: 1,
      }),
    },
    given: {
      strategy: "shots -> words -> shots",
      seed: 0,
      optimizer_compile_args: { words: { num_trials: 3, minibatch: false } },
    },
    train: [0, 12],
    val: [20, 28],
  },
  { optimizer: "BootstrapFinetune", made: { multitask: false, num_threads: 2 }, given: {}, train: [0, 8], val: null },
];

/** What an optimizer is called here where it is not all of DSPy's. */
const names: Readonly<Record<string, string>> = { BootstrapFinetune: "dspex.FinetuneData" };

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
