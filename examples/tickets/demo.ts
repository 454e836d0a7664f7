// The demo itself: measure, optimize, and measure again on tickets that took no part in it.
// Knows nothing of processes, signals or exit codes, nor of how its findings are worded.
import {
  bootstrapFewShotWithRandomSearch,
  createRuntime,
  type Dataset,
  formatScore,
  type Module,
  moduleHash,
  type Runtime,
} from "../../index.ts";
import type { TicketsArguments } from "./arguments.ts";
import { type Findings, renderFindings, renderIntroduction, type Spent } from "./findings.ts";
import { metric, program, programFile, tickets, ticketsFile } from "./program.ts";
import { type ProgressScreen, type StepProgress, stepProgress } from "./progress.ts";
import { evaluateStep, optimizeStep, type StepPlace } from "./steps.ts";

/** The three candidates that random search tries beside the shuffled ones: bare, labelled, unshuffled. */
const FIXED_CANDIDATES = 3;
/** How many of the demonstrations may be the program's own right answers, rather than labels taken as they are. */
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
  const sizes = { train: train.examples.length, dev: dev.examples.length, test: test.examples.length };
  world.print(renderIntroduction(options, sizes, options.candidates + FIXED_CANDIDATES));

  const place: StepPlace = {
    runtime,
    module: { path: programFile, hash: await moduleHash(programFile) },
    onResume: (runId) => world.screen.write(`Going on with ${runId}, which an earlier start left unfinished.\n`),
  };
  const { hypothesisId } = await runtime.experiments.registerHypothesis({
    researchQuestion: "Do demonstrations chosen by random search route more tickets to the right team?",
    prediction: "The optimized program is right on more of the test tickets than the program without demonstrations.",
    independentVariables: ["demos"],
    dependentVariables: ["exactMatch"],
  });
  const { signal, drain } = world;
  const { window, seed } = options;
  const shared = { metric, window, seed, hypothesisId, programName: "tickets", signal, drain };
  const flags = [`--lm=${options.lm}`, `--seed=${seed}`];

  const evaluate = async (title: string, candidate: Module, dataset: Dataset, args: readonly string[]) => {
    const progress = begin(world, title);
    const command = ["eval", ...args, ...flags];
    const report = await evaluateStep(place, command, candidate, {
      ...shared,
      dataset,
      onProgress: progress.onProgress,
    });
    progress.done(`${formatScore(report.results.score)} right`);
    return report;
  };
  const optimize = async (title: string) => {
    const optimizer = bootstrapFewShotWithRandomSearch({
      maxBootstrappedDemos: Math.min(BOOTSTRAPPED_DEMOS, options.demos),
      maxLabeledDemos: options.demos,
      numCandidatePrograms: options.candidates,
    });
    const progress = begin(world, title, options.candidates + FIXED_CANDIDATES);
    const settings = Object.entries(optimizer.options).map(([option, value]) => `--set=${option}=${value}`);
    const { onProgress } = progress;
    const search = { ...shared, optimizer, trainset: train, valset: dev, onProgress };
    const result = await optimizeStep(
      place,
      ["optimize", `--optimizer=${optimizer.optimizerName}`, ...settings, ...flags],
      program,
      search,
    );
    const { candidates, bestScore = null, bestTrialId = "none" } = result;
    progress.done(`best of ${candidates.length} on dev: ${formatScore(bestScore)} right (${bestTrialId})`);
    return result;
  };

  await evaluate("1/4 baseline on dev", program, dev, onFile("dev"));
  const optimized = await optimize("2/4 random search");
  const { best } = optimized;
  const before = await evaluate("3/4 baseline on test", program, test, onFile("test"));
  const after = await evaluate("4/4 optimized on test", best, test, [...onFile("test"), `--load=${optimized.runId}`]);

  const handle = await runtime.spawnProgram(best, { programName: "tickets" });
  const { category } = await handle.run({ ticket: SAMPLE_TICKET }, { signal });
  const findings: Findings = {
    testset: test,
    before,
    after,
    searchRunId: optimized.runId,
    sample: { ticket: SAMPLE_TICKET, category },
    spent: spent(),
    durationMs: world.now() - startedAt,
  };
  world.print(renderFindings(options, findings));
}

function onFile(split: "dev" | "test"): string[] {
  return [`--data=${ticketsFile(split)}`, "--inputs=ticket"];
}

function begin({ screen, now }: DemoWorld, title: string, trials = 1): StepProgress {
  return stepProgress(screen, title, trials, now);
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
