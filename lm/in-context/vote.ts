// How demonstrations vote for an answer, how votes and prior make one distribution, and how one answer is drawn from it.
// Knows nothing of prompts and fields: values are texts, evidence is numbers.

/** A value that a neighbour gave, and how near that neighbour is. */
export interface Ballot {
  readonly value: string;
  readonly similarity: number;
}

// Every neighbour votes, near ones more. Chosen on earlier draws of train and dev of examples/tickets, as the next.
const NEARNESS_POWER = 1.5;
// Halfway between "many far neighbours win" (0) and "a value's mean neighbour wins" (1).
const CROWD_POWER = 0.5;

/** The votes for each of `values`, summing to 1, or all 0 where no ballot is near at all. */
export function countVotes(ballots: readonly Ballot[], values: readonly string[]): number[] {
  const votes = values.map((value) => {
    const own = ballots.filter((ballot) => ballot.value === value);
    const sum = own.reduce((total, { similarity }) => total + similarity ** NEARNESS_POWER, 0);
    return own.length === 0 ? 0 : sum / own.length ** CROWD_POWER;
  });
  return toShares(votes);
}

/** Votes and prior as one distribution. The prior weighs as much as `priorWeight` demonstrations would. */
export function blend(
  votes: readonly number[],
  prior: readonly number[],
  demonstrationCount: number,
  priorWeight: number,
): number[] {
  const priorShares = toShares(prior);
  const share = priorWeight + demonstrationCount === 0 ? 0 : priorWeight / (priorWeight + demonstrationCount);
  return votes.map((vote, index) => (1 - share) * vote + share * (priorShares[index] ?? 0));
}

/**
 * The position of the answer: the highest evidence, the first among equals.
 *
 * With a temperature it is drawn, by `draw` in [0, 1), among those near the highest: the hotter, the more of them.
 */
export function choose(evidence: readonly number[], temperature: number, draw: number): number {
  const best = Math.max(...evidence);
  if (temperature <= 0 || best <= 0) return evidence.indexOf(best);
  const least = best * (1 - 0.5 * Math.min(1, temperature));
  const weights = evidence.map((value) => (value >= least ? (value / best) ** (1 / temperature) : 0));
  let rest = draw * weights.reduce((total, weight) => total + weight, 0);
  for (const [index, weight] of weights.entries()) {
    rest -= weight;
    if (weight > 0 && rest < 0) return index;
  }
  return evidence.indexOf(best);
}

function toShares(evidence: readonly number[]): number[] {
  const total = evidence.reduce((sum, value) => sum + value, 0);
  return evidence.map((value) => (total === 0 ? 0 : value / total));
}
