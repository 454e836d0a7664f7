// Every flag of the command line, once: its kind, its environment variable and its line of help.
// Knows nothing of which command does what with it.

/** What a flag takes. */
type FlagKind = "switch" | "text" | "texts" | "whole" | "number" | "duration" | "choice";

/** One flag. */
export interface Flag {
  readonly kind: FlagKind;
  /** How help calls its value. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** For `whole`: the least that is legal. */
  readonly least?: number;
  /** Read where the flag is not given. */
  readonly env?: string;
  readonly short?: string;
  readonly help: string;
  /** Whether the flag is part of what makes two commands the same run. */
  readonly decides?: true;
}

/** The flags by name. */
export const FLAGS = {
  lm: {
    kind: "text",
    value: "PROVIDER/MODEL",
    env: "DSPEX_LM",
    decides: true,
    help: "the language model, such as openai/gpt-4o-mini; over the file's own lm",
  },
  store: { kind: "text", value: "DIR", env: "DSPEX_STORE", help: "where the record lies (default .dspex)" },
  program: {
    kind: "text",
    value: "NAME",
    decides: true,
    help: "the export that is the program (default program, or the default export)",
  },
  input: {
    kind: "text",
    value: "JSON|@FILE|-",
    decides: true,
    help: "the inputs as a JSON object, from a file, or from stdin",
  },
  data: { kind: "text", value: "FILE", decides: true, help: "examples from a JSONL file, over the file's own" },
  valdata: {
    kind: "text",
    value: "FILE",
    decides: true,
    help: "validation examples from a JSONL file, over the file's own valset",
  },
  inputs: { kind: "text", value: "A,B", decides: true, help: "which fields of plain examples programs are given" },
  load: {
    kind: "text",
    value: "RUN|FILE",
    decides: true,
    help: "start from the best program of a recorded optimization, or from a saved state",
  },
  save: { kind: "text", value: "FILE", help: "write the best program's state as DSPy's file of it" },
  optimizer: { kind: "text", value: "NAME", decides: true, help: "one of dspex's own optimizers, over the file's own" },
  set: { kind: "texts", value: "OPTION=VALUE", decides: true, help: "an option of --optimizer; may be repeated" },
  "parallel-trials": {
    kind: "whole",
    value: "N",
    least: 1,
    decides: true,
    help: "candidates worked on at once (default 4)",
  },
  window: { kind: "whole", value: "N", least: 1, env: "DSPEX_WINDOW", help: "examples in flight at once (default 16)" },
  seed: {
    kind: "whole",
    value: "N",
    least: 0,
    env: "DSPEX_SEED",
    decides: true,
    help: "seeds everything that draws (default 0)",
  },
  timeout: {
    kind: "duration",
    value: "TIME",
    env: "DSPEX_TIMEOUT",
    decides: true,
    help: "for one call or example, queueing included: 500ms, 30s, 2m (default 120s)",
  },
  "pass-threshold": {
    kind: "number",
    value: "X",
    decides: true,
    help: "a score at or above it counts as passed (default 1)",
  },
  "min-score": { kind: "number", value: "X", help: "exit 1 if the score is below it" },
  compat: {
    kind: "choice",
    value: "RELEASE",
    choices: ["dspy-3.3.1"],
    decides: true,
    help: "behave as this DSPy release where dspex would do better",
  },
  "version-tag": { kind: "text", value: "TEXT", help: "your own version of program and metric; compared on resume" },
  new: { kind: "switch", help: "start afresh although the same command left an unfinished run" },
  force: { kind: "switch", help: "go on with a run although code or data changed" },
  "retry-failed": { kind: "switch", help: "on resume, ask again where a failure is recorded" },
  file: { kind: "text", value: "FILE", help: "the run's file where it no longer lies where it was" },
  example: { kind: "text", value: "ID", help: "one example, with its LM calls, prompts and responses" },
  trial: { kind: "text", value: "ID", help: "of this trial" },
  limit: { kind: "whole", value: "N", least: 1, help: "the most to show" },
  status: {
    kind: "choice",
    value: "STATUS",
    choices: ["designed", "running", "completed", "failed", "cancelled"],
    help: "only of this status: designed, running, completed, failed, cancelled",
  },
  python: {
    kind: "text",
    value: "PATH",
    env: "DSPEX_PYTHON",
    help: "the interpreter: to make the environment with, or to look at (default .dspex/python)",
  },
  development: { kind: "switch", help: "also what the worker's own checks need; in a clone of dspex" },
  json: { kind: "switch", help: "one JSON object on stdout in place of text" },
  progress: {
    kind: "choice",
    value: "HOW",
    choices: ["auto", "none", "plain", "live", "json"],
    env: "DSPEX_PROGRESS",
    help: "on stderr: none, plain, live, json (lines of JSON); default auto",
  },
  verbose: { kind: "switch", help: "errors with their stacks (also DEBUG=dspex)" },
  help: { kind: "switch", short: "h", help: "this text" },
  version: { kind: "switch", short: "V", help: "the version" },
} as const satisfies Readonly<Record<string, Flag>>;

/** The name of a flag, without its dashes. */
export type FlagName = keyof typeof FLAGS;

interface ValueOf {
  readonly switch: true;
  readonly text: string;
  readonly texts: readonly string[];
  readonly whole: number;
  readonly number: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly choice: string;
}

/** Values of flags, from the command line or the environment; absent where neither says anything. */
export type FlagValues = { readonly [Name in FlagName]?: ValueOf[(typeof FLAGS)[Name]["kind"]] };

/** A flag by any name; undefined where there is none of it. */
export function flagNamed(name: string): Flag | undefined {
  return Object.hasOwn(FLAGS, name) ? FLAGS[name as FlagName] : undefined;
}

/** The environment variables that flags read, each with its flag. */
export function flagVariables(): ReadonlyMap<string, FlagName> {
  const names = Object.keys(FLAGS) as FlagName[];
  return new Map(names.flatMap((name) => variableOf(FLAGS[name], name)));
}

function variableOf(flag: Flag, name: FlagName): readonly (readonly [string, FlagName])[] {
  return flag.env === undefined ? [] : [[flag.env, name]];
}
