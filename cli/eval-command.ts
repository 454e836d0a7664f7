// `dspex eval`: evaluates the program of a user's file on its data set.
// Knows nothing of terminals.
import type { CommandContext } from "./command.ts";
import type { ExitCode } from "./exit-code.ts";
import { fileOf, loadJob, withLoadedState } from "./load-job.ts";
import { openRuntime } from "./open-runtime.ts";
import { reportEvaluation } from "./report-outcome.ts";
import { resumeRun } from "./resume-run.ts";
import { runFlags } from "./run-flags.ts";
import { findUnfinished, NEW_STARTS_AFRESH } from "./unfinished-run.ts";
import { needDataset } from "./user-dataset.ts";
import { metricOf } from "./user-module.ts";
import { watchRun } from "./watch-run.ts";

/** Evaluates. */
export async function evalCommand(context: CommandContext): Promise<ExitCode> {
  const { flags, cwd, signals } = context;
  const job = await loadJob("eval", context, fileOf(context, "eval"));
  const metric = metricOf(job.module);
  const dataset = await needDataset({
    module: job.module,
    exportNames: ["dataset"],
    file: flags.data,
    fileFlag: "--data",
    inputs: flags.inputs,
    cwd,
  });
  await using runtime = await openRuntime(context);
  const program = await withLoadedState(job.program, flags.load, runtime, context);
  const unfinished = await findUnfinished(runtime, job, flags, { dataset });
  if (unfinished !== undefined)
    return await resumeRun(context, runtime, { ...job, program }, unfinished, NEW_STARTS_AFRESH);
  using watched = watchRun(
    context,
    runtime,
    `eval ${job.programName} on ${dataset.examples.length} examples of ${dataset.name}`,
  );
  const result = await runtime.evaluate(program, {
    ...runFlags(flags),
    metric,
    dataset,
    programName: job.programName,
    command: job.command,
    ...(job.lm === undefined ? {} : { lm: job.lm }),
    ...(job.version === undefined ? {} : { version: job.version }),
    signal: signals.cancel,
    drain: signals.drain,
    onProgress: watched.onProgress,
  });
  watched[Symbol.dispose]();
  return reportEvaluation(context, job.programName, result);
}
