// `dspex resume`: goes on with an interrupted run as its own record says it was started.
// Knows nothing of how runs are conducted.
import { moduleHash, type RunRecord } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { readCommandLine } from "./command-line.ts";
import { codeChanged, notResumable, recordUnknown, usageWrong } from "./errors.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { withLoadedState } from "./load-job.ts";
import { commandText, openRuntime } from "./open-runtime.ts";
import { programInputs } from "./program-inputs.ts";
import { renderOutputs } from "./render-values.ts";
import { resumeRun } from "./resume-run.ts";
import { callProgram } from "./run-command.ts";
import { jsonObject } from "./run-score.ts";
import { lmOf, loadUserModule, programOf, userFilePath, versionOf } from "./user-module.ts";

/** Resumes. */
export async function resumeCommand(context: CommandContext): Promise<ExitCode> {
  const { flags, positionals, output } = context;
  const [runId] = positionals;
  if (runId === undefined) throw usageWrong("Expected the id of a run: dspex resume run_…. List them: dspex ls.");
  await using runtime = await openRuntime(context);
  const run = await runtime.store.get("run", { runId });
  if (run === undefined)
    throw recordUnknown(runId, "the id of a recorded run", runtime.store.location, "List them: dspex ls.");
  if (run.runKind === "program" && run.status === "completed") {
    const outputs = jsonObject(run.report)?.["outputs"] ?? {};
    output.note(`${runId} is complete; this is what it came to.`);
    output.result(renderOutputs(outputs), { callId: runId, outputs });
    return EXIT.ok;
  }
  const { module, program, lm, recorded, source } = await takeUp(context, run);
  const job = {
    module,
    program: await withLoadedState(program, recorded.load, runtime, context),
    programName: run.programName,
    lm,
    version: flags["version-tag"] ?? versionOf(module),
    command: source,
  };
  const afresh = `To start afresh: ${commandText(context, ...source.args, flags.file ?? source.modulePath, "--new")}`;
  if (run.runKind !== "program") return await resumeRun(context, runtime, job, run, afresh);
  const inputs = await programInputs({ ...context, input: recorded.input, words: [] });
  return await callProgram({ ...context, flags: { ...recorded, ...flags } }, runtime, job, inputs, run, afresh);
}

/** Loads the run's file again, as its command was given. Rejects with CLI_RUN_NOT_RESUMABLE, CLI_FILE_MISSING, RUN_CODE_CHANGED. */
async function takeUp({ flags, cwd, commands }: CommandContext, { runId, source }: RunRecord) {
  if (source === undefined) {
    const advice = `Resume it where its functions are: runtime.resume("${runId}", { program, metric }).`;
    throw notResumable(runId, "it was started by a program, not by this command", advice);
  }
  const file = flags.file ?? source.modulePath;
  const path = await userFilePath(
    file,
    cwd,
    `Run ${runId} was started from it. If it has moved, say where: --file FILE.`,
  );
  if (flags.force !== true && (await moduleHash(path)) !== source.moduleHash) throw codeChanged(runId, file);
  const module = await loadUserModule(file, path);
  const recorded = readCommandLine(source.args, {}, commands).flags;
  const lm = recorded.lm ?? lmOf(module);
  return { module, program: programOf(module, source.exportName).program, recorded, source, lm };
}
