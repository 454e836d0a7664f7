// `dspex run`: calls the program of a user's file once.
// Knows nothing of terminals.
import type { RunRecord, Runtime } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { fileOf, type Job, loadJob, withLoadedState } from "./load-job.ts";
import { commandText, openRuntime } from "./open-runtime.ts";
import { programInputs } from "./program-inputs.ts";
import { renderOutputs } from "./render-values.ts";
import { findUnfinished, NEW_STARTS_AFRESH } from "./unfinished-run.ts";

/** Calls the program. */
export async function runCommand(context: CommandContext): Promise<ExitCode> {
  const { flags, positionals } = context;
  const file = fileOf(context, "run");
  const inputs = await programInputs({ ...context, input: flags.input, words: positionals.slice(1) });
  // The inputs themselves, however they came: a file or stdin may hold something else next time.
  const job = await loadJob("run", context, file, { input: JSON.stringify(inputs) });
  await using runtime = await openRuntime(context);
  const program = await withLoadedState(job.program, flags.load, runtime, context);
  const unfinished = await findUnfinished(runtime, job, flags);
  return await callProgram(context, runtime, { ...job, program }, inputs, unfinished, NEW_STARTS_AFRESH);
}

/** Makes the call, or goes on with one that was interrupted, and prints its outputs; `afresh` says how to begin anew instead. */
export async function callProgram(
  context: CommandContext,
  runtime: Runtime,
  job: Pick<Job, "program" | "programName" | "lm" | "command">,
  inputs: object,
  unfinished: RunRecord | undefined,
  afresh: string,
): Promise<ExitCode> {
  const { flags, output, signals, progress } = context;
  const handle = await runtime.spawnProgram(job.program, {
    programName: job.programName,
    ...(job.lm === undefined ? {} : { lm: job.lm }),
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout }),
    // The one choice that the flag has.
    ...(flags.compat === undefined ? {} : { compat: "dspy-3.3.1" as const }),
  });
  let callId = unfinished?.runId;
  using started = runtime.on("program.call.started", ({ about }) => {
    callId = about.callId;
  });
  const note = (text: string) => (progress === "none" || progress === "json" ? undefined : output.note(text));
  if (unfinished !== undefined)
    note(`Going on with ${unfinished.runId}; what is recorded is not asked again. ${afresh}`);
  try {
    const outputs = await handle.run(inputs, {
      signal: signals.cancel,
      command: job.command,
      ...(unfinished === undefined ? {} : { resume: unfinished.runId }),
    });
    started.close();
    output.result(renderOutputs(outputs), { callId, outputs });
    note(`recorded: ${commandText(context, "show", callId ?? "")}`);
    return EXIT.ok;
  } catch (error) {
    if (callId !== undefined) note(`recorded: ${commandText(context, "show", callId)}`);
    if (callId !== undefined && signals.cancel.aborted) note(`Go on with: ${commandText(context, "resume", callId)}`);
    throw error;
  }
}
