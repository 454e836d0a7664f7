// Goes on with a recorded run, whether the same command or `dspex resume` asked for it.
// Knows nothing of how the run was found.
import type { RunRecord, Runtime } from "../index.ts";
import type { CommandContext } from "./command.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Job } from "./load-job.ts";
import { reportEvaluation, reportOptimization } from "./report-outcome.ts";
import { metricOf, optimizerOf, teacherOf } from "./user-module.ts";
import { watchRun } from "./watch-run.ts";

/** Resumes an evaluation or an optimization and reports it; `afresh` says how to begin anew instead. Rejects as `Runtime.resume` does. */
export async function resumeRun(
  context: CommandContext,
  runtime: Runtime,
  job: Pick<Job, "module" | "program" | "lm" | "version">,
  run: RunRecord,
  afresh: string,
): Promise<ExitCode> {
  const { flags, signals } = context;
  const { runId, programName } = run;
  const word = run.runKind === "evaluation" ? "eval" : "optimize";
  using watched = watchRun(context, runtime, `resume ${word} ${programName}`);
  watched.say(welcome(run, flags["retry-failed"] === true, afresh), { runId });
  const optimizer = optimizerOf(job.module);
  const teacher = teacherOf(job.module);
  const version = job.version ?? run.programVersion;
  // One that a flag named is made again from its record; the file may export another of the same name.
  const isByFlag = run.source?.args.some((each) => each.startsWith("--optimizer=")) === true;
  const isOwn = !isByFlag && optimizer?.optimizerName === run.optimizerName;
  const result = await runtime.resume(runId, {
    program: job.program,
    metric: metricOf(job.module),
    ...(isOwn && optimizer !== undefined ? { optimizer } : {}),
    ...(teacher === undefined ? {} : { teacher }),
    ...(version === undefined ? {} : { version }),
    ...(job.lm === undefined ? {} : { lm: job.lm }),
    ...(flags.force === undefined ? {} : { force: true }),
    ...(flags["retry-failed"] === undefined ? {} : { retryFailed: true }),
    signal: signals.cancel,
    drain: signals.drain,
    onProgress: watched.onProgress,
  });
  watched[Symbol.dispose]();
  if (result.runKind === "evaluation") return reportEvaluation(context, programName, result);
  return reportOptimization(context, `optimize ${programName}`, job.module.file, result);
}

function welcome({ runId, status }: RunRecord, asksAgain: boolean, afresh: string): string {
  if (status !== "completed") {
    return `Going on with ${runId}, which was left ${status}; what is recorded is not asked again. ${afresh}`;
  }
  return asksAgain
    ? `${runId} is complete; asking again where a failure is recorded.`
    : `${runId} is complete; this is what it came to.`;
}
