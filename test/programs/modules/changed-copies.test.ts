import { describe, expect, it } from "vitest";
import {
  bestOfN,
  chainOfThought,
  ensemble,
  type Module,
  multiChainComparison,
  parallel,
  pipeline,
  predict,
  react,
  reactV2,
  refine,
  retry,
  withPredictors,
} from "../../../programs/index.ts";
import { run, scripted } from "../scripted-program.ts";

const qa = predict("question -> answer");
const same = { check: () => true, message: "anything" };
const chains = Array.from({ length: 3 }, () => ({ reasoning: "because", answer: "x" }));
const turn = "[[ ## next_thought ## ]]\nt\n\n[[ ## next_tool_name ## ]]\nfinish\n\n[[ ## next_tool_args ## ]]\n{}\n\n";

/** Each module, with the inputs of a run and the answers it needs, where made-up ones will not do. */
const cases: readonly (readonly [string, Module, object, (readonly string[])?])[] = [
  ["chainOfThought", chainOfThought("question -> answer"), { question: "?" }],
  ["bestOfN", bestOfN(qa, { n: 2, reward: () => 1 }), { question: "?" }],
  ["refine", refine(qa, { n: 2, reward: () => 1, threshold: 1 }), { question: "?" }],
  ["retry", retry(qa, { assertions: [same] }), { question: "?" }],
  ["ensemble", ensemble([qa, predict("question -> answer")]), { question: "?" }],
  ["parallel", parallel(qa), { items: [{ question: "?" }] }],
  ["multiChainComparison", multiChainComparison("question -> answer"), { question: "?", completions: chains }],
  ["react", react("question -> answer", { tools: [] }), { question: "?" }, [`${turn}[[ ## completed ## ]]`]],
  [
    "reactV2",
    reactV2("question -> answer", { tools: [] }),
    { question: "?" },
    [
      '[[ ## next_thought ## ]]\nt\n\n[[ ## tool_calls ## ]]\n[{"name": "submit", "args": {"answer": "x"}}]\n\n[[ ## completed ## ]]',
    ],
  ],
];

const modules = cases.map(([name, module, inputs, answers = []]) => ({ name, module, inputs, answers }));

describe("a changed copy of a module that comes along", () => {
  it.each(modules)("runs as the module does: $name", async ({ module, inputs, answers }) => {
    const copy = withPredictors(module, (_path, predictor) => predictor);
    const outputs = await run(copy, inputs, scripted([...answers]));
    expect({ ...outputs }).toEqual({ ...(await run(module, inputs, scripted([...answers]))) });
  });
});

describe("a module that comes along, as a step", () => {
  it.each(modules)("is handed what it takes and no more: $name", async ({ module, inputs, answers }) => {
    const step = pipeline<{ more: string }>().step("one", module);
    const outputs = await run(step, { ...inputs, more: "not for it" }, scripted([...answers]));
    expect(Object.keys(outputs).length).toBeGreaterThan(0);
  });
});
