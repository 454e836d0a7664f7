// Checks the names of options that a caller gave: a misspelt one must not pass for a default.
// Knows nothing of what options mean.
import { BaseError, nearest } from "../runtime/base/index.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import { describeGiven } from "./fits.ts";
import type { StepScope } from "./module.ts";
import type { StreamOptions } from "./program-stream.ts";
import type { ProgramSettings } from "./settings.ts";

const execution = [
  "signal",
  "workSignal",
  "deadlineAt",
  "endedBy",
  "settings",
  "clock",
] as const satisfies readonly (keyof ExecuteOptions)[];
const streaming = ["status", "fields", "bufferSize"] as const satisfies readonly (keyof StreamOptions)[];

const known = {
  executeProgram: execution,
  streamProgram: [...execution, ...streaming],
  "call.run": ["settings", "signal", "timeoutMs", "trace"] as const satisfies readonly (keyof StepScope)[],
};

const settingNames = Object.keys({
  compat: 0,
  adapter: 0,
  lm: 0,
  lmBase: 0,
  model: 0,
  lmDefaults: 0,
  lmCapabilities: 0,
  rolloutId: 0,
  maxTraceSteps: 0,
  usage: 0,
  observer: 0,
  extraInputs: 0,
} satisfies Record<keyof ProgramSettings, 0>);

/** RUN_OPTIONS_INVALID for options that are no object, and for one that there is not among these names, naming the nearest. */
export function optionsProblem(method: string, options: object, names: readonly string[]): BaseError | undefined {
  return namesProblem(method, "options", "", options, names);
}

/** The same of how a program is executed or a step is run, their settings included. */
export function scopeProblem(
  method: keyof typeof known,
  scope: { readonly settings?: ProgramSettings },
): BaseError | undefined {
  const problem = optionsProblem(method, scope, known[method]);
  if (problem !== undefined || scope.settings === undefined) return problem;
  return namesProblem(method, "settings", "settings.", scope.settings, settingNames);
}

function namesProblem(
  method: string,
  what: string,
  prefix: string,
  given: object,
  names: readonly string[],
): BaseError | undefined {
  if (typeof given !== "object" || given === null) {
    return invalid(`Expected the ${what} of ${method} to be an object, got ${describeGiven(given)}.`, what);
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return undefined;
  const near = nearest(unknown, names);
  const hint = near === undefined ? "" : ` Did you mean "${prefix}${near}"?`;
  return invalid(`${method} has no option "${prefix}${unknown}".${hint}`, `${prefix}${unknown}`);
}

function invalid(message: string, option: string): BaseError {
  return new BaseError("RUN_OPTIONS_INVALID", message, { details: { option } });
}
