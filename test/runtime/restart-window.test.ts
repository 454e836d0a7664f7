import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RestartWindow, toRestartLimit } from "../../runtime/restart-window.ts";

/** Adds restarts at the given gaps and tells after how many the window said no. */
function survived(gaps: readonly number[], intensity: number, periodMs: number): number {
  const window = new RestartWindow();
  let now = 0;
  for (const [index, gap] of gaps.entries()) {
    now += gap;
    if (window.add(now, { intensity, periodMs }) === "too-many") return index;
  }
  return gaps.length;
}

describe("RestartWindow", () => {
  it("allows exactly the intensity at one moment", () => {
    fc.assert(
      fc.property(fc.nat(20), (intensity) => {
        expect(survived(Array(intensity + 5).fill(0), intensity, 1000)).toBe(intensity);
      }),
    );
  });

  it("never gives up while restarts are further apart than the period", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.nat(5000), { maxLength: 40 }),
        (intensity, periodMs, extra) => {
          const gaps = extra.map((more) => periodMs + 1 + more);
          expect(survived(gaps, intensity, periodMs)).toBe(gaps.length);
        },
      ),
    );
  });

  it("counts those within the period, however many there were before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.nat(20), { maxLength: 300 }), (periodMs, gaps) => {
        const window = new RestartWindow();
        const moments: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          moments.push(now);
          window.add(now, { intensity: 1000, periodMs });
          expect(window.count).toBe(moments.filter((time) => now - time <= periodMs).length);
        }
      }),
    );
  });

  it("says no if and only if more than the intensity lie within one period, its edge included", () => {
    fc.assert(
      fc.property(
        fc.nat(4),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(30), { maxLength: 30 }),
        (intensity, periodMs, gaps) => {
          const moments: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            moments.push(now);
          }
          const expected = moments.findIndex(
            (at, index) => moments.slice(0, index + 1).filter((time) => at - time <= periodMs).length > intensity,
          );
          expect(survived(gaps, intensity, periodMs)).toBe(expected === -1 ? gaps.length : expected);
        },
      ),
    );
  });
});

describe("toRestartLimit", () => {
  it("is 3 in 5000 ms unless said otherwise, and refuses what makes no sense", () => {
    expect(toRestartLimit()).toEqual({ intensity: 3, periodMs: 5000 });
    for (const intensity of [-1, 1.5, Number.POSITIVE_INFINITY]) {
      expect(() => toRestartLimit(intensity)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    }
    for (const periodMs of [0, -1, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(() => toRestartLimit(1, periodMs)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    }
  });
});
