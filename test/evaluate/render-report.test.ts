import { describe, expect, it } from "vitest";
import {
  type ExampleResult,
  foldReport,
  formatCost,
  formatDuration,
  formatInterval,
  formatScore,
  renderReport,
} from "../../evaluate/index.ts";

const measures = { durationMs: 1500, costUsd: "unknown", lmCalls: 2, inputTokens: 30, outputTokens: 4 } as const;
const results: ExampleResult[] = [
  { exampleId: "a", outcome: { status: "scored", scores: { exact: { score: 1 } } }, measures },
  { exampleId: "b", outcome: { status: "scored", scores: { exact: { score: 0 } } }, measures },
  { exampleId: "c", outcome: { status: "unscored", reason: "no label" }, measures },
  ...["d", "e"].map(
    (exampleId): ExampleResult => ({
      exampleId,
      outcome: { status: "failed", error: { name: "BaseError", code: "LM_TIMEOUT", message: "too\nslow" } },
      measures,
    }),
  ),
];
const plan = {
  dataset: { name: "dev", hash: "h" },
  exampleIds: ["a", "b", "c", "d", "e", "f"],
  metricNames: ["exact"],
  seed: 0,
};

describe("renderReport", () => {
  it("says figures, counts, latency, cost, and failures in groups", () => {
    const ended = { status: "cancelled", reason: "by hand" } as const;
    expect(renderReport(foldReport(plan, results, { durationMs: 4000, ended })).split("\n")).toEqual([
      "dev: exact 0.500, cancelled: by hand",
      "  exact: mean 0.500, 95 % interval 0.095 to 0.905; 1 of 2 passed (50.0 %, at 1)",
      "  examples: 2 scored, 1 unscored, 2 failed, 1 not run of 6",
      "  latency: p50 1.5 s, p95 1.5 s, p99 1.5 s; in 4.0 s",
      "  LM: 10 calls, 150 + 20 tokens, cost unknown",
      "  failed 2×: LM_TIMEOUT: too slow (first: d)",
      "  unscored 1×: no label (first: c)",
    ]);
  });

  it("counts the groups it does not spell out", () => {
    const many = Array.from({ length: 8 }, (_, index): ExampleResult => {
      const error = { name: "Error", message: `reason ${index}` };
      return { exampleId: `e${index}`, outcome: { status: "failed", error }, measures };
    });
    const exampleIds = many.map(({ exampleId }) => exampleId);
    const text = renderReport(foldReport({ ...plan, exampleIds }, many, { durationMs: 1 }), "test");
    expect(text.split("\n")[0]).toBe("test: exact –");
    expect(text.match(/failed 1×/g)).toHaveLength(5);
    expect(text).toContain("failed 3× for 3 other reasons");
  });

  it("gives DSPy's percentage under compat", () => {
    const compat = foldReport({ ...plan, compat: "dspy-3.3.1" }, results, { durationMs: 1 });
    expect(renderReport(compat)).toMatch(/^dev: exact 16\.67 %/);
  });
});

describe("figures", () => {
  it.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1000, "1.0 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 00 s"],
    [245_000, "4 min 05 s"],
    [7_380_000, "2 h 03 min"],
  ])("writes %d ms as %s", (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

  it.each<[number | "unknown", number, string]>([
    [0, 0, "$0"],
    [0.00001, 0.00001, "under $0.0001"],
    [0.0123, 0.0123, "$0.0123"],
    [12.5, 12.5, "$12.50"],
    ["unknown", 0, "cost unknown"],
    ["unknown", 0.5, "cost unknown (at least $0.5000)"],
  ])("writes the cost %s, known %d, as %s", (cost, known, text) => expect(formatCost(cost, known)).toBe(text));

  it("writes what is missing as a dash", () => {
    expect([formatScore(null), formatInterval(null)]).toEqual(["–", "–"]);
  });
});
