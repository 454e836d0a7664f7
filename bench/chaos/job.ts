// The process that is killed: does one job, or goes on with it, and writes its report.
// Knows nothing of when it is killed, but for the kills at a batch write, which it does to itself.
import { appendFileSync, writeFileSync } from "node:fs";
import { defineRecorder, openRuntime } from "../../actors/index.ts";
import {
  bootstrapFewShot,
  bootstrapFewShotWithRandomSearch,
  type Call,
  dataset,
  exactMatch,
  labeledFewShot,
  Module,
  type Optimizer,
  openaiCompatible,
  predict,
  programState,
} from "../../index.ts";
import { killAtBatch } from "./kill-at-batch.ts";
import { type JobOrder, KEY_HEADER } from "./order.ts";
import { unreadableJournal } from "./unreadable-journal.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as JobOrder;

/** Says at once, past every buffer, what the program was given: it must be in the record if we die now. */
function acknowledge(question: string, step: string): void {
  appendFileSync(order.acknowledgedFile, `${JSON.stringify([question, step])}\n`);
}

class TwoSteps extends Module<{ question: string }, { answer: string }> {
  readonly step1 = predict("question -> hint");
  readonly step2 = predict("question, hint -> answer");

  override async forward({ question }: { question: string }, call: Call) {
    const { hint } = await call.run(this.step1, { question });
    acknowledge(question, "step1");
    const { answer } = await call.run(this.step2, { question, hint });
    acknowledge(question, "step2");
    return { answer };
  }
}

const questions = Array.from({ length: 60 }, (_, index) => ({
  question: `q${index}`,
  answer: index % 3 === 0 ? "no" : "yes",
}));
const toDataset = (name: string, from: number, to: number) =>
  dataset(questions.slice(from, to), { inputs: ["question"], name, ids: "question" });
const optimizers: Readonly<Record<string, () => Optimizer>> = {
  "labeled-few-shot": () => labeledFewShot({ k: 4 }),
  "bootstrap-few-shot": () =>
    bootstrapFewShot({ maxBootstrappedDemos: 8, maxLabeledDemos: 4, maxRounds: 2, maxErrors: 100 }),
  "random-search": () =>
    bootstrapFewShotWithRandomSearch({
      numCandidatePrograms: 2,
      maxBootstrappedDemos: 2,
      maxLabeledDemos: 4,
      maxErrors: 100,
    }),
};

const runtime = await openRuntime(
  {
    lm: openaiCompatible({ providerName: "chaos", model: "chaos", baseUrl: order.serverUrl, apiKey: "none" }),
    store: unreadableJournal(killAtBatch(order), order),
    cache: "off",
    callKeyHeader: KEY_HEADER,
    pool: { startConcurrency: 64 },
  },
  order.fault === "acknowledge-before-write" ? defineRecorder("before-write") : undefined,
);
runtime.on("evaluation.example.*", (event) => {
  if (event.type === "evaluation.example.started") return;
  appendFileSync(order.countedFile, `${JSON.stringify(event.about)}\n`);
});
const command = { modulePath: "chaos", exportName: order.job, args: [], moduleHash: "0".repeat(64) };
const unfinished = await runtime.unfinished(command);
const program = new TwoSteps();
const rules = { metric: exactMatch("answer"), window: 8, seed: 7, command };
const makeOptimizer = optimizers[order.job];
let report: unknown;
if (makeOptimizer === undefined) {
  const result =
    unfinished === undefined
      ? await runtime.evaluate(program, { ...rules, dataset: toDataset("all", 0, 60) })
      : await runtime.resume(unfinished.runId, { ...rules, program });
  report = "results" in result ? result.results : undefined;
} else {
  const result =
    unfinished === undefined
      ? await runtime.optimize(program, {
          ...rules,
          optimizer: makeOptimizer(),
          trainset: toDataset("train", 0, 24),
          valset: toDataset("val", 24, 48),
        })
      : await runtime.resume(unfinished.runId, { ...rules, program });
  report =
    "candidates" in result
      ? {
          bestTrialId: result.bestTrialId,
          bestScore: result.bestScore,
          candidates: result.candidates.map(({ trialId, score, report: trial, program: candidate }) => ({
            trialId,
            score,
            candidate: programState(candidate),
            results: trial?.results,
          })),
        }
      : undefined;
}
await runtime.stop();
// Written last and whole: a report that is there is a finished job's.
writeFileSync(order.reportFile, JSON.stringify(report));
