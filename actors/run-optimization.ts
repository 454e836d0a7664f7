// Runs an optimizer over a recorded study, and puts what it found into words that can be stored.
// Knows nothing of experiments or of who asked.
import type { Optimizer, OptimizerResult } from "../optimizers/index.ts";
import { programHash, programState } from "../programs/index.ts";
import { errorCode, type JsonObject } from "../runtime/base/index.ts";
import { followSignal } from "./follow-signal.ts";
import type { RunServices } from "./run-services.ts";
import { RecordedStudy } from "./run-study.ts";
import { emitOptimizerEvent, type StudyParts } from "./study-parts.ts";

/** One optimization. */
export interface OptimizationTask extends StudyParts {
  readonly optimizer: Optimizer;
}

/** Compiles the student. Resumed, the optimizer runs again from the start: what is recorded answers from the record. */
export async function runOptimization(
  services: RunServices,
  task: OptimizationTask,
  signal: AbortSignal,
): Promise<OptimizerResult> {
  const inner = new AbortController();
  const unfollow = followSignal(inner, signal);
  const study = new RecordedStudy(services, task, inner.signal);
  const { clock, bus } = services;
  const { runId, seed } = task.rules;
  const about = { runId, optimizer: task.optimizerName };
  const startedMs = clock.now();
  emitOptimizerEvent(bus, runId, "optimizer.study.started", () => ({
    measures: { trainExamples: task.trainset.examples.length, validationExamples: task.valset.examples.length, seed },
    about: { ...about, programName: task.programName },
  }));
  try {
    const result = await task.optimizer.compile(study);
    await study.settled();
    const { bestTrialId, bestScore, candidates } = result;
    emitOptimizerEvent(bus, runId, "optimizer.study.stopped", () => ({
      measures: {
        durationMs: clock.now() - startedMs,
        trials: candidates.length,
        ...(bestScore === undefined ? {} : { bestScore }),
      },
      about: { ...about, ...(bestTrialId === undefined ? {} : { bestTrialId }) },
    }));
    return result;
  } catch (error) {
    const measures = { durationMs: clock.now() - startedMs };
    const failed = { ...about, code: errorCode(error) };
    emitOptimizerEvent(bus, runId, "optimizer.study.failed", () => ({ measures, about: failed }));
    throw error;
  } finally {
    unfollow();
    // An optimizer that failed may have left trials in flight; nobody waits for them any more.
    inner.abort();
  }
}

/** An optimizer's result as plain JSON: what a resumed run must come to again. */
export function optimizationReport(result: OptimizerResult): JsonObject {
  return {
    kind: "optimization-report",
    version: 1,
    ...(result.bestTrialId === undefined ? {} : { bestTrialId: result.bestTrialId }),
    ...(result.bestScore === undefined ? {} : { bestScore: result.bestScore }),
    bestProgramHash: programHash(result.best),
    bestProgramState: programState(result.best),
    candidates: result.candidates.map((candidate) => ({
      trialId: candidate.trialId,
      score: candidate.score,
      proposal: candidate.proposal,
      programHash: programHash(candidate.program),
    })),
  };
}
