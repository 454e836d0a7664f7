// Checks the names of the options that a caller gave: a misspelt one must not pass for a default.
// Knows nothing of what options mean.
import { describeGiven, isAdapter, optionsProblem, type StreamOptions } from "../programs/index.ts";
import { BaseError } from "../runtime/base/index.ts";
import type { CallOptions } from "./call-options.ts";
import type { EvaluateOptions, OptimizeOptions, ResumeOptions } from "./run-options.ts";
import { SCOPE_SETTINGS, type SpawnProgramOptions } from "./scope-settings.ts";

const run = [
  "metric",
  "lm",
  "lmOptions",
  "lmCapabilities",
  "adapter",
  "usage",
  "observer",
  "window",
  "exampleTimeoutMs",
  "failurePolicy",
  "passThreshold",
  "seed",
  "version",
  "programName",
  "hypothesisId",
  "compat",
  "signal",
  "drain",
  "onProgress",
  "command",
] as const;

const optimization = ["optimizer", "trainset", "valset", "teacher", "parallelTrials"] as const;

const call = ["signal", "timeoutMs", "resume", "command"] as const satisfies readonly (keyof CallOptions)[];

/** The options of each method. */
const known = {
  run: call,
  stream: [...call, "status", "fields", "bufferSize"] as const satisfies readonly (
    | keyof CallOptions
    | keyof StreamOptions
  )[],
  with: SCOPE_SETTINGS,
  spawnProgram: [
    "programName",
    "supervision",
    ...SCOPE_SETTINGS,
  ] as const satisfies readonly (keyof SpawnProgramOptions)[],
  evaluate: [...run, "dataset"] as const satisfies readonly (keyof EvaluateOptions)[],
  optimize: [...run, ...optimization] as const satisfies readonly (keyof OptimizeOptions)[],
  // A resume may be handed the very options of the run: what its record holds is taken from there.
  resume: [...run, ...optimization, "dataset", "program", "retryFailed", "force"] as const satisfies readonly (
    | "program"
    | keyof ResumeOptions
    | keyof EvaluateOptions
    | keyof OptimizeOptions
  )[],
};

/** What a method cannot do without. */
const required = {
  run: [],
  stream: [],
  with: [],
  spawnProgram: [],
  evaluate: ["metric", "dataset"],
  optimize: ["metric", "optimizer", "trainset"],
  resume: ["program", "metric"],
} as const;

/** What an adapter has to be, and what came instead. */
export function adapterExpected(found: unknown): string {
  return `Expected adapter to have an \`adapterName\` and a function \`prepare\`, as jsonAdapter does, got ${describeGiven(found)}.`;
}

/** Throws RUN_OPTIONS_INVALID for an option that the method does not have, naming the nearest, for one that it needs and was not given, and for an adapter that is none. */
export function checkOptionNames(method: keyof typeof known, options: object): void {
  const problem = optionsProblem(method, options, known[method]);
  if (problem !== undefined) throw problem;
  if ("adapter" in options && options.adapter !== undefined && !isAdapter(options.adapter))
    throw invalid(adapterExpected(options.adapter), "adapter");
  for (const option of required[method]) {
    if ((options as Readonly<Record<string, unknown>>)[option] !== undefined) continue;
    throw invalid(`Expected ${method} to be given ${option}, found none.`, option);
  }
}

function invalid(message: string, option: string): BaseError {
  return new BaseError("RUN_OPTIONS_INVALID", message, { details: { option } });
}
