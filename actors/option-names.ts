// Checks the names of the options that a caller gave: a misspelt one must not pass for a default.
// Knows nothing of what options mean.
import { BaseError, nearest } from "../runtime/base/index.ts";
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

/** The options of each method. */
const known = {
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
  with: [],
  spawnProgram: [],
  evaluate: ["metric", "dataset"],
  optimize: ["metric", "optimizer", "trainset"],
  resume: ["program", "metric"],
} as const;

/** Throws RUN_OPTIONS_INVALID for an option that the method does not have, naming the nearest, and for one that it needs and was not given. */
export function checkOptionNames(method: keyof typeof known, options: object): void {
  const names: readonly string[] = known[method];
  for (const option of Object.keys(options)) {
    if (names.includes(option)) continue;
    const near = nearest(option, names);
    throw invalid(
      `${method} has no option "${option}".${near === undefined ? "" : ` Did you mean "${near}"?`}`,
      option,
    );
  }
  for (const option of required[method]) {
    if ((options as Readonly<Record<string, unknown>>)[option] !== undefined) continue;
    throw invalid(`Expected ${method} to be given ${option}, found none.`, option);
  }
}

function invalid(message: string, option: string): BaseError {
  return new BaseError("RUN_OPTIONS_INVALID", message, { details: { option } });
}
