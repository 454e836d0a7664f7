// A process that embeds two runtimes: each has answered one call over HTTP, one waits for another answer, and SIGTERM stops both.
// Knows nothing of the test that sends it. Arguments: the server's address, a folder for each runtime, `signal` or `stop`.
import { createRuntime, openaiCompatible, predict, stopOnSignals } from "../../index.ts";

const [baseUrl = "", first = "", second = "", mode = ""] = process.argv.slice(2);
const lm = () => openaiCompatible({ model: "m", baseUrl });
const runtimes = [await createRuntime({ lm: lm(), store: first }), await createRuntime({ lm: lm(), store: second })];
stopOnSignals(runtimes);
const program = predict("question -> answer");
const [one, two] = await Promise.all(runtimes.map((runtime) => runtime.spawnProgram(program)));
await one?.run({ question: "first" });
await two?.run({ question: "second" });
void one?.run({ question: "hang" }).catch(() => {});
console.log("ready");
if (mode === "stop") {
  for (const runtime of runtimes) await runtime.stop();
  // Pipes to the parent belong to the process, not to the runtimes.
  console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name))));
}
