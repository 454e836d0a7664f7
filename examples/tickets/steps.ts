// One step of the demo: an evaluation or an optimization, begun or, where an earlier start left it unfinished, gone on with.
// Knows nothing of how steps follow each other or of what is printed about them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  contentHash,
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
  /** Hashes of the data sets in use: what was begun with other tickets is not gone on with. */
  readonly dataHashes: readonly string[];
  /** Told when a run from an earlier start is gone on with. */
  readonly onResume: (runId: string) => void;
}

/** Evaluates `program` as the command `args`. */
export async function evaluateStep(
  place: StepPlace,
  args: readonly string[],
  program: Module,
  options: EvaluateOptions,
): Promise<EvaluationResult> {
  const command = commandOf(place, args);
  const runId = await unfinishedRun(place, command);
  if (runId === undefined) return place.runtime.evaluate(program, { ...options, command });
  const result = await place.runtime.resume(runId, { ...options, program });
  if (result.runKind === "evaluation") return result;
  throw new Error(`Expected run ${runId} to be an evaluation; the record says ${result.runKind}.`);
}

/** Optimizes `program` as the command `args`. */
export async function optimizeStep<Inputs extends object, Outputs extends object>(
  place: StepPlace,
  args: readonly string[],
  program: Module<Inputs, Outputs>,
  options: OptimizeOptions,
): Promise<OptimizationResult<Inputs, Outputs>> {
  const command = commandOf(place, args);
  const runId = await unfinishedRun(place, command);
  if (runId === undefined) return place.runtime.optimize(program, { ...options, command });
  const result = await place.runtime.resume(runId, { ...options, program });
  if (result.runKind === "optimization") return result;
  throw new Error(`Expected run ${runId} to be an optimization; the record says ${result.runKind}.`);
}

async function unfinishedRun({ runtime, onResume }: StepPlace, command: RunSource): Promise<string | undefined> {
  const run = await runtime.unfinished(command);
  // An edited program or data set is another experiment: its unfinished runs are left alone.
  if (run === undefined || run.source?.moduleHash !== command.moduleHash) return undefined;
  onResume(run.runId);
  return run.runId;
}

/** The step as a command of `dspex`, under which its run is found again. */
function commandOf({ dataHashes }: StepPlace, args: readonly string[]): RunSource {
  const modulePath = fileURLToPath(new URL("./program.ts", import.meta.url));
  const moduleHash = contentHash([sha256(readFileSync(modulePath, "utf8")), dataHashes]);
  return { modulePath, exportName: "program", args, moduleHash };
}
