// Adds up what the examples cost: money, tokens, time.
// Knows nothing of scores.
import type { ExampleResult } from "./outcome.ts";
import type { LatencySummary, ReportMeasures } from "./report.ts";
import { mean, percentiles } from "./statistics.ts";

/** Adds the measures of the examples that ran. One unknown cost makes the whole cost unknown; the known part stands beside it. */
export function foldMeasures(results: readonly ExampleResult[], durationMs: number): ReportMeasures {
  let knownCostUsd = 0;
  let unknownCosts = 0;
  let lmCalls = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  for (const { measures } of results) {
    if (measures.costUsd === "unknown") unknownCosts++;
    else knownCostUsd += measures.costUsd;
    lmCalls += measures.lmCalls;
    inputTokens += measures.inputTokens;
    outputTokens += measures.outputTokens;
  }
  return {
    durationMs,
    latency: latencySummary(results.map((result) => result.measures.durationMs)),
    costUsd: unknownCosts === 0 ? knownCostUsd : "unknown",
    knownCostUsd,
    lmCalls,
    inputTokens,
    outputTokens,
  };
}

function latencySummary(durationsMs: readonly number[]): LatencySummary | null {
  const meanMs = mean(durationsMs);
  if (meanMs === null) return null;
  const percentile = percentiles(durationsMs);
  const at = (percent: number) => percentile(percent) ?? meanMs;
  return { meanMs, p50Ms: at(50), p95Ms: at(95), p99Ms: at(99), maxMs: at(100) };
}
