// A process that does all that a runtime can do, stops it with work in flight, and must end by itself.
// Knows nothing of the test that starts it and looks at its folder.
import { createRuntime, dataset, exactMatch, labeledFewShot, predict } from "../../index.ts";
import { scriptedLm } from "../../testing/index.ts";

let isHanging = false;
const lm = scriptedLm(() => (isHanging ? { hangs: true } : "[[ ## answer ## ]]\nok\n\n[[ ## completed ## ]]"));
const runtime = await createRuntime({ lm });
const program = predict("question -> answer");
const data = dataset([{ question: "q", answer: "ok" }], { inputs: ["question"] });
const metric = { exact: exactMatch("answer") };
const qa = await runtime.spawnProgram(program);
await qa.run({ question: "q" }, { timeoutMs: 60_000 });
await runtime.evaluate(program, { dataset: data, metric });
await runtime.optimize(program, { optimizer: labeledFewShot({ k: 1 }), trainset: data, metric });
isHanging = true;
void qa.run({ question: "never answered" }, { timeoutMs: 60_000 }).catch(() => {});
void runtime
  .evaluate(program, { dataset: dataset([{ question: "r", answer: "ok" }], { inputs: ["question"] }), metric })
  .catch(() => {});
await new Promise<void>((resolve) => setImmediate(resolve));
await runtime.stop();
console.log("stopped");
