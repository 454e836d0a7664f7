// A DSPy module as a step of a TypeScript program: what it asks of the model comes home to the runtime's.
// Says why and ends well where there is no Python environment; `npm run python:setup` makes one.
import { existsSync } from "node:fs";
import { createRuntime, predict, program, python } from "../index.ts";

const interpreter = `.dspex/python/${process.platform === "win32" ? "Scripts/python.exe" : "bin/python"}`;
if (!existsSync(interpreter)) {
  console.log(`Skipped: there is no Python at ${interpreter}. \`npm run python:setup\` makes one.`);
  process.exit(0);
}

await using runtime = await createRuntime({ lm: "local/in-context", python: { interpreter } });
runtime.on("bridge.worker.started", ({ about }) => console.log(`a Python worker is up: process ${about.pid}`));

const triage = program(
  {
    think: python("dspy.ChainOfThought", "ticket -> summary"),
    route: predict("summary -> team: Literal['billing', 'technical']"),
  },
  async ({ ticket }: { readonly ticket: string }, { think, route }) => {
    const { summary } = await think({ ticket });
    return { summary, team: (await route({ summary })).team };
  },
);

const handle = await runtime.spawnProgram(triage);
const outputs = await handle.run({ ticket: "I was charged twice this month." });
console.log(`asked in Python and here, answered by one model: ${Object.keys(outputs).join(", ")}`);
