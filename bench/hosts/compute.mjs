// Work for a processor.
// Knows nothing of who does it.

/** Counts primes below a number. */
export function compute(limit) {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let by = 2;
    while (by * by <= n && n % by !== 0) by++;
    if (by * by > n) count++;
  }
  return count;
}
