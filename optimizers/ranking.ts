// Which candidate is the best: one order for all optimizers that evaluate.
// Knows nothing of how candidates came about.
import type { EvaluationReport } from "../evaluate/index.ts";

/** What the order looks at. */
export interface Ranked {
  readonly score: number | null;
  readonly report: EvaluationReport;
}

/** How candidates are ranked. */
export interface RankingRules {
  /**
   * A candidate that failed on a larger share of the examples stands behind all others. Failures do not count 0 in a score, so without
   * this a candidate that fails on the hard examples would win.
   */
  readonly maxFailureShare: number;
  readonly compat?: "dspy-3.3.1";
}

/** The candidates, best first; equals keep their order. Under `compat` by score alone. Those without a score come last. */
export function rankCandidates<Candidate extends Ranked>(
  candidates: readonly Candidate[],
  rules: RankingRules,
): readonly Candidate[] {
  const tier = (candidate: Candidate) => {
    if (candidate.score === null) return 2;
    return rules.compat === undefined && failureShare(candidate.report) > rules.maxFailureShare ? 1 : 0;
  };
  return [...candidates].sort((a, b) => {
    const tiers = tier(a) - tier(b);
    if (tiers !== 0) return tiers;
    const failures = tier(a) === 1 ? failureShare(a.report) - failureShare(b.report) : 0;
    return failures !== 0 ? failures : (b.score ?? 0) - (a.score ?? 0);
  });
}

function failureShare({ results }: EvaluationReport): number {
  return results.counts.planned === 0 ? 0 : results.counts.failed / results.counts.planned;
}
