import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  mean,
  meanInterval,
  percentile,
  roundHundredths,
  standardDeviation,
  wilsonInterval,
} from "../../evaluate/statistics.ts";

const scores = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("meanInterval", () => {
  it("contains the mean", () => {
    fc.assert(
      fc.property(scores, fc.integer(), (values, seed) => {
        const centre = mean(values) ?? Number.NaN;
        const interval = meanInterval(values, seed);
        expect(interval?.low).toBeLessThanOrEqual(centre);
        expect(interval?.high).toBeGreaterThanOrEqual(centre);
      }),
      { numRuns: 40 },
    );
  });

  it("stays within the values where it resamples", () => {
    const resampled = scores.filter((values) => values.some((value) => value !== 0 && value !== 1));
    fc.assert(
      fc.property(resampled, fc.integer(), (values, seed) => {
        const interval = meanInterval(values, seed);
        expect(interval?.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(interval?.high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it("is the same for the same seed and another for another", () => {
    const values = Array.from({ length: 50 }, (_, i) => (i * 37) % 11);
    expect(meanInterval(values, 7)).toEqual(meanInterval(values, 7));
    expect(meanInterval(values, 7)).not.toEqual(meanInterval(values, 8));
  });

  it("takes Wilson's interval for 0/1 scores and resamples for others", () => {
    expect(meanInterval([0, 1, 1], 0)?.method).toBe("wilson");
    expect(meanInterval([0, 0.5, 1], 0)?.method).toBe("bootstrap");
    expect(meanInterval([], 0)).toBeNull();
  });

  it("agrees with the normal approximation on a large sample", () => {
    const values = Array.from({ length: 400 }, (_, i) => (i % 10) / 10);
    const half = (1.96 * (standardDeviation(values) ?? 0)) / Math.sqrt(values.length);
    const interval = meanInterval(values, 3);
    expect(interval?.low).toBeCloseTo(0.45 - half, 2);
    expect(interval?.high).toBeCloseTo(0.45 + half, 2);
  });
});

describe("wilsonInterval", () => {
  it("stays between 0 and 1 around the proportion, with a width", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (trials, draw) => {
        const successes = draw % (trials + 1);
        const { low, high } = wilsonInterval(successes, trials);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(successes / trials);
        expect(high).toBeGreaterThanOrEqual(successes / trials);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  // Agresti & Coull 1998 and common calculators: 8 of 10 is 49.0 % to 94.3 %.
  it("gives the textbook's figures", () => {
    expect(wilsonInterval(8, 10).low).toBeCloseTo(0.4902, 4);
    expect(wilsonInterval(8, 10).high).toBeCloseTo(0.9433, 4);
    expect(wilsonInterval(0, 10).high).toBeCloseTo(0.2775, 4);
  });

  it("is narrower for more trials", () => {
    const width = (n: number) => wilsonInterval(n / 2, n).high - wilsonInterval(n / 2, n).low;
    expect(width(1000)).toBeLessThan(width(100));
  });
});

describe("percentile", () => {
  it("is linear between ranks, as numpy's", () => {
    expect(percentile([0, 0, 1, 1, 1, 0.5], 10)).toBe(0);
    expect(percentile([0, 0, 1, 1, 1, 0.5], 90)).toBe(1);
    expect(percentile([4, 1, 3, 2], 50)).toBe(2.5);
    expect(percentile([10], 99)).toBe(10);
    expect(percentile([], 50)).toBeNull();
  });

  it("does not depend on the order and grows with the percentage", () => {
    fc.assert(
      fc.property(scores, fc.nat(100), fc.nat(100), (values, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(percentile([...values].reverse(), low)).toBe(percentile(values, low));
        expect(percentile(values, low)).toBeLessThanOrEqual(percentile(values, high) ?? Number.NaN);
      }),
    );
  });
});

describe("standardDeviation", () => {
  it("divides by n − 1", () => {
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.1381, 4);
    expect(standardDeviation([3])).toBeNull();
  });
});

describe("roundHundredths", () => {
  // Each as Python 3.11 prints round(x, 2).
  it.each([
    [0.125, 0.12],
    [0.375, 0.38],
    [62.125, 62.12],
    [62.875, 62.88],
    [-0.125, -0.12],
    [-62.375, -62.38],
    [2.675, 2.67],
    [66.66666666666667, 66.67],
    [100, 100],
  ])("rounds %d to %d as Python does", (x, expected) => {
    expect(roundHundredths(x)).toBe(expected);
  });
});
