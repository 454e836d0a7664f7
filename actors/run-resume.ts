// Turns a recorded run into a plan that goes on where it stopped. Refuses where program, version, model or optimizer changed.
// Knows nothing of how a plan is run.
import { type EvaluationReport, namedMetrics } from "../evaluate/index.ts";
import { type Optimizer, optimizerFrom } from "../optimizers/index.ts";
import { type Module, programHash } from "../programs/index.ts";
import { BaseError, canonicalJson, contentHash, isJsonObject } from "../runtime/base/index.ts";
import type { ExperimentRecord, ResultStore, RunRecord } from "../stores/index.ts";
import { fromDatasetPayload } from "./dataset-record.ts";
import type { LmRoute } from "./lm-route.ts";
import { recordedResult } from "./recorded-result.ts";
import type { ResumeOptions } from "./run-options.ts";
import type { RunPlan } from "./run-plan.ts";
import { type Planning, watching } from "./run-planning.ts";
import { rulesFromJson } from "./run-rules.ts";

/**
 * Plans the rest of a recorded run.
 *
 * Rejects with RUN_UNKNOWN, RUN_CODE_CHANGED (unless forced), RUN_OPTIMIZER_MISSING, RUN_RECORD_INCOMPLETE.
 */
export async function planResume(
  planning: Planning,
  store: ResultStore,
  runId: string,
  program: Module,
  options: ResumeOptions,
  experimentFor: (run: RunRecord, origin: RunPlan["origin"]) => Promise<ExperimentRecord>,
): Promise<RunPlan> {
  const run = await store.get("run", { runId });
  if (run === undefined || run.runKind === "program") throw runUnknown(runId, store.location);
  const route = await planning.routes.to(options.lm);
  if (options.force !== true) assertUnchanged(run, program, options, route);
  const rules = rulesFromJson(run.settings);
  const metrics = namedMetrics(options.metric);
  const origin = run.status === "completed" && options.retryFailed !== true ? "completed" : "resumed";
  const head = {
    runId,
    experiment: await experimentFor(run, origin),
    program,
    programName: run.programName,
    programHash: programHash(program),
    programVersion: options.version ?? "1",
    metrics,
    rules,
    route,
    startedAt: run.startedAt,
    origin,
    wasCompleted: run.status === "completed",
    retryFailed: options.retryFailed ?? false,
    ...(run.source === undefined ? {} : { source: run.source }),
    ...watching(options),
  } as const;
  if (run.runKind === "evaluation") {
    const dataset = await datasetOf(store, run, "dataset");
    if (origin === "resumed" || run.report === undefined) return { ...head, runKind: "evaluation", dataset };
    // Written by `runRecord` from an EvaluationReport; the store has checked that it is JSON.
    return { ...head, runKind: "evaluation", dataset, report: run.report as unknown as EvaluationReport };
  }
  const result = origin === "completed" ? await recordedResult(store, run, program) : undefined;
  return {
    ...head,
    runKind: "optimization",
    optimizer: optimizerOf(run, options.optimizer),
    trainset: await datasetOf(store, run, "trainset"),
    valset: await datasetOf(store, run, "valset"),
    ...(options.teacher === undefined ? {} : { teacher: options.teacher }),
    ...(result === undefined ? {} : { result }),
  };
}

function assertUnchanged(run: RunRecord, program: Module, options: ResumeOptions, route: LmRoute): void {
  const changes: string[] = [];
  const version = options.version ?? "1";
  if (run.programVersion !== undefined && run.programVersion !== version) {
    changes.push(`version was "${run.programVersion}" and is "${version}"`);
  }
  if (run.programHash !== programHash(program)) changes.push("the program's instructions, fields or demos differ");
  const names = namedMetrics(options.metric).map((metric) => metric.metricName);
  if (names.join() !== run.metricNames.join()) {
    changes.push(`metrics were ${run.metricNames.join(", ")} and are ${names.join(", ")}`);
  }
  const { lmName, provider } = route;
  const lmNames = run.lmNames ?? [lmName];
  const lmIdentity = run.metadata?.lmIdentity;
  if (!lmNames.includes(lmName)) changes.push(`the model was ${lmNames.join(", ")} and is ${lmName}`);
  else if (lmIdentity !== undefined && lmIdentity !== contentHash(provider.identity)) {
    changes.push(`${lmName} has another address or other settings than before`);
  }
  const { optimizer } = options;
  if (optimizer !== undefined && run.optimizerName !== undefined) {
    if (optimizer.optimizerName !== run.optimizerName) {
      changes.push(`the optimizer was ${run.optimizerName} and is ${optimizer.optimizerName}`);
    } else if (canonicalJson(optimizer.options) !== canonicalJson(run.optimizerOptions ?? {})) {
      changes.push("the optimizer's options differ");
    }
  }
  if (changes.length === 0) return;
  throw new BaseError(
    "RUN_CODE_CHANGED",
    `Run ${run.runId} was started with other code: ${changes.join("; ")}. Resume it with the code it was started with, start a new run, or force it (force: true, --force).`,
    { details: { runId: run.runId, changes } },
  );
}

async function datasetOf(store: ResultStore, run: RunRecord, role: string) {
  const hashes = run.metadata?.datasets;
  const payloadHash = isJsonObject(hashes) ? hashes[role] : undefined;
  const payload = typeof payloadHash === "string" ? await store.getPayload(payloadHash) : undefined;
  if (payload === undefined) {
    throw new BaseError(
      "RUN_RECORD_INCOMPLETE",
      `The store holds no ${role} for run ${run.runId}. It was pruned or damaged; start a new run.`,
      {
        details: { runId: run.runId, role },
      },
    );
  }
  return fromDatasetPayload(payload);
}

function optimizerOf(run: RunRecord, given: Optimizer | undefined): Optimizer {
  if (given !== undefined) return given;
  const made = optimizerFrom(run.optimizerName ?? "", run.optimizerOptions ?? {});
  if (made !== undefined) return made;
  throw new BaseError(
    "RUN_OPTIMIZER_MISSING",
    `Run ${run.runId} used the optimizer "${run.optimizerName}", which is not one of dspex's own. Pass it: resume("${run.runId}", { optimizer, … }).`,
    { details: { runId: run.runId, optimizerName: run.optimizerName ?? "" } },
  );
}

/** No run of this id is recorded. */
function runUnknown(runId: string, location: string): BaseError {
  return new BaseError(
    "RUN_UNKNOWN",
    `Expected the id of a recorded run, got "${runId}"; ${location} holds none of that name. List them: dspex ls.`,
    {
      details: { runId, location },
    },
  );
}
