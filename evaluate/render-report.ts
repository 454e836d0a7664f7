// A report as text for people: the figures, then what went wrong, grouped.
// Knows nothing of terminals; colour is the caller's business.
import { formatCost, formatDuration, formatInterval, formatScore } from "./render-figures.ts";
import type { EvaluationReport, ExampleRow, MetricSummary } from "./report.ts";

/** How many groups of failures or reasons are spelled out; the rest is counted in one line. */
const SHOWN_GROUPS = 5;

/** The report in a few lines, without a line break at the end. */
export function renderReport(report: EvaluationReport, title = report.dataset.name): string {
  const { results, measures } = report;
  const { counts } = results;
  const lines = [`${title}: ${headline(report)}`];
  for (const metric of results.metrics) lines.push(`  ${metricLine(metric, results.passThreshold)}`);
  lines.push(
    `  examples: ${counts.scored} scored, ${counts.unscored} unscored, ${counts.failed} failed` +
      `${counts.missing === 0 ? "" : `, ${counts.missing} not run`} of ${counts.planned}`,
  );
  if (measures.latency !== null) {
    const { p50Ms, p95Ms, p99Ms } = measures.latency;
    lines.push(
      `  latency: p50 ${formatDuration(p50Ms)}, p95 ${formatDuration(p95Ms)}, p99 ${formatDuration(p99Ms)}; in ${formatDuration(measures.durationMs)}`,
    );
  }
  lines.push(
    `  LM: ${measures.lmCalls} calls, ${measures.inputTokens} + ${measures.outputTokens} tokens, ${formatCost(measures.costUsd, measures.knownCostUsd)}`,
  );
  lines.push(...groupLines("failed", results.examples), ...groupLines("unscored", results.examples));
  return lines.join("\n");
}

function headline(report: EvaluationReport): string {
  const { results } = report;
  const score =
    results.compat === undefined ? formatScore(results.score) : results.score === null ? "–" : `${results.score} %`;
  const ending =
    results.status === "complete"
      ? ""
      : `, ${results.status}${results.reason === undefined ? "" : `: ${results.reason}`}`;
  return `${results.primaryMetric} ${score}${ending}`;
}

function metricLine(metric: MetricSummary, passThreshold: number): string {
  if (metric.mean === null) return `${metric.metricName}: nothing scored`;
  const share = metric.passRate === null ? "–" : `${(100 * metric.passRate).toFixed(1)} %`;
  return (
    `${metric.metricName}: mean ${formatScore(metric.mean)}, 95 % interval ${formatInterval(metric.interval)}; ` +
    `${metric.passed} of ${metric.scored} passed (${share}, at ${passThreshold})`
  );
}

function groupLines(status: "failed" | "unscored", rows: readonly ExampleRow[]): string[] {
  const groups = new Map<string, { count: number; firstId: string }>();
  for (const row of rows) {
    if (row.status !== status) continue;
    const reason = row.status === "failed" ? `${row.code}: ${row.message}` : row.reason;
    const key = reason.replace(/\s+/g, " ").slice(0, 160);
    const group = groups.get(key);
    groups.set(key, { count: (group?.count ?? 0) + 1, firstId: group?.firstId ?? row.exampleId });
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.count - a.count);
  const lines = sorted
    .slice(0, SHOWN_GROUPS)
    .map(([reason, group]) => `  ${status} ${group.count}×: ${reason} (first: ${group.firstId})`);
  const rest = sorted.slice(SHOWN_GROUPS).reduce((total, [, group]) => total + group.count, 0);
  if (rest > 0) lines.push(`  ${status} ${rest}× for ${sorted.length - SHOWN_GROUPS} other reasons`);
  return lines;
}
