// What `run`, `eval` and `optimize` have in common: a user's file, its program, the model, and the command as it is recorded.
// Knows nothing of data sets, metrics or results.
import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import {
  type JsonObject,
  type LmProvider,
  type Module,
  moduleHash,
  type RunSource,
  type Runtime,
  withProgramState,
} from "../index.ts";
import type { CommandContext } from "./command.ts";
import { fileMissing, inputInvalid, recordUnknown, usageWrong } from "./errors.ts";
import type { FlagValues } from "./flags.ts";
import { recordedArguments } from "./recorded-command.ts";
import { lmOf, loadUserModule, programOf, type UserModule, userFilePath, versionOf } from "./user-module.ts";

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
 * The program with the state that `--load` names: the best of a recorded optimization, or a file that `--save` or DSPy wrote.
 *
 * Rejects with CLI_RECORD_UNKNOWN, CLI_FILE_MISSING, CLI_INPUT_INVALID, PROGRAM_STATE_INVALID.
 */
export async function withLoadedState(
  program: Module,
  load: string | undefined,
  runtime: Runtime,
  cwd: string,
): Promise<Module> {
  if (load === undefined) return program;
  return withProgramState(
    program,
    isRunId(load) ? await bestStateOf(load, runtime) : await stateInFile(resolve(cwd, load)),
  );
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

async function bestStateOf(runId: string, runtime: Runtime): Promise<JsonObject> {
  const run = await runtime.store.get("run", { runId });
  const report = run?.report;
  const state = isObject(report) ? report["bestProgramState"] : undefined;
  if (isObject(state)) return state;
  throw recordUnknown(runId, "the id of a completed optimization", runtime.store.location, "List them: dspex ls.");
}

async function stateInFile(file: string): Promise<JsonObject> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw fileMissing(file, "--load names a run (run_…) or a file that --save wrote.");
  const expected = "a program's state as a JSON object";
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch (error) {
    throw inputInvalid(file, expected, error instanceof Error ? error.message : String(error));
  }
  if (isObject(state)) return state;
  throw inputInvalid(file, expected, Array.isArray(state) ? "an array" : String(state));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
