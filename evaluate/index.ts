export type { Dataset } from "./dataset.ts";
export {
  dspyFailurePolicy,
  type FailureCounts,
  type FailurePolicy,
  type FailureVerdict,
  failurePolicy,
} from "./failure-policy.ts";
export {
  type Abstention,
  type Metric,
  type MetricAnswer,
  type MetricContext,
  type Metrics,
  type NamedMetric,
  namedMetrics,
  scoreWithFeedback,
} from "./metric.ts";
export { type ExampleMeasures, type ExampleResult, noMeasures, type Outcome, type Score } from "./outcome.ts";
export type {
  EvaluationReport,
  ExampleRow,
  Interval,
  LatencySummary,
  MetricSummary,
  ReportMeasures,
  ReportResults,
} from "./report.ts";
