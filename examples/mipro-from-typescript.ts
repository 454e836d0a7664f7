// DSPy's MIPROv2 on a TypeScript program with a TypeScript metric: its process is killed in the middle, and its run gone on with.
// Offline. Says why and ends well where there is no Python environment; `npm run python:setup` makes one.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  createRuntime,
  formatScore,
  inContextLm,
  type LmProvider,
  prepareProgram,
  pythonOptimizer,
  type Runtime,
  sampleDataset,
} from "../index.ts";
import { metric, program, tickets } from "./tickets/program.ts";

const KILLED_AFTER = 60;
const interpreter = `.dspex/python/${process.platform === "win32" ? "Scripts/python.exe" : "bin/python"}`;
if (!existsSync(interpreter)) {
  console.log(`Skipped: there is no Python at ${interpreter}. \`npm run python:setup\` makes one.`);
  process.exit(0);
}

/** Routes tickets as the offline learner does, and writes an instruction for each prompt. `onAsked` hears of each request that is really made. */
function model(onAsked: () => void): LmProvider {
  const learner = inContextLm();
  return {
    ...learner,
    async complete(request, options) {
      onAsked();
      const asked = String(request.messages.at(-1)?.content);
      if (asked.includes("[[ ## category ## ]]")) return learner.complete(request, options);
      const fields = [...asked.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].map(([, field = ""]) => field);
      const texts = fields.map(
        (field) => `[[ ## ${field} ## ]]\nSend each ticket to one team. (${field} ${asked.length})`,
      );
      return { model: "writer", completions: [{ text: texts.join("\n\n") }] };
    },
  };
}

const open = (store: string, onAsked: () => void): Promise<Runtime> =>
  createRuntime({ lm: model(onAsked), store, python: { interpreter } });

/** What is killed: a search that says when it asks. */
async function search(store: string): Promise<void> {
  await using runtime = await open(store, () => process.stdout.write("asked\n"));
  await runtime.optimize(program, {
    optimizer: pythonOptimizer(
      "dspy.MIPROv2",
      { auto: null, num_candidates: 3, max_bootstrapped_demos: 3, max_labeled_demos: 8 },
      { num_trials: 3, minibatch: false },
    ),
    trainset: sampleDataset(await tickets("train"), 60),
    valset: sampleDataset(await tickets("dev"), 20),
    metric,
  });
}

/** Kills it as soon as it has asked so often. */
async function searchUntilKilled(store: string): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), store], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let asked = 0;
  for await (const _line of createInterface({ input: child.stdout })) {
    asked += 1;
    if (asked === KILLED_AFTER) child.kill("SIGKILL");
  }
  await ended;
  console.log(`the search had asked ${asked} times when its process was killed`);
}

const [store] = process.argv.slice(2);
if (store !== undefined) {
  await search(store);
} else {
  const folder = mkdtempSync(join(tmpdir(), "dspex-mipro-"));
  await searchUntilKilled(folder);
  let asked = 0;
  await using runtime = await open(folder, () => {
    asked += 1;
  });
  for await (const { runId, status } of runtime.store.list("run")) {
    let recorded = 0;
    for await (const _call of runtime.store.list("lm-call", { prefix: { runId } })) recorded += 1;
    console.log(`its run is recorded as ${status}, with ${recorded} answers`);
    const found = await runtime.resume(runId, { program, metric });
    if (found.runKind !== "optimization") continue;
    console.log(
      `resumed: ${asked} further requests, ${found.candidates.length} candidates on all of the validation set`,
    );
    const [{ predictor } = { predictor: undefined }] = prepareProgram(found.best).predictors;
    console.log(
      `the best scores ${formatScore(found.bestScore ?? null)} with ${predictor?.demos.length} demonstrations`,
    );
    console.log(`its instructions: ${predictor?.signature.instructions}`);
  }
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
}
