// What a completed optimization came to, out of its record.
// Knows nothing of plans or of optimizers.
import type { EvaluationReport } from "../evaluate/index.ts";
import type { Candidate, OptimizerResult } from "../optimizers/index.ts";
import type { Module } from "../programs/index.ts";
import { isJsonObject, type JsonValue } from "../runtime/base/index.ts";
import type { ResultStore, RunRecord } from "../stores/index.ts";
import { type RecordedPrograms, recordedPrograms } from "./recorded-programs.ts";

/** An optimizer's result as it was; undefined where the record does not hold all of it, and the optimizer has to come to it again. */
export async function recordedResult(
  store: ResultStore,
  run: RunRecord,
  student: Module,
): Promise<OptimizerResult | undefined> {
  if (!isJsonObject(run.report)) return undefined;
  const { bestProgramHash, bestTrialId, bestScore, candidates } = run.report;
  const programs = await recordedPrograms(store, run, student);
  if (programs === undefined || typeof bestProgramHash !== "string" || !Array.isArray(candidates)) return undefined;
  const best = programs.programOf(bestProgramHash);
  if (best === undefined) return undefined;
  const found: Candidate[] = [];
  for (const each of candidates as readonly JsonValue[]) {
    const candidate = await candidateOf(store, run.runId, each, programs);
    if (candidate === undefined) return undefined;
    found.push(candidate);
  }
  return {
    best,
    ...(typeof bestTrialId === "string" ? { bestTrialId } : {}),
    ...(typeof bestScore === "number" ? { bestScore } : {}),
    candidates: found,
  };
}

async function candidateOf(
  store: ResultStore,
  runId: string,
  said: JsonValue,
  programs: RecordedPrograms,
): Promise<Candidate | undefined> {
  if (!isJsonObject(said)) return undefined;
  const { trialId, score, proposal, programHash } = said;
  if (typeof trialId !== "string" || typeof programHash !== "string" || !isJsonObject(proposal)) return undefined;
  const program = programs.programOf(programHash);
  if (program === undefined) return undefined;
  const trial = await store.get("trial", { runId, trialId });
  return {
    trialId,
    score: typeof score === "number" ? score : null,
    proposal,
    program,
    // Written by `doneRecord` from an EvaluationReport; the store has checked that it is JSON.
    ...(isJsonObject(trial?.report) ? { report: trial.report as unknown as EvaluationReport } : {}),
  };
}
