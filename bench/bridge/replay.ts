// How fast a search in Python that was interrupted catches up: recorded calls answered per second.
// Knows nothing of the wire.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, dataset, exactMatch, predict, program, pythonOptimizer, type Runtime } from "../../index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { type BenchRow, ratioRow } from "../support/rows.ts";

/** What the prototype did. */
const PROTOTYPE_PER_S = 358;

const questions = Array.from({ length: 60 }, (_, index) => ({ question: `q${index}`, answer: "yes" }));
const steps = program(
  { step1: predict("question -> hint"), step2: predict("question, hint -> answer") },
  async ({ question }: { readonly question: string }, { step1, step2 }) => {
    const { hint } = await step1({ question });
    return step2({ question, hint });
  },
);
const optimizer = pythonOptimizer("dspy.BootstrapFewShotWithRandomSearch", {
  num_candidate_programs: 2,
  max_bootstrapped_demos: 2,
  max_labeled_demos: 2,
});

/** The row: a search is cut off before its last answers, and gone on with. */
export async function replayRow(interpreter: string): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), "dspex-replay-"));
  const start = (onAsked: () => void): Promise<Runtime> => {
    const lm = scriptedLm(({ messages }) => {
      onAsked();
      const field = String(messages.at(-1)?.content).includes("[[ ## hint ## ]]`") ? "hint" : "answer";
      return `[[ ## ${field} ## ]]\nyes\n\n[[ ## completed ## ]]`;
    });
    return createRuntime({ lm, store: folder, cache: "off", python: { interpreter, pools: { general: { size: 1 } } } });
  };
  const inputs = ["question"];
  const data = {
    trainset: dataset(questions.slice(0, 20), { inputs }),
    valset: dataset(questions.slice(20), { inputs }),
  };
  const metric = exactMatch("answer");
  try {
    let asked = 0;
    const whole = await start(() => {
      asked += 1;
    });
    await whole.optimize(steps, { ...data, metric, optimizer });
    await whole.stop();
    const cut = new AbortController();
    let answered = 0;
    let runId = "";
    const first = await start(() => {
      answered += 1;
      if (answered === asked - 8) cut.abort();
    });
    first.on("application.run.started", ({ about }) => {
      runId = about.runId;
    });
    await first.optimize(steps, { ...data, metric, optimizer, signal: cut.signal }).catch(() => {});
    await first.stop();
    let again = 0;
    const second = await start(() => {
      again += 1;
    });
    // Its worker's start is none of the replay.
    await second.python.call("dspex.describe", { spec: { name: "dspy.Predict", args: [{ signature: "a -> b" }] } });
    const startedMs = performance.now();
    await second.resume(runId, { program: steps, metric });
    const tookS = (performance.now() - startedMs) / 1000;
    await second.stop();
    return ratioRow(
      "bridge: recorded calls replayed per second, against the prototype's",
      (asked - again) / tookS,
      PROTOTYPE_PER_S,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
