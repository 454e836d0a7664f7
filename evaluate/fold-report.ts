// Folds the outcomes of examples into a report, in plan order whatever order they came in.
// Knows nothing of how the examples were run or stored.
import type { Compat } from "../programs/index.ts";
import { planMismatched } from "./errors.ts";
import { foldMeasures } from "./fold-measures.ts";
import type { ExampleResult } from "./outcome.ts";
import type { EvaluationReport, ExampleRow, MetricSummary, ReportResults } from "./report.ts";
import { mean, meanInterval, percentiles, roundHundredths, standardDeviation } from "./statistics.ts";

/** What was to be evaluated, known before the first example ran. */
export interface EvaluationPlan {
  readonly dataset: { readonly name: string; readonly hash: string };
  /** In the order in which the results fold. */
  readonly exampleIds: readonly string[];
  /** The primary one first. */
  readonly metricNames: readonly string[];
  /** Seeds the bootstrap of the intervals. */
  readonly seed: number;
  /** From which score on an example passes. Default 1. */
  readonly passThreshold?: number;
  readonly compat?: Compat;
}

/** How the run of a plan ended. */
export interface EvaluationEnd {
  /** Why it ended before the last example; absent means it did not. */
  readonly ended?: { readonly status: "stopped" | "cancelled"; readonly reason: string };
  /** Wall time of the run. */
  readonly durationMs: number;
}

/**
 * Folds results into a report. The order of `results` does not matter.
 *
 * Throws EVALUATION_PLAN_MISMATCHED for a result of an example that is not planned, or two of one example.
 */
export function foldReport(
  plan: EvaluationPlan,
  results: Iterable<ExampleResult>,
  end: EvaluationEnd,
): EvaluationReport {
  const byId = collect(plan, results);
  const inOrder = plan.exampleIds.map((exampleId) => byId.get(exampleId));
  const rows = plan.exampleIds.map((exampleId, position) => toRow(exampleId, inOrder[position]));
  return {
    kind: "evaluation-report",
    version: 1,
    dataset: { name: plan.dataset.name, hash: plan.dataset.hash },
    seed: plan.seed,
    results: foldRows(plan, rows, end),
    measures: foldMeasures(
      inOrder.filter((result) => result !== undefined),
      end.durationMs,
    ),
  };
}

/** The primary metric's score of a row, null where it has none. */
export function primaryScore(row: ExampleRow, primaryMetric: string): number | null {
  return row.status === "scored" ? (row.scores[primaryMetric]?.score ?? null) : null;
}

function collect(plan: EvaluationPlan, results: Iterable<ExampleResult>): Map<string, ExampleResult> {
  const planned = new Set(plan.exampleIds);
  const byId = new Map<string, ExampleResult>();
  for (const result of results) {
    const { exampleId } = result;
    if (!planned.has(exampleId)) {
      throw planMismatched(
        `Expected results of planned examples, found one of "${exampleId}", which the plan does not have.`,
        {
          exampleId,
        },
      );
    }
    if (byId.has(exampleId)) {
      throw planMismatched(`Expected one result per example, found two of "${exampleId}".`, { exampleId });
    }
    byId.set(exampleId, result);
  }
  return byId;
}

function toRow(exampleId: string, result: ExampleResult | undefined): ExampleRow {
  if (result === undefined) return { exampleId, status: "missing" };
  const { outcome } = result;
  switch (outcome.status) {
    case "scored":
      return { exampleId, status: "scored", scores: outcome.scores };
    case "unscored":
      return {
        exampleId,
        status: "unscored",
        reason: outcome.reason,
        ...(outcome.scores === undefined ? {} : { scores: outcome.scores }),
      };
    case "failed":
      return {
        exampleId,
        status: "failed",
        code: outcome.error.code ?? outcome.error.name,
        message: outcome.error.message,
      };
    default:
      return outcome satisfies never;
  }
}

function foldRows(plan: EvaluationPlan, rows: readonly ExampleRow[], end: EvaluationEnd): ReportResults {
  const primaryMetric = plan.metricNames[0] ?? "metric";
  const passThreshold = plan.passThreshold ?? 1;
  const metrics = plan.metricNames.map((metricName) => summarize(metricName, rows, passThreshold, plan.seed));
  const count = (status: ExampleRow["status"]) => rows.filter((row) => row.status === status).length;
  const missing = count("missing");
  return {
    status: end.ended?.status ?? (missing === 0 ? "complete" : "stopped"),
    ...(end.ended === undefined ? {} : { reason: end.ended.reason }),
    score: plan.compat === undefined ? (metrics[0]?.mean ?? null) : dspyScore(rows, primaryMetric),
    primaryMetric,
    passThreshold,
    counts: {
      planned: rows.length,
      scored: count("scored"),
      unscored: count("unscored"),
      failed: count("failed"),
      missing,
    },
    metrics,
    examples: rows,
    ...(plan.compat === undefined ? {} : { compat: plan.compat }),
  };
}

/** DSPy's percentage: whatever has no score counts 0. */
function dspyScore(rows: readonly ExampleRow[], primaryMetric: string): number | null {
  if (rows.length === 0) return null;
  const total = rows.reduce((sum, row) => sum + (primaryScore(row, primaryMetric) ?? 0), 0);
  return roundHundredths((100 * total) / rows.length);
}

function summarize(
  metricName: string,
  rows: readonly ExampleRow[],
  passThreshold: number,
  seed: number,
): MetricSummary {
  const values: number[] = [];
  for (const row of rows) {
    const score = "scores" in row ? row.scores?.[metricName]?.score : undefined;
    if (score !== undefined) values.push(score);
  }
  const at = percentiles(values);
  const passed = values.filter((value) => value >= passThreshold).length;
  return {
    metricName,
    scored: values.length,
    mean: mean(values),
    interval: meanInterval(values, seed),
    standardDeviation: standardDeviation(values),
    min: at(0),
    median: at(50),
    max: at(100),
    passed,
    passRate: values.length === 0 ? null : passed / values.length,
  };
}
