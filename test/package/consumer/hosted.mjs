// Actors in a thread and in a process, and a metric in a thread, as a user of the published package runs them; ends with 0 only if it holds.
// Must not know the repository: it is copied into an empty project, and plain JavaScript, so that every Node runs it.
import assert from "node:assert/strict";
import { createRuntime, dataset, hostedMetric, predict } from "dspex";
import { createSystem, hostedModule, processHosts, threadHosts } from "dspex/runtime";
import { scriptedLm } from "dspex/testing";

const { counter } = hostedModule(new URL("./hosted-actor.mjs", import.meta.url));
const system = createSystem({ name: "hosted" });
await system.spawn(threadHosts(), undefined, { name: "threads" });
await system.spawn(processHosts(), undefined, { name: "processes" });
for (const host of ["threads", "processes"]) {
  const ref = await system.spawn(counter, 10, { host });
  assert.equal(await ref.call("add", 2), 12);
  await assert.rejects(ref.call("fail"), { code: "ACTOR_DOWN" });
}
await system.stop();

const lm = scriptedLm(["[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]\n"]);
const runtime = await createRuntime({ lm });
const metric = hostedMetric(new URL("./hosted-actor.mjs", import.meta.url), "saysYes", { host: "thread" });
const questions = dataset([{ question: "Is it?", answer: "yes" }], { inputs: ["question"] });
const { results } = await runtime.evaluate(predict("question -> answer"), { dataset: questions, metric });
await runtime.stop();
assert.equal(results.score, 1);
// Nothing is left that would keep the process running.
console.log(`${process.version}: hosted`);
