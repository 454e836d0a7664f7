// Times a piece of work that is done many times.
// Knows nothing of what it is.

/** Microseconds per piece of work, so many under way at once. */
export async function microsPer(times: number, inFlight: number, work: () => Promise<unknown>): Promise<number> {
  let left = times;
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await work();
    }),
  );
  return ((performance.now() - startedMs) * 1000) / times;
}
