// What `run`, `eval` and `optimize` have in common: a user's file, its program, the model, and the command as it is recorded.
// Knows nothing of data sets, metrics or results.
import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import {
  BaseError,
  isBaseError,
  type JsonObject,
  type LmProvider,
  type Module,
  moduleHash,
  type RunSource,
  type Runtime,
  withProgramState,
  withSavedProgram,
} from "../index.ts";
import type { CommandContext } from "./command.ts";
import { fileMissing, inputInvalid, recordUnknown, usageWrong } from "./errors.ts";
import type { FlagValues } from "./flags.ts";
import { recordedArguments } from "./recorded-command.ts";
import { jsonObject } from "./run-score.ts";
import { lmOf, loadUserModule, programOf, type UserModule, userFilePath, versionOf } from "./user-module.ts";

const MISFITS: ReadonlySet<string> = new Set(["PROGRAM_STATE_INVALID", "PROGRAM_TOOL_MISSING"]);

/** A user's file, ready to work with. */
export interface Job {
  readonly module: UserModule;
  readonly program: Module;
  /** The export's name; the file's where the export has none of its own. */
  readonly programName: string;
  readonly lm: string | LmProvider | undefined;
  readonly version: string | undefined;
  /** How the command is recorded. */
  readonly command: RunSource;
}

/** Loads the file that the first positional names. `overrides` stand in the recorded command in place of flags. */
export async function loadJob(
  commandName: string,
  context: CommandContext,
  file: string,
  overrides: FlagValues = {},
): Promise<Job> {
  const { flags, cwd } = context;
  const path = await userFilePath(file, cwd);
  // Before it is loaded: what is hashed must be what is run, and loading may take a while.
  const hash = await moduleHash(path);
  const module = await loadUserModule(file, path);
  const { exportName, program } = programOf(module, flags.program);
  const isPlain = exportName === "default" || exportName === "program";
  const load = flags.load === undefined || isRunId(flags.load) ? {} : { load: resolve(cwd, flags.load) };
  return {
    module,
    program,
    programName: isPlain ? basename(file, extname(file)) : exportName,
    lm: flags.lm ?? lmOf(module),
    version: flags["version-tag"] ?? versionOf(module),
    command: {
      modulePath: module.path,
      exportName,
      args: recordedArguments(commandName, flags, cwd, { ...load, ...overrides }),
      moduleHash: hash,
    },
  };
}

/**
 * The program with the state that `--load` names: the best of a recorded optimization, or a file that `--save`, `saveProgram` or DSPy wrote.
 *
 * Rejects with CLI_RECORD_UNKNOWN, CLI_FILE_MISSING, CLI_INPUT_INVALID, PROGRAM_STATE_INVALID, PROGRAM_TOOL_MISSING.
 */
export async function withLoadedState(
  program: Module,
  load: string | undefined,
  runtime: Runtime,
  { cwd, output }: Pick<CommandContext, "cwd" | "output">,
): Promise<Module> {
  if (load === undefined) return program;
  const warn = (message: string) => output.note(`--load ${load}: ${message}`);
  try {
    if (!isRunId(load)) return withSavedProgram(program, await textOfFile(resolve(cwd, load)), { warn });
    const { file, state } = await bestOf(load, runtime);
    return file === undefined ? withProgramState(program, state, { warn }) : withSavedProgram(program, file, { warn });
  } catch (error) {
    // Such a failure names the program's part; the reader has to know which of two sides to mend.
    if (!isBaseError(error) || !MISFITS.has(error.code)) throw error;
    throw new BaseError(error.code, `--load ${load}: ${error.message}`, { cause: error, details: error.details });
  }
}

/** The one file that the command is about. @throws CLI_USAGE */
export function fileOf({ positionals }: CommandContext, commandName: string): string {
  const [file] = positionals;
  if (file === undefined)
    throw usageWrong(`Expected a file: dspex ${commandName} program.ts. See dspex ${commandName} --help.`);
  return file;
}

function isRunId(load: string): boolean {
  return /^run_\w+$/.test(load);
}

/** The best program's state, and its file where the record has one, which tells floats from ints. */
async function bestOf(
  runId: string,
  { store }: Runtime,
): Promise<{ readonly state: JsonObject; readonly file: string | undefined }> {
  const run = await store.get("run", { runId });
  const report = jsonObject(run?.report);
  const state = jsonObject(report?.["bestProgramState"]);
  if (state === undefined)
    throw recordUnknown(runId, "the id of a completed optimization", store.location, "List them: dspex ls.");
  const payloadHash = run?.metadata?.["programs"];
  const payload = typeof payloadHash === "string" ? jsonObject(await store.getPayload(payloadHash)) : undefined;
  const file = jsonObject(payload?.["files"])?.[String(report?.["bestProgramHash"])];
  return { state, file: typeof file === "string" ? file : undefined };
}

async function textOfFile(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined)
    throw fileMissing(file, "--load names a run (run_…) or a file that --save, saveProgram or DSPy wrote.");
  const expected = "a program's state as a JSON object";
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch (error) {
    throw inputInvalid(file, expected, error instanceof Error ? error.message : String(error));
  }
  if (typeof state === "object" && state !== null && !Array.isArray(state)) return text;
  throw inputInvalid(file, expected, Array.isArray(state) ? "an array" : String(state));
}
