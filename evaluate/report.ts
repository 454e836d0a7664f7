// What an evaluation found, as plain JSON: `results` are the same whenever the same answers come back, `measures` are not.
// Knows nothing of how it was run; `fold-report.ts` makes one, `render-report.ts` prints one.
import type { FailureCounts } from "./failure-policy.ts";
import type { Score } from "./outcome.ts";

/** A range that holds the true mean in 95 of 100 such evaluations. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** `wilson` for 0/1 scores, `bootstrap` (2,000 seeded resamples) for others. */
  readonly method: "wilson" | "bootstrap";
}

/** One metric over the examples it scored. Every statistic is null where it scored none. */
export interface MetricSummary {
  readonly metricName: string;
  /** How many examples it scored. */
  readonly scored: number;
  readonly mean: number | null;
  readonly interval: Interval | null;
  /** Sample standard deviation (n − 1); null for fewer than two scores. */
  readonly standardDeviation: number | null;
  readonly min: number | null;
  readonly median: number | null;
  readonly max: number | null;
  /** Examples with a score at or above the pass threshold. */
  readonly passed: number;
  /** `passed / scored`. */
  readonly passRate: number | null;
}

/** What became of one example, without prediction and cost. */
export type ExampleRow =
  | { readonly exampleId: string; readonly status: "scored"; readonly scores: Readonly<Record<string, Score>> }
  | {
      readonly exampleId: string;
      readonly status: "unscored";
      readonly reason: string;
      readonly scores?: Readonly<Record<string, Score>>;
    }
  | { readonly exampleId: string; readonly status: "failed"; readonly code: string; readonly message: string }
  /** Planned, but not run: the evaluation stopped before. */
  | { readonly exampleId: string; readonly status: "missing" };

/** What must be equal after a resume. */
export interface ReportResults {
  /** `complete`: every planned example has an outcome. */
  readonly status: "complete" | "stopped" | "cancelled";
  /** Why it is not complete. */
  readonly reason?: string;
  /** The primary metric's mean over the scored examples; under `compat` DSPy's percentage, failures counted 0. Null: nothing scored. */
  readonly score: number | null;
  readonly primaryMetric: string;
  readonly passThreshold: number;
  readonly counts: FailureCounts & { readonly planned: number; readonly missing: number };
  /** In the order in which the metrics were given. */
  readonly metrics: readonly MetricSummary[];
  /** In plan order. */
  readonly examples: readonly ExampleRow[];
  readonly compat?: "dspy-3.3.1";
}

/** Latencies of the examples that ran; null where none did. */
export interface LatencySummary {
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What differs from run to run. */
export interface ReportMeasures {
  /** Wall time of the evaluation, as its runner measured it. */
  readonly durationMs: number;
  readonly latency: LatencySummary | null;
  /** `"unknown"` as soon as one example's cost is. */
  readonly costUsd: number | "unknown";
  /** The part of the cost that is known. */
  readonly knownCostUsd: number;
  readonly lmCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What an evaluation found. Plain JSON throughout, so it is stored as it is. */
export interface EvaluationReport {
  readonly kind: "evaluation-report";
  readonly version: 1;
  readonly dataset: { readonly name: string; readonly hash: string };
  readonly seed: number;
  readonly results: ReportResults;
  readonly measures: ReportMeasures;
}
