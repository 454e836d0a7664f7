// Whether a heap grows: a line through samples of it, and a verdict.
// Knows nothing of how samples are taken.

/** One look at the heap, after a full collection. */
export interface HeapSample {
  readonly atMs: number;
  readonly heapBytes: number;
}

/** What the samples say. */
export interface HeapTrend {
  /** Bytes per minute, by least squares, the warm-up left out. */
  readonly slopePerMinute: number;
  /** How much more the median of the last third is than that of the third before it. */
  readonly growthBytes: number;
  readonly medianBytes: number;
  readonly verdict: "flat" | "growing" | "too few samples";
}

/** The first third is warm-up: code is compiled, tables find their size. */
const WARM_UP = 3;
const FEWEST = 9;
// What full collections of an unchanging heap differ by, seen over hundreds of samples: under 1 %.
const NOISE_SHARE = 0.02;
const NOISE_BYTES = 1_000_000;

/** Reads the trend: growing, where the last third lies above the third before it by more than noise. */
export function heapTrend(samples: readonly HeapSample[]): HeapTrend {
  const after = samples.slice(Math.floor(samples.length / WARM_UP));
  const medianBytes = median(after.map(({ heapBytes }) => heapBytes));
  const middle = Math.floor(after.length / 2);
  const growthBytes =
    median(after.slice(middle).map(({ heapBytes }) => heapBytes)) -
    median(after.slice(0, middle).map(({ heapBytes }) => heapBytes));
  const limit = Math.max(NOISE_BYTES, medianBytes * NOISE_SHARE);
  const verdict = samples.length < FEWEST ? "too few samples" : growthBytes > limit ? "growing" : "flat";
  return { slopePerMinute: slopeOf(after) * 60_000, growthBytes, medianBytes, verdict };
}

function slopeOf(samples: readonly HeapSample[]): number {
  const meanAt = mean(samples.map(({ atMs }) => atMs));
  const meanBytes = mean(samples.map(({ heapBytes }) => heapBytes));
  let above = 0;
  let below = 0;
  for (const { atMs, heapBytes } of samples) {
    above += (atMs - meanAt) * (heapBytes - meanBytes);
    below += (atMs - meanAt) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
