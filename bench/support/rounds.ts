// Takes two measurements in turn, so that both see the same machine.
// Knows nothing of what is measured.

/** The figures of one round. */
export interface Pair {
  readonly ours: number;
  readonly against: number;
}

/** What is measured, and how often. */
export interface AlternateOptions {
  readonly ours: () => Promise<number>;
  readonly against: () => Promise<number>;
  /** Rounds whose figures are dropped. */
  readonly warmUps: number;
  readonly rounds: number;
}

/** Measures both in each round; each goes first every other time, because whoever is second also sweeps up what the first left in the heap. */
export async function alternate({ ours, against, warmUps, rounds }: AlternateOptions): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    const isOursFirst = round % 2 === 0;
    const first = await (isOursFirst ? ours() : against());
    const second = await (isOursFirst ? against() : ours());
    if (round >= 0) pairs.push(isOursFirst ? { ours: first, against: second } : { ours: second, against: first });
  }
  return pairs;
}
