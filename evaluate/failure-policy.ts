// When an evaluation that keeps failing is given up: a pure decision over counts.
// Knows nothing of why an example failed or of who stops the run.

/** How many examples ended which way so far. */
export interface FailureCounts {
  readonly scored: number;
  readonly unscored: number;
  readonly failed: number;
}

/** When to give up. Whichever limit is reached first stops the run; what was done is kept. */
export interface FailurePolicy {
  /** Stop at this many failures. Default: no such limit. */
  readonly maxFailures?: number;
  /** Stop when more than this share (0 to 1) of the finished examples failed. Default 0.8; 1 switches it off. */
  readonly maxFailureShare?: number;
  /** How many examples must have finished before the share counts. Default 10. */
  readonly minFinished?: number;
}

/** Whether to go on. */
export type FailureVerdict = "continue" | { readonly stop: string };

/** DSPy gives up at its tenth error. */
export const dspyFailurePolicy: FailurePolicy = { maxFailures: 10, maxFailureShare: 1 };

/** Decides whether an evaluation with these counts goes on; asked after each outcome. */
export function failurePolicy(policy: FailurePolicy, counts: FailureCounts): FailureVerdict {
  const { maxFailures = Number.POSITIVE_INFINITY, maxFailureShare = 0.8, minFinished = 10 } = policy;
  const finished = counts.scored + counts.unscored + counts.failed;
  if (counts.failed > 0 && counts.failed >= maxFailures) {
    return { stop: `${counts.failed} examples failed; the limit is ${maxFailures}.` };
  }
  if (finished >= Math.max(1, minFinished) && counts.failed / finished > maxFailureShare) {
    const percent = Math.round(maxFailureShare * 100);
    return { stop: `${counts.failed} of ${finished} examples failed; the limit is ${percent} %.` };
  }
  return "continue";
}
