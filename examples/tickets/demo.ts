// The demo itself: measure, optimize, measure again on untouched tickets, and say what came of it.
// Knows nothing of processes, signals or exit codes.

import {
  bootstrapFewShotWithRandomSearch,
  createRuntime,
  formatCost,
  formatDuration,
  formatScore,
  type RunProgress,
  type Runtime,
} from "../../index.ts";
import { OFFLINE_LM, type TicketsArguments } from "./arguments.ts";
import { categories, metric, program, tickets } from "./program.ts";
import { type ProgressScreen, stepProgress } from "./progress.ts";
import { evaluateStep, optimizeStep, type StepPlace } from "./steps.ts";
import { renderClasses, renderComparison } from "./summary.ts";

/** The three candidates that random search tries beside the shuffled ones: bare, labelled, unshuffled. */
const FIXED_CANDIDATES = 3;
/** How many of the demonstrations the program's own right answers may be, rather than labels taken as they are. */
const BOOTSTRAPPED_DEMOS = 4;
const SAMPLE_TICKET =
  "The courier says it was delivered on Monday. Nothing's here, and the tracking page shows no signature.";

/** Where the demo writes and what may end it. */
export interface DemoWorld {
  /** The result, as text. */
  readonly print: (text: string) => void;
  readonly screen: ProgressScreen;
  readonly now: () => number;
  /** Starts nothing new once aborted; what is finished stays recorded. */
  readonly drain: AbortSignal;
  /** Ends at once. */
  readonly signal: AbortSignal;
}

/** Runs the demo. Rejects with RUN_CANCELLED where it was interrupted; the same command then goes on. */
export async function runDemo(options: TicketsArguments, world: DemoWorld): Promise<void> {
  const startedAt = world.now();
  await using runtime = await createRuntime({ lm: options.lm, store: options.store });
  const spent = countLmCalls(runtime);
  const [train, dev, test] = await Promise.all([tickets("train"), tickets("dev"), tickets("test")]);
  world.print(
    introduction(
      options,
      [train, dev, test].map((split) => split.examples.length),
    ),
  );

  const place: StepPlace = {
    runtime,
    settings: [options.lm, String(options.demos), String(options.candidates), String(options.seed)],
    onResume: (runId) => world.screen.write(`Going on with ${runId}, which an earlier start left unfinished.\n`),
  };
  const { signal, drain } = world;
  const shared = { metric, window: options.window, seed: options.seed, programName: "tickets", signal, drain };
  const step = async <Result>(
    title: string,
    trials: number,
    work: (onProgress: (progress: RunProgress) => void) => Promise<Result>,
    closing: (result: Result) => string,
  ): Promise<Result> => {
    const progress = stepProgress(world.screen, title, trials, world.now);
    const result = await work(progress.onProgress);
    progress.done(closing(result));
    return result;
  };
  const right = (report: { readonly results: { readonly score: number | null } }) =>
    `${formatScore(report.results.score)} right`;

  await step(
    "1/4 baseline on dev",
    1,
    (onProgress) => evaluateStep(place, "baseline dev", program, { ...shared, dataset: dev, onProgress }),
    right,
  );
  const optimizer = bootstrapFewShotWithRandomSearch({
    maxBootstrappedDemos: Math.min(BOOTSTRAPPED_DEMOS, options.demos),
    maxLabeledDemos: options.demos,
    numCandidatePrograms: options.candidates,
  });
  const trials = options.candidates + FIXED_CANDIDATES;
  const optimized = await step(
    "2/4 random search",
    trials,
    (onProgress) =>
      optimizeStep(place, "optimize", program, { ...shared, optimizer, trainset: train, valset: dev, onProgress }),
    (result) =>
      `best of ${result.candidates.length} on dev: ${formatScore(result.bestScore ?? null)} (${result.bestTrialId ?? "–"})`,
  );
  const before = await step(
    "3/4 baseline on test",
    1,
    (onProgress) => evaluateStep(place, "baseline test", program, { ...shared, dataset: test, onProgress }),
    right,
  );
  const after = await step(
    "4/4 optimized on test",
    1,
    (onProgress) => evaluateStep(place, "optimized test", optimized.best, { ...shared, dataset: test, onProgress }),
    right,
  );

  const handle = await runtime.spawnProgram(optimized.best, { programName: "tickets" });
  const { category } = await handle.run({ ticket: SAMPLE_TICKET }, { signal });
  const { costUsd, knownCostUsd } = spent();
  world.print(
    [
      `On the ${test.examples.length} test tickets, which nothing was fitted to:`,
      "",
      renderComparison(before, after),
      "",
      renderClasses(test, before, after),
      "",
      `The optimized program on a new ticket:\n  “${SAMPLE_TICKET}”\n  → ${category}`,
      "",
      `${spent().asked} LM calls, ${spent().cached} more answered by the cache · ${formatCost(costUsd, knownCostUsd)} · ${formatDuration(world.now() - startedAt)}`,
      `Recorded in ${options.store}: ${optimized.runId} (search), ${before.runId} and ${after.runId} (test).`,
      "",
      "Next:",
      `  npx dspex show ${optimized.runId}`,
      "  npx dspex ls",
      `  npx dspex eval examples/tickets/program.ts --load ${optimized.runId} --lm ${options.lm}`,
      ...(options.lm === OFFLINE_LM
        ? ["", "With a real model: OPENAI_API_KEY=… npm start -- --lm openai/gpt-4o-mini"]
        : []),
    ].join("\n"),
  );
}

function introduction(options: TicketsArguments, [train, dev, test]: readonly number[]): string {
  const about =
    options.lm === OFFLINE_LM
      ? "Model: local/in-context. It is not a language model: it compares each ticket with the examples in its prompt, word by word, in this\n" +
        "process, free and offline. Its answers are poor, but better examples in the prompt really make them better."
      : `Model: ${options.lm}. At most about ${(options.candidates + FIXED_CANDIDATES + 1) * (dev ?? 0) + 2 * (test ?? 0)} calls.`;
  return `Support tickets to ${categories.length} teams: ${train} tickets to draw demonstrations from, ${dev} to choose by, ${test} to test on.\n${about}\n`;
}

interface Spent {
  readonly asked: number;
  readonly cached: number;
  readonly costUsd: number | "unknown";
  readonly knownCostUsd: number;
}

function countLmCalls(runtime: Runtime): () => Spent {
  let asked = 0;
  let cached = 0;
  let knownCostUsd = 0;
  let unpriced = 0;
  runtime.on("lm.call.stopped", ({ measures }) => {
    asked++;
    if (measures.costUsd === undefined) unpriced++;
    else knownCostUsd += measures.costUsd;
  });
  runtime.on("lm.cache.hit", () => {
    cached++;
  });
  return () => ({ asked, cached, costUsd: unpriced > 0 ? "unknown" : knownCostUsd, knownCostUsd });
}
