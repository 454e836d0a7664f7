// What the demo says at the end: before and after with intervals, class by class.
// Knows reports and data sets only; it measures nothing.
import { type Dataset, type EvaluationReport, formatInterval, formatScore } from "../../index.ts";

/** Right answers by example: 1, 0, or null where there is no score. */
export type Scores = ReadonlyMap<string, number | null>;

/** The table of accuracies before and after, and the gain ticket by ticket. */
export function renderComparison(before: EvaluationReport, after: EvaluationReport): string {
  const rows = [
    ["", "right", "accuracy", "95 % interval"],
    accuracyRow("before", before),
    accuracyRow("after", after),
    gainRow(scoresOf(before), scoresOf(after)),
  ];
  return renderTable(rows);
}

/** The share of right answers for each class of `category`, before and after. */
export function renderClasses(dataset: Dataset, before: EvaluationReport, after: EvaluationReport): string {
  const classOf = new Map(
    dataset.exampleIds.map((exampleId, index) => [exampleId, String(dataset.examples[index]?.fields.category)]),
  );
  const share = (report: EvaluationReport, category: string): number | null => {
    const own = [...scoresOf(report)].filter(([exampleId]) => classOf.get(exampleId) === category);
    return meanOf(own.map(([, score]) => score));
  };
  const rows = [...new Set(classOf.values())].sort().map((category) => {
    const [old, now] = [share(before, category), share(after, category)];
    const tickets = [...classOf.values()].filter((each) => each === category).length;
    return [
      category,
      String(tickets),
      formatScore(old),
      formatScore(now),
      signed(old === null || now === null ? null : now - old),
    ];
  });
  return renderTable([["team", "tickets", "before", "after", "gain"], ...rows]);
}

/** The gain over the same tickets, with the 95 % interval of its mean. */
export function pairedGain(
  before: Scores,
  after: Scores,
): { mean: number; low: number; high: number; fixed: number; broken: number } | null {
  const gains = [...before].flatMap(([exampleId, old]) => {
    const now = after.get(exampleId);
    return old === null || now === null || now === undefined ? [] : [now - old];
  });
  const mean = meanOf(gains);
  if (mean === null || gains.length < 2) return null;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  // The same tickets before and after: it is the differences whose mean is estimated, not two independent shares.
  const half = 1.96 * Math.sqrt(variance / gains.length);
  const fixed = gains.filter((gain) => gain > 0).length;
  return { mean, low: mean - half, high: mean + half, fixed, broken: gains.filter((gain) => gain < 0).length };
}

/** The scores of a report, by the primary metric. */
export function scoresOf(report: EvaluationReport): Scores {
  const { primaryMetric, examples } = report.results;
  return new Map(
    examples.map((row) => [row.exampleId, row.status === "scored" ? (row.scores[primaryMetric]?.score ?? null) : null]),
  );
}

function accuracyRow(title: string, report: EvaluationReport): string[] {
  const [metric] = report.results.metrics;
  const { scored = 0, passed = 0, mean = null, interval = null } = metric ?? {};
  return [title, `${passed}/${scored}`, formatScore(mean), formatInterval(interval)];
}

function gainRow(before: Scores, after: Scores): string[] {
  const gain = pairedGain(before, after);
  if (gain === null) return ["gain", "", "–", "–"];
  return ["gain", `+${gain.fixed} −${gain.broken}`, signed(gain.mean), `${signed(gain.low)} to ${signed(gain.high)}`];
}

function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
    )
    .map((cells) => `  ${cells.join("   ")}`.trimEnd())
    .join("\n");
}

function signed(value: number | null): string {
  if (value === null) return "–";
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
