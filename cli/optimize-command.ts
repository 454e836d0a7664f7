// `dspex optimize`: improves the program of a user's file.
// Knows nothing of terminals.
import { builtInOptimizers, type Dataset, type JsonValue, type Optimizer, optimizerFrom } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { exportMissing, usageWrong, wordUnknown } from "./errors.ts";
import type { ExitCode } from "./exit-code.ts";
import type { FlagValues } from "./flags.ts";
import { fileOf, type Job, loadJob, withLoadedState } from "./load-job.ts";
import { openRuntime } from "./open-runtime.ts";
import { reportOptimization } from "./report-outcome.ts";
import { resumeRun } from "./resume-run.ts";
import { runFlags } from "./run-flags.ts";
import { findUnfinished, NEW_STARTS_AFRESH } from "./unfinished-run.ts";
import { findDataset, needDataset } from "./user-dataset.ts";
import { metricOf, optimizerOf, teacherOf } from "./user-module.ts";
import { watchRun } from "./watch-run.ts";

/** Optimizes. */
export async function optimizeCommand(context: CommandContext): Promise<ExitCode> {
  const { flags, signals } = context;
  const file = fileOf(context, "optimize");
  const job = await loadJob("optimize", context, file);
  const metric = metricOf(job.module);
  const optimizer = chosenOptimizer(job, flags);
  const teacher = teacherOf(job.module);
  const { trainset, valset } = await datasets(context, job);
  await using runtime = await openRuntime(context);
  const program = await withLoadedState(job.program, flags.load, runtime, context);
  const unfinished = await findUnfinished(runtime, job, flags, { trainset, valset });
  if (unfinished !== undefined)
    return await resumeRun(context, runtime, { ...job, program }, unfinished, NEW_STARTS_AFRESH);
  const title = `optimize ${job.programName}`;
  const headline = `${title} · ${optimizer.optimizerName} · ${trainset.examples.length} to learn from, ${valset.examples.length} to choose by`;
  using watched = watchRun(context, runtime, headline);
  const result = await runtime.optimize(program, {
    ...runFlags(flags),
    metric,
    optimizer,
    trainset,
    valset,
    ...(teacher === undefined ? {} : { teacher }),
    ...(flags["parallel-trials"] === undefined ? {} : { parallelTrials: flags["parallel-trials"] }),
    programName: job.programName,
    command: job.command,
    ...(job.lm === undefined ? {} : { lm: job.lm }),
    ...(job.version === undefined ? {} : { version: job.version }),
    signal: signals.cancel,
    drain: signals.drain,
    onProgress: watched.onProgress,
  });
  watched[Symbol.dispose]();
  return await reportOptimization(context, title, file, result);
}

async function datasets(
  { flags, cwd }: CommandContext,
  { module }: Job,
): Promise<{ readonly trainset: Dataset; readonly valset: Dataset }> {
  const common = { module, inputs: flags.inputs, cwd };
  const trainset = await needDataset({ ...common, exportNames: ["trainset"], file: flags.data, fileFlag: "--data" });
  const valset = await findDataset({ ...common, exportNames: ["valset"], file: flags.valdata, fileFlag: "--valdata" });
  return { trainset, valset: valset ?? trainset };
}

/** The optimizer that the flags name, else the file's. @throws CLI_USAGE, CLI_EXPORT_MISSING and the optimizer's own OPTIMIZER_OPTION_… */
export function chosenOptimizer({ module }: Pick<Job, "module">, flags: FlagValues): Optimizer {
  if (flags.optimizer === undefined) {
    if (flags.set !== undefined)
      throw usageWrong(
        "Expected --set together with --optimizer NAME; the file's own optimizer has its options in the file.",
      );
    const own = optimizerOf(module);
    if (own !== undefined) return own;
    const advice = `Export one, or name one: --optimizer ${builtInOptimizers.join(" | ")}.`;
    throw exportMissing(module.file, "optimizer", Object.keys(module.exports), advice);
  }
  const options = Object.fromEntries((flags.set ?? []).map(optionOf));
  const made = optimizerFrom(flags.optimizer, options);
  if (made !== undefined) return made;
  throw wordUnknown("optimizer", flags.optimizer, builtInOptimizers, "Your own is exported by the file as optimizer.");
}

/** `name=value`, the value as JSON where it is JSON and as text where it is not. */
function optionOf(word: string): readonly [string, JsonValue] {
  const at = word.indexOf("=");
  if (at < 1)
    throw usageWrong(`Expected --set OPTION=VALUE such as --set numCandidatePrograms=8, got ${JSON.stringify(word)}.`);
  const text = word.slice(at + 1);
  try {
    return [word.slice(0, at), JSON.parse(text)];
  } catch {
    // No JSON, so it is meant as the text it is.
    return [word.slice(0, at), text];
  }
}
