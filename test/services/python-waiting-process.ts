// A program that calls Python in one way and never stops its runtime; says what came of it.
// Knows nothing of what is expected.
import { createRuntime } from "../../index.ts";

const [interpreter = "", handlers = "", startBy = "", way = ""] = process.argv.slice(2);
const modules = ["bridge_handlers", "streamed"];
// The test names one of the two.
const general = { dspy: false, paths: [handlers], modules, spares: 1, startBy: startBy as "fork" | "spawn" };
const runtime = await createRuntime({ python: { interpreter, pools: { general } } });
const { python } = runtime;
const said: unknown[] = [];
said.push(await python.call("pid"));
if (way === "slow call") {
  await python.call("nap", { seconds: 1 });
}
if (way === "slow stream") {
  for await (const number of python.stream("slowly", { n: 2, seconds: 0.5 })) said.push(number);
}
if (way === "session") {
  await using session = await python.session();
  // Nothing is under way meanwhile but the session itself.
  await new Promise<void>((resolve) => setTimeout(resolve, 500).unref());
  said.push(await session.call("plain"));
}
if (way === "stop") {
  await runtime.stop();
}
process.stdout.write(`${JSON.stringify([...said, way])}\n`);
