// Reads reports as runs record them: plain JSON that a later release may have written differently.
// Knows nothing of stores.
import type { EvaluationReport, JsonObject, JsonValue, RunRecord } from "../index.ts";

/** The one number a run came to; null where it has none. */
export function scoreOf(run: RunRecord): number | null {
  const report = evaluationReport(run.report);
  if (report !== undefined) return report.results.score;
  const best = jsonObject(run.report)?.["bestScore"];
  return typeof best === "number" ? best : null;
}

/** A recorded value as an evaluation's report; undefined where it is none of the version we know. */
export function evaluationReport(value: JsonValue | undefined): EvaluationReport | undefined {
  const report = jsonObject(value);
  if (report?.["kind"] !== "evaluation-report" || report["version"] !== 1) return undefined;
  // Kind and version say what it is; the store has checked that it is what was written.
  return report as unknown as EvaluationReport;
}

/** A JSON value as an object; undefined where it is none. */
export function jsonObject(value: JsonValue | undefined): JsonObject | undefined {
  // A list is told apart by its prototype's own test; what is left is an object.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
