export {
  type AnswerMetricOptions,
  answerExactMatch,
  answerPassageMatch,
  type ExactMatchOptions,
  exactMatch,
  f1,
  hotPotF1,
} from "./answer-metrics.ts";
export { type ClassRow, type ClassTable, classTable, type LabelPair, renderClassTable } from "./class-table.ts";
export {
  collectDataset,
  type Dataset,
  type DatasetOptions,
  dataset,
  sampleDataset,
  splitDataset,
  withDatasetInputs,
} from "./dataset.ts";
export { evaluateLocally, type LocalEvaluationOptions } from "./evaluate-locally.ts";
export type { EvaluationEvent } from "./events.ts";
export {
  dspyFailurePolicy,
  type FailureCounts,
  type FailurePolicy,
  failurePolicy,
} from "./failure-policy.ts";
export { type EvaluationPlan, foldReport, primaryScore } from "./fold-report.ts";
export {
  type HostedMetricOptions,
  hostedMetric,
  loadMetric,
  type MetricSource,
  metricSourceOf,
} from "./hosted-metric.ts";
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
export {
  emptyProgress,
  finishedOf,
  isProgressLineDue,
  type Progress,
  type ProgressLog,
  withResult,
} from "./progress.ts";
export { type ProgressBarOptions, progressBar, progressLine } from "./progress-bar.ts";
export { formatCost, formatDuration, formatInterval, formatScore } from "./render-figures.ts";
export { renderReport } from "./render-report.ts";
export type {
  EvaluationReport,
  ExampleRow,
  Interval,
  LatencySummary,
  MetricSummary,
  ReportMeasures,
  ReportResults,
} from "./report.ts";
export { runExampleLocally } from "./run-example.ts";
export { scoreExample } from "./score-example.ts";
export { jsonlDataset, parseJsonl, readJsonl } from "./sources/jsonl.ts";
export { percentile } from "./statistics.ts";
export { f1Score, hotPotF1Score, isExactMatch } from "./text-match.ts";
