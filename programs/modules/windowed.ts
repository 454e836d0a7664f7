// Does numbered pieces of work, so many at once.
// Knows nothing of what the work is.

/** Does `work` for 0, 1, 2, … below `count`, at most `limit` at once, in this order of starting. Rejects with the first failure; no further work is begun then. */
export async function windowed(count: number, limit: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      try {
        await work(index);
      } catch (error) {
        next = count;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, count)) }, worker));
}
