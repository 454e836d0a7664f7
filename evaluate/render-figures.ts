// How scores, money, time and intervals are written for people.
// Knows nothing of reports.
import type { Interval } from "./report.ts";

/** A score with three decimals: `0.825`. */
export function formatScore(score: number | null): string {
  return score === null ? "–" : score.toFixed(3);
}

/** A 95 % interval: `0.780 to 0.863`. */
export function formatInterval(interval: Interval | null): string {
  return interval === null ? "–" : `${formatScore(interval.low)} to ${formatScore(interval.high)}`;
}

/** A cost: `$0.0123`; where a part is unknown, `unknown (at least $0.0100)`. An unknown price is never written as 0. */
export function formatCost(costUsd: number | "unknown", knownCostUsd: number): string {
  if (costUsd !== "unknown") return dollars(costUsd);
  return knownCostUsd > 0 ? `cost unknown (at least ${dollars(knownCostUsd)})` : "cost unknown";
}

/** A duration: `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  const tenths = Math.round(durationMs / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  const two = (count: number) => String(count).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

function dollars(costUsd: number): string {
  if (costUsd === 0) return "$0";
  return costUsd < 0.0001 ? "under $0.0001" : `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`;
}
