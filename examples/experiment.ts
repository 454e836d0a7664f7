// A hypothesis, its experiment, and the record read back, offline. Run it with `node examples/experiment.ts`.
// `local/in-context` learns from the demonstrations in the prompt. It writes nothing to disk: no `store` is named.
import {
  createRuntime,
  dataset,
  exactMatch,
  formatInterval,
  formatScore,
  labeledFewShot,
  predict,
  splitDataset,
} from "../index.ts";

const fruits = ["apple", "pear", "plum", "cherry", "fig", "grape"];
const tools = ["hammer", "saw", "drill", "chisel", "file", "plane"];
const phrases = [
  ...fruits.flatMap((name) => [`a ripe ${name}`, `sweet ${name} to eat`].map((thing) => ({ thing, kind: "fruit" }))),
  ...tools.flatMap((name) =>
    [`a steel ${name}`, `sharp ${name} to work with`].map((thing) => ({ thing, kind: "tool" })),
  ),
];
const sort = predict("thing -> kind: Literal['fruit', 'tool']");
const metric = { exact: exactMatch("kind") };

if (import.meta.main) {
  await using runtime = await createRuntime({ lm: "local/in-context" });
  const { shown, asked } = splitDataset(dataset(phrases, { name: "things", inputs: ["thing"] }), {
    shown: 0.5,
    asked: 0.5,
  });

  const { hypothesisId } = await runtime.experiments.registerHypothesis({
    researchQuestion: "Do eight labelled examples help to sort things?",
    prediction: "Accuracy rises.",
    independentVariables: ["demonstrations"],
    dependentVariables: ["accuracy"],
  });
  const design = async (programName: string) =>
    runtime.experiments.designExperiment({ hypothesisId, programName, design: { statisticalTests: ["wilson"] } });
  const evaluation = { dataset: asked, metric };

  const bare = await design("bare");
  const before = await runtime.experiments.execute(bare.experimentId, sort, evaluation);
  const taught = await design("taught");
  const optimizer = labeledFewShot({ k: 8 });
  const { best } = await runtime.optimize(sort, {
    optimizer,
    trainset: shown,
    metric,
    hypothesisId,
    programName: "bare",
  });
  const after = await runtime.experiments.execute(taught.experimentId, best, evaluation);

  for (const { results } of [before, after]) {
    console.log(`accuracy ${formatScore(results.score)} (${formatInterval(results.metrics[0]?.interval ?? null)})`);
  }
  const { experiments } = await runtime.experiments.list({ hypothesisId, status: "completed" });
  for (const {
    experimentId,
    programName,
    design: { sampleSize },
    optimizerName = "evaluation",
  } of experiments.toReversed()) {
    console.log(`${experimentId}: ${programName}, ${optimizerName}, ${sampleSize} examples`);
  }
}
