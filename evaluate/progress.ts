// How far an evaluation is: a running count that takes one result at a time.
// Knows nothing of terminals; `progress-bar.ts` draws it.
import type { ExampleResult } from "./outcome.ts";

/** How far an evaluation is. */
export interface Progress {
  readonly planned: number;
  readonly scored: number;
  readonly unscored: number;
  readonly failed: number;
  /** Of the primary metric over what was scored. */
  readonly scoreSum: number;
  readonly knownCostUsd: number;
  /** Whether some cost is unknown: the known part is then a lower bound. */
  readonly cost: "known" | "partly-unknown";
}

/** The progress of an evaluation that has not begun. */
export function emptyProgress(planned: number): Progress {
  return { planned, scored: 0, unscored: 0, failed: 0, scoreSum: 0, knownCostUsd: 0, cost: "known" };
}

/** The progress with one more result. */
export function withResult(progress: Progress, result: ExampleResult, primaryMetric: string): Progress {
  const { outcome, measures } = result;
  const score = outcome.status === "scored" ? (outcome.scores[primaryMetric]?.score ?? 0) : 0;
  return {
    ...progress,
    [outcome.status]: progress[outcome.status] + 1,
    scoreSum: progress.scoreSum + score,
    knownCostUsd: progress.knownCostUsd + (measures.costUsd === "unknown" ? 0 : measures.costUsd),
    cost: measures.costUsd === "unknown" ? "partly-unknown" : progress.cost,
  };
}

/** How many examples have an outcome. */
export function finishedOf(progress: Progress): number {
  return progress.scored + progress.unscored + progress.failed;
}

/** Where a plain log of progress stands: what its last line said and when. */
export interface ProgressLog {
  readonly finished: number;
  readonly atMs: number;
}

/** Whether a plain log is due another line: at the first and last example, at each further tenth, and after 30 seconds with news. */
export function isProgressLineDue(last: ProgressLog | undefined, progress: Progress, nowMs: number): boolean {
  const finished = finishedOf(progress);
  if (last === undefined) return true;
  if (finished === last.finished) return false;
  if (finished === progress.planned) return true;
  const tenth = (count: number) => Math.floor((10 * count) / Math.max(1, progress.planned));
  return tenth(finished) > tenth(last.finished) || nowMs - last.atMs >= 30_000;
}
