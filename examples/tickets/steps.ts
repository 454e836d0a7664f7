// One step of the demo: an evaluation or an optimization, begun or, where an earlier start left it unfinished, gone on with.
// Knows nothing of how steps follow each other or of what is printed about them.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type EvaluateOptions,
  type EvaluationResult,
  type Module,
  type OptimizationResult,
  type OptimizeOptions,
  type RunSource,
  type Runtime,
  sha256,
} from "../../index.ts";

/** What a step needs to know of its place. */
export interface StepPlace {
  readonly runtime: Runtime;
  /** Everything of the command line that the step's result depends on. */
  readonly settings: readonly string[];
  /** Told when a run from an earlier start is gone on with. */
  readonly onResume: (runId: string) => void;
}

/** Evaluates `program` as step `stepName`. */
export async function evaluateStep(
  place: StepPlace,
  stepName: string,
  program: Module,
  options: EvaluateOptions,
): Promise<EvaluationResult> {
  const command = commandOf(place, stepName);
  const runId = await unfinishedRun(place, command);
  if (runId === undefined) return place.runtime.evaluate(program, { ...options, command });
  const result = await place.runtime.resume(runId, { ...options, program });
  if (result.runKind === "evaluation") return result;
  throw new Error(`Expected run ${runId} to be an evaluation; the record says ${result.runKind}.`);
}

/** Optimizes `program` as step `stepName`. */
export async function optimizeStep<Inputs extends object, Outputs extends object>(
  place: StepPlace,
  stepName: string,
  program: Module<Inputs, Outputs>,
  options: OptimizeOptions,
): Promise<OptimizationResult<Inputs, Outputs>> {
  const command = commandOf(place, stepName);
  const runId = await unfinishedRun(place, command);
  if (runId === undefined) return place.runtime.optimize(program, { ...options, command });
  const result = await place.runtime.resume(runId, { ...options, program });
  if (result.runKind === "optimization") return result;
  throw new Error(`Expected run ${runId} to be an optimization; the record says ${result.runKind}.`);
}

async function unfinishedRun(place: StepPlace, command: RunSource): Promise<string | undefined> {
  const run = await place.runtime.unfinished(command);
  if (run !== undefined) place.onResume(run.runId);
  return run?.runId;
}

/** Names the step in the record. An edited program has another hash, so its unfinished runs are left alone. */
function commandOf(place: StepPlace, stepName: string): RunSource {
  const file = fileURLToPath(new URL("./program.ts", import.meta.url));
  return {
    modulePath: relative(process.cwd(), file),
    exportName: "program",
    args: [stepName, ...place.settings],
    moduleHash: sha256(readFileSync(file, "utf8")),
  };
}
