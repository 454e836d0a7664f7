// The soak itself is put to the test: it must be able to fail, and an honest kernel must pass it.
import { describe, expect, it } from "vitest";
import { runSoak } from "../../bench/soak/run-soak.ts";
import { heapTrend } from "../../bench/soak/trend.ts";

const small = { minutes: 0.02, actors: 200, clients: 50, samples: 12, seed: 7 } as const;

describe("runSoak", () => {
  it("finds no call lost, no orphan and no growth where everybody is honest", { timeout: 180_000 }, async () => {
    const report = await runSoak(small);
    expect(report.violations).toEqual([]);
    expect(report.asked).toBe(report.answered + report.failed);
    expect(report.asked).toBeGreaterThan(0);
    expect(report.restarts).toBeGreaterThan(0);
  });

  it.each([
    ["lost-call", "calls were neither answered nor failed"],
    ["orphan", "actors lived under nobody"],
    ["wrong-answer", "calls ended wrongly: answered 1"],
    ["leak", "the heap grows"],
  ] as const)("finds the fault %s", { timeout: 180_000 }, async (fault, said) => {
    const { violations } = await runSoak({ ...small, fault });
    expect(violations.join("\n")).toContain(said);
  });
});

describe("heapTrend", () => {
  const samples = (heapOf: (at: number) => number, count = 30) =>
    Array.from({ length: count }, (_, at) => ({ atMs: at * 1000, heapBytes: heapOf(at) }));

  it("is flat for what only wavers, and for what grew while it warmed up", () => {
    expect(heapTrend(samples((at) => 100e6 + (at % 2) * 1e6)).verdict).toBe("flat");
    expect(heapTrend(samples((at) => 100e6 + Math.min(at, 8) * 5e6)).verdict).toBe("flat");
  });

  it("is growing for what goes on growing, and says how fast", () => {
    const trend = heapTrend(samples((at) => 100e6 + at * 1e6));
    expect([trend.verdict, Math.round(trend.slopePerMinute / 1e6)]).toEqual(["growing", 60]);
  });

  it("says nothing of too few samples", () => {
    expect(heapTrend(samples((at) => at * 1e9, 8)).verdict).toBe("too few samples");
    expect(heapTrend([]).verdict).toBe("too few samples");
  });
});
