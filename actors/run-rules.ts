// The rules a run goes by where its caller says nothing, and the check of what the caller says.
// Knows nothing of how a run goes by them.
import { BaseError, type JsonObject } from "../runtime/base/index.ts";
import type { RunOptions } from "./run-options.ts";

/** The part of a run's options that is plain data: kept in its record, so that a resume goes by the same. */
export interface RunRules {
  readonly window: number;
  readonly exampleTimeoutMs: number;
  readonly passThreshold: number;
  readonly seed: number;
  readonly parallelTrials: number;
  readonly failurePolicy: NonNullable<RunOptions["failurePolicy"]>;
  readonly lmOptions?: NonNullable<RunOptions["lmOptions"]>;
  readonly compat?: "dspy-3.3.1";
}

/** Fills in the defaults. @throws RUN_OPTIONS_INVALID naming the option, what it must be and what came. */
export function runRules(
  options: RunOptions & { readonly parallelTrials?: number },
  defaultPolicy: RunRules["failurePolicy"],
): RunRules {
  const rules: RunRules = {
    window: options.window ?? 16,
    exampleTimeoutMs: options.exampleTimeoutMs ?? 120_000,
    passThreshold: options.passThreshold ?? 1,
    seed: options.seed ?? 0,
    parallelTrials: options.parallelTrials ?? (options.compat === undefined ? 4 : 1),
    failurePolicy: options.failurePolicy ?? defaultPolicy,
    ...(options.lmOptions === undefined ? {} : { lmOptions: options.lmOptions }),
    ...(options.compat === undefined ? {} : { compat: options.compat }),
  };
  atLeast("window", rules.window, 1);
  atLeast("parallelTrials", rules.parallelTrials, 1);
  atLeast("seed", rules.seed, 0);
  if (!(rules.exampleTimeoutMs > 0))
    throw invalid("exampleTimeoutMs", "a positive number of milliseconds", rules.exampleTimeoutMs);
  if (!Number.isFinite(rules.passThreshold)) throw invalid("passThreshold", "a finite number", rules.passThreshold);
  return rules;
}

// JSON has no word for it, and `null` would come back as 0.
const INFINITE = { $number: "Infinity" } as const;

/** The rules as the run's record keeps them. */
export function rulesToJson(rules: RunRules): JsonObject {
  return JSON.parse(JSON.stringify(rules, (_name, value: unknown) => (value === Infinity ? INFINITE : value)));
}

/** The rules that a record keeps. */
export function rulesFromJson(settings: JsonObject | undefined): RunRules {
  return JSON.parse(JSON.stringify(settings ?? {}), (_name, value: unknown) =>
    typeof value === "object" && value !== null && "$number" in value ? Infinity : value,
  );
}

function atLeast(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw invalid(option, `a whole number from ${least}`, value);
}

function invalid(option: string, expected: string, found: unknown): BaseError {
  return new BaseError("RUN_OPTIONS_INVALID", `Expected ${option} to be ${expected}, got ${String(found)}.`, {
    details: { option, expected, found: String(found) },
  });
}
