// Makes plans: of what a caller asks, or of what a record says and a caller adds.
// Knows nothing of how a plan is run.
import { type Dataset, dspyFailurePolicy, namedMetrics } from "../evaluate/index.ts";
import { type Module, programHash } from "../programs/index.ts";
import { BaseError, newId } from "../runtime/base/index.ts";
import type { ExperimentRecord } from "../stores/index.ts";
import type { LmRoutes } from "./lm-route.ts";
import type { EvaluateOptions, OptimizeOptions, RunOptions } from "./run-options.ts";
import type { RunPlan } from "./run-plan.ts";
import { runRules } from "./run-rules.ts";

/** What planning needs to know of the runtime. */
export interface Planning {
  readonly routes: LmRoutes;
  readonly wallMs: () => number;
}

/**
 * Plans a new evaluation or optimization. The experiment is asked for last, so that a faulty request leaves none behind.
 *
 * Rejects with RUN_OPTIONS_INVALID, EVALUATION_*, LM_NOT_CONFIGURED and their like.
 */
export async function planRun(
  { routes, wallMs }: Planning,
  experimentOf: () => Promise<ExperimentRecord>,
  program: Module,
  options: EvaluateOptions | OptimizeOptions,
): Promise<RunPlan> {
  const rules = runRules(options, options.compat === undefined ? {} : dspyFailurePolicy);
  const head = {
    runId: newId("run"),
    program,
    programName: options.programName ?? programNameOf(program),
    programHash: programHash(program),
    programVersion: options.version ?? "1",
    metrics: namedMetrics(options.metric),
    rules,
    route: await routes.to(options.lm),
    startedAt: Math.floor(wallMs()),
    origin: "new",
    retryFailed: false,
    ...(options.command === undefined ? {} : { source: options.command }),
    ...watching(options),
  } as const;
  if ("optimizer" in options) {
    const { optimizer, trainset, valset = trainset, teacher } = options;
    notEmpty("trainset", trainset);
    notEmpty("valset", valset);
    const data = { optimizer, trainset, valset, ...(teacher === undefined ? {} : { teacher }) };
    return { ...head, ...data, runKind: "optimization", experiment: await experimentOf() };
  }
  notEmpty("dataset", options.dataset);
  // Designed last: what is refused leaves no record behind.
  return { ...head, runKind: "evaluation", dataset: options.dataset, experiment: await experimentOf() };
}

/** A program's name where its caller gives none: the class of its root. */
export function programNameOf(program: Module): string {
  // What is no program is refused where it is prepared, by name.
  return Object(program).constructor.name;
}

/** What of a run no record can hold: functions, and what is known of the model. */
export function watching({
  adapter,
  lmCapabilities,
  usage,
  observer,
  signal,
  drain,
  onProgress,
}: Pick<RunOptions, "adapter" | "lmCapabilities" | "usage" | "observer" | "signal" | "drain" | "onProgress">) {
  return {
    ...(adapter === undefined ? {} : { adapter }),
    ...(lmCapabilities === undefined ? {} : { lmCapabilities }),
    ...(usage === undefined ? {} : { usage }),
    ...(observer === undefined ? {} : { observer }),
    ...(signal === undefined ? {} : { signal }),
    ...(drain === undefined ? {} : { drain }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

function notEmpty(option: string, dataset: Dataset): void {
  if (dataset.examples.length > 0) return;
  throw new BaseError(
    "EVALUATION_DATASET_EMPTY",
    `Expected ${option} to hold at least one example, found none in "${dataset.name}". Check the file, or the filter in front of it.`,
    { details: { option, dataset: dataset.name } },
  );
}
