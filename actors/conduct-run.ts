// Conducts one run from its first record to its last, as work that may be begun again at any point.
// Knows nothing of supervisors; `experiment-journal.ts` puts it under one.
import { type BaseError, errorCode, isBaseError, toErrorRecord } from "../runtime/base/index.ts";
import type { EvaluationRules } from "./evaluation-task.ts";
import { followSignal } from "./follow-signal.ts";
import type { Recording } from "./recorded-lm.ts";
import { runCancelled, runEvaluation } from "./run-evaluation.ts";
import { runOptimization } from "./run-optimization.ts";
import type { RunOutcome, RunPlan } from "./run-plan.ts";
import {
  EVALUATION_TRIAL,
  experimentRecord,
  foundPrograms,
  type RunStage,
  runDatasets,
  runRecord,
} from "./run-records.ts";
import type { RunServices } from "./run-services.ts";
import { runAbandoned } from "./run-tasks.ts";

/** What a run meets where the actors it needs are gone: nothing the run did, and nothing that could be recorded. */
const WORLD_ENDED = new Set(["ACTOR_DOWN", "NAME_UNKNOWN", "SYSTEM_STOPPED", "RUNTIME_STOPPED"]);

/**
 * Runs a plan and answers what it came to.
 *
 * The run's record is written before its first LM call and its last one before this resolves. Rejects with RUN_CANCELLED where the
 * plan's own signals ended it, RUN_ABANDONED where the runtime ended around it, and with what the optimizer threw; a failed run is recorded,
 * and its experiment archived, as failed.
 */
export async function conductRun(
  services: RunServices,
  plan: RunPlan,
  origin: RunPlan["origin"],
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { payloads, hashes } = runDatasets(plan);
  const write = async (stage: RunStage): Promise<void> => {
    if (origin === "completed") return;
    if (plan.wasCompleted === true && stage.status !== "completed") return;
    const found = stage.status === "completed" ? foundPrograms(stage.outcome) : undefined;
    const kept = stage.status === "running" ? payloads : found === undefined ? [] : [found];
    await services.recorder.record({
      records: [runRecord(plan, hashes, stage, found?.payloadHash), experimentRecord(plan, stage)],
      ...(kept.length === 0 ? {} : { payloads: kept }),
    });
  };
  await write({ status: "running" });
  const started = services.clock.now();
  const span = { spanId: plan.runId };
  const about = { runId: plan.runId, runKind: plan.runKind, program: plan.programName };
  services.bus.emitLazy("application.run.started", "journal", () => ({ measures: {}, about }), span);
  const endedAt = (): number => Math.floor(services.clock.wallMs());
  const inner = new AbortController();
  const followed = plan.signal === undefined ? [signal] : [signal, plan.signal];
  const release = followed.map((outer) => followSignal(inner, outer));
  try {
    const outcome = await runPlan(services, plan, origin, inner.signal);
    await write({ status: "completed", outcome, endedAt: endedAt() });
    const durationMs = services.clock.now() - started;
    services.bus.emitLazy("application.run.stopped", "journal", () => ({ measures: { durationMs }, about }), span);
    return outcome;
  } catch (error) {
    // The actor was ended, not the run: the next incarnation goes on from the record.
    if (signal.aborted && plan.signal?.aborted !== true) throw error;
    if (WORLD_ENDED.has(errorCode(error))) throw runAbandoned(plan.runId, error);
    const cancelled = cancelledBy(plan, error);
    await write(cancelled === undefined ? failed(error, endedAt()) : { status: "cancelled", endedAt: endedAt() });
    const durationMs = services.clock.now() - started;
    const thrown = cancelled ?? error;
    services.bus.emitLazy(
      "application.run.failed",
      "journal",
      () => ({ measures: { durationMs }, about: { ...about, code: errorCode(thrown) } }),
      span,
    );
    throw thrown;
  } finally {
    for (const unfollow of release) unfollow();
  }
}

/** The cancellation that ended a run, whatever it looked like further down; undefined where none did. */
function cancelledBy({ runId, signal }: RunPlan, error: unknown): BaseError | undefined {
  if (isBaseError(error, "RUN_CANCELLED")) return error;
  return signal?.aborted === true ? runCancelled(runId) : undefined;
}

function failed(error: unknown, endedAt: number): RunStage {
  return { status: "failed", error: toErrorRecord(error), endedAt };
}

async function runPlan(
  services: RunServices,
  plan: RunPlan,
  origin: RunPlan["origin"],
  signal: AbortSignal,
): Promise<RunOutcome> {
  // Answered as it is: what was left out by the failure policy, which goes by the order of arrival, must stay left out.
  if (plan.runKind === "evaluation" && plan.report !== undefined && origin === "completed") {
    return { runKind: "evaluation", report: plan.report };
  }
  if (plan.runKind === "optimization" && plan.result !== undefined && origin === "completed") {
    return { runKind: "optimization", result: plan.result };
  }
  const rules = evaluationRules(services, plan, origin);
  if (plan.runKind === "optimization") {
    const { optimizer, teacher, trainset, valset, programName } = plan;
    const task = {
      rules,
      programName,
      optimizerName: optimizer.optimizerName,
      student: plan.program,
      trainset,
      valset,
      optimizer,
      parallelTrials: plan.rules.parallelTrials,
    };
    const result = await runOptimization(services, teacher === undefined ? task : { ...task, teacher }, signal);
    return { runKind: "optimization", result };
  }
  const report = await runEvaluation(
    services,
    { rules, trialId: EVALUATION_TRIAL, program: plan.program, programName: plan.programName, dataset: plan.dataset },
    signal,
  );
  if (report.results.status === "cancelled") throw runCancelled(plan.runId, report);
  return { runKind: "evaluation", report };
}

function evaluationRules(services: RunServices, plan: RunPlan, origin: RunPlan["origin"]): EvaluationRules {
  const { rules } = plan;
  const recording: Recording = {
    recorder: services.recorder,
    ...(origin === "new" ? {} : { replayFrom: services.store }),
    retryFailed: plan.retryFailed,
  };
  return {
    runId: plan.runId,
    metrics: plan.metrics,
    route: plan.route,
    recording,
    settings: {
      ...(rules.compat === undefined ? {} : { compat: rules.compat }),
      lmCapabilities: plan.lmCapabilities ?? plan.route.provider.capabilities ?? {},
      ...(plan.adapter === undefined ? {} : { adapter: plan.adapter }),
      ...(plan.usage === undefined ? {} : { usage: plan.usage }),
      ...(plan.observer === undefined ? {} : { observer: plan.observer }),
      ...(rules.lmOptions === undefined ? {} : { lm: rules.lmOptions }),
    },
    window: rules.window,
    exampleTimeoutMs: rules.exampleTimeoutMs,
    failurePolicy: rules.failurePolicy,
    passThreshold: rules.passThreshold,
    seed: rules.seed,
    ...(plan.drain === undefined ? {} : { drain: plan.drain }),
    ...(plan.onProgress === undefined ? {} : { onProgress: plan.onProgress }),
  };
}
