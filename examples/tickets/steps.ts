// One step of the demo: an evaluation or an optimization, begun or, where an earlier start left it unfinished, gone on with.
// Knows nothing of how steps follow each other or of what is printed about them.
import {
  type EvaluateOptions,
  type EvaluationResult,
  type Module,
  type OptimizationResult,
  type OptimizeOptions,
  programHash,
  type RunRecord,
  type RunSource,
  type Runtime,
} from "../../index.ts";

/** What a step needs to know of its place. */
export interface StepPlace {
  readonly runtime: Runtime;
  /** The program's file and what `moduleHash` says of it: `dspex resume` loads the one and compares the other. */
  readonly module: { readonly path: string; readonly hash: string };
  /** Told when a run from an earlier start is gone on with. */
  readonly onResume: (runId: string) => void;
}

/** Evaluates `program`; `args` are those of the `dspex` command that does the same. */
export async function evaluateStep(
  place: StepPlace,
  args: readonly string[],
  program: Module,
  options: EvaluateOptions,
): Promise<EvaluationResult> {
  const command = commandOf(place, args);
  const run = await unfinishedRun(place, command, program, options.dataset.hash);
  if (run === undefined) return place.runtime.evaluate(program, { ...options, command });
  const result = await place.runtime.resume(run.runId, { ...options, program });
  if (result.runKind === "evaluation") return result;
  throw new Error(`Expected run ${run.runId} to be an evaluation; the record says ${result.runKind}.`);
}

/** Optimizes `program`; `args` are those of the `dspex` command that does the same. */
export async function optimizeStep<Inputs extends object, Outputs extends object>(
  place: StepPlace,
  args: readonly string[],
  program: Module<Inputs, Outputs>,
  options: OptimizeOptions,
): Promise<OptimizationResult<Inputs, Outputs>> {
  const command = commandOf(place, args);
  const run = await unfinishedRun(place, command, program, (options.valset ?? options.trainset).hash);
  if (run === undefined) return place.runtime.optimize(program, { ...options, command });
  const result = await place.runtime.resume(run.runId, { ...options, program });
  if (result.runKind === "optimization") return result;
  throw new Error(`Expected run ${run.runId} to be an optimization; the record says ${result.runKind}.`);
}

/**
 * The newest unfinished run of this command with this program on this data.
 *
 * Not `runtime.unfinished`: it asks for equal arguments, and the search that `--load` names has another id in each start.
 */
async function unfinishedRun(
  { runtime, onResume }: StepPlace,
  command: RunSource,
  program: Module,
  datasetHash: string,
): Promise<RunRecord | undefined> {
  let newest: RunRecord | undefined;
  for await (const run of runtime.store.list("run")) {
    if (run.status === "completed" || run.source?.moduleHash !== command.moduleHash) continue;
    if (run.programHash !== programHash(program) || run.datasetHash !== datasetHash) continue;
    if (withoutLoad(run.source) !== withoutLoad(command)) continue;
    if (newest === undefined || run.startedAt > newest.startedAt) newest = run;
  }
  if (newest !== undefined) onResume(newest.runId);
  return newest;
}

function withoutLoad({ args }: RunSource): string {
  return args.filter((arg) => !arg.startsWith("--load=")).join(" ");
}

function commandOf({ module }: StepPlace, args: readonly string[]): RunSource {
  return { modulePath: module.path, exportName: "program", args, moduleHash: module.hash };
}
