// Bounded parallel work whose results stand in the order of the items.
// Knows nothing of what is worked on.

/** When a parallel map stops early. */
export interface ParallelEnd<Result> {
  /** Whether no further item is begun after this result. */
  isLast?(result: Result): boolean;
}

/**
 * Works on the items in their order, at most `width` at once, and answers the results in that order.
 *
 * After a rejection, or a last result, no further item is begun; what is under way is waited for, so nothing is left running behind the
 * caller's back. The rejection that is answered is that of the first item in order.
 */
export async function mapInParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
  end: ParallelEnd<Result> = {},
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const failures = new Map<number, unknown>();
  const queue = items.entries();
  let isEnding = false;
  const worker = async () => {
    for (const [index, item] of queue) {
      try {
        const result = await work(item, index);
        results.set(index, result);
        if (end.isLast?.(result) === true) isEnding = true;
      } catch (error) {
        failures.set(index, error);
        isEnding = true;
      }
      if (isEnding) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, width), items.length) }, worker));
  const inOrder = (entries: Iterable<readonly [number, unknown]>) => [...entries].sort(([a], [b]) => a - b);
  const [failure] = inOrder(failures);
  if (failure !== undefined) throw failure[1];
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
