// The arithmetic of reports: means, intervals, percentiles. Pure; chance comes from a seed.
// Knows nothing of outcomes, metrics or reports.
import { Random } from "../runtime/base/index.ts";
import type { Interval } from "./report.ts";

/** The two-sided 95 % quantile of the normal distribution. */
const Z95 = 1.959963984540054;
const RESAMPLES = 2000;

/** The arithmetic mean, summed in the given order; null for nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

/** The sample standard deviation (n − 1); null for fewer than two values. */
export function standardDeviation(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return Math.sqrt(values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - 1));
}

/** The value below which `percent` of the values lie, linear between ranks (numpy's default); null for nothing. */
export function percentile(values: readonly number[], percent: number): number | null {
  return percentiles(values)(percent);
}

/** The same for several percentages of the same values, which are sorted once. */
export function percentiles(values: readonly number[]): (percent: number) => number | null {
  const sorted = Float64Array.from(values).sort();
  return (percent) => {
    if (sorted.length === 0) return null;
    const rank = (percent / 100) * (sorted.length - 1);
    const below = Math.floor(rank);
    const low = sorted[below] ?? 0;
    const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
    return low + (high - low) * (rank - below);
  };
}

/**
 * The 95 % confidence interval of the mean: Wilson's for 0/1 values, otherwise the middle 95 % of 2,000 bootstrap resamples.
 *
 * Equal values and seeds give equal intervals. Contains the mean. Null for no values.
 */
export function meanInterval(values: readonly number[], seed: number): Interval | null {
  const centre = mean(values);
  if (centre === null) return null;
  if (values.every((value) => value === 0 || value === 1)) return wilsonInterval(sum(values), values.length);
  const at = percentiles(bootstrapMeans(values, seed));
  // At the ends of the scale rounding can put a resample's mean beside the sample's.
  return {
    low: Math.min(centre, at(2.5) ?? centre),
    high: Math.max(centre, at(97.5) ?? centre),
    method: "bootstrap",
  };
}

/** Wilson's 95 % score interval of a proportion; sound at 0 and 1, where the textbook's normal interval has no width. */
export function wilsonInterval(successes: number, trials: number): Interval {
  const p = successes / trials;
  const z2 = Z95 * Z95;
  const scale = 1 + z2 / trials;
  const centre = (p + z2 / (2 * trials)) / scale;
  const half = (Z95 * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials))) / scale;
  return {
    low: successes === 0 ? 0 : Math.min(p, centre - half),
    high: successes === trials ? 1 : Math.max(p, centre + half),
    method: "wilson",
  };
}

/** Python's `round(x, 2)`: to the nearest hundredth of the binary value, exact halves to the even one. */
export function roundHundredths(x: number): number {
  // Only multiples of 1/8 are exact halves of a hundredth in binary; `toFixed` rounds those up.
  const eighths = x * 8;
  if (Number.isInteger(eighths) && eighths % 2 !== 0) {
    const floor = Math.floor(x * 100);
    return (floor % 2 === 0 ? floor : floor + 1) / 100;
  }
  return Number(x.toFixed(2));
}

function bootstrapMeans(values: readonly number[], seed: number): number[] {
  const random = new Random(seed);
  const sample = Float64Array.from(values);
  const n = sample.length;
  const means: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let total = 0;
    // A scaled word instead of `choice`: its bias below n / 2^32 does not show, and it never redraws.
    for (let i = 0; i < n; i++) total += sample[Math.floor((random.getrandbits(32) / 4294967296) * n)] ?? 0;
    means.push(total / n);
  }
  return means;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
