import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ExampleResult,
  emptyProgress,
  isProgressLineDue,
  type Progress,
  progressBar,
  progressLine,
  withResult,
} from "../../evaluate/index.ts";

const measures = { durationMs: 1, costUsd: 0.01, lmCalls: 1, inputTokens: 1, outputTokens: 1 } as const;
const result = (outcome: ExampleResult["outcome"], costUsd: number | "unknown" = 0.01): ExampleResult => ({
  exampleId: "x",
  outcome,
  measures: { ...measures, costUsd },
});
const half: Progress = {
  planned: 40,
  scored: 8,
  unscored: 1,
  failed: 1,
  scoreSum: 6,
  knownCostUsd: 0.02,
  cost: "known",
};

describe("withResult", () => {
  it("counts each kind of outcome, and adds scores and known costs", () => {
    const results = [
      result({ status: "scored", scores: { m: { score: 0.5 }, other: { score: 9 } } }),
      result({ status: "unscored", reason: "?" }, "unknown"),
      result({ status: "failed", error: { name: "Error", message: "" } }),
    ];
    const progress = results.reduce((before, each) => withResult(before, each, "m"), emptyProgress(5));
    expect(progress).toEqual({
      planned: 5,
      scored: 1,
      unscored: 1,
      failed: 1,
      scoreSum: 0.5,
      knownCostUsd: 0.02,
      cost: "partly-unknown",
    });
  });
});

describe("progressBar", () => {
  it("draws bar, count, score, failures, time left and cost", () => {
    expect(progressBar(half, { columns: 120, elapsedMs: 10_000, title: "dev" })).toBe(
      `dev ▕${"█".repeat(7)}▌${" ".repeat(22)}▏ 10/40 (25 %) · score 0.750 · 1 failed · 1 unscored · 30.0 s left · $0.0200`,
    );
  });

  it("never exceeds its columns nor breaks the line", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(40), fc.string(), (columns, scored, title) => {
        const bar = progressBar(
          { ...half, scored: Math.min(scored, 38) },
          { columns, elapsedMs: 5, title: title.trim() },
        );
        expect(bar.length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it("is full at the end", () => {
    const done = { ...half, scored: 38, scoreSum: 19 };
    expect(progressBar(done, { columns: 90, elapsedMs: 65_000 })).toMatch(/^▕█+▏ 40\/40 \(100 %\) · score 0\.500/);
  });
});

describe("progressLine", () => {
  it("says the same without a bar", () => {
    expect(progressLine({ ...half, cost: "partly-unknown" }, { elapsedMs: 10_000, title: "dev" })).toBe(
      "dev: 10/40 (25 %) · score 0.750 · 1 failed · 1 unscored · 30.0 s left · cost unknown (at least $0.0200)",
    );
    expect(progressLine(emptyProgress(0), { elapsedMs: 0 })).toBe("0/0 (100 %)");
  });
});

describe("isProgressLineDue", () => {
  const at = (finished: number): Progress => ({ ...emptyProgress(100), scored: finished });
  it.each<[string, Parameters<typeof isProgressLineDue>, boolean]>([
    ["at the start", [undefined, at(0), 0], true],
    ["at each further tenth", [{ finished: 9, atMs: 0 }, at(10), 1], true],
    ["not within a tenth", [{ finished: 11, atMs: 0 }, at(19), 1], false],
    ["after 30 seconds with news", [{ finished: 11, atMs: 0 }, at(12), 30_000], true],
    ["not after 30 seconds without news", [{ finished: 11, atMs: 0 }, at(11), 90_000], false],
    ["at the end", [{ finished: 99, atMs: 0 }, at(100), 1], true],
  ])("is so %s", (_, [last, progress, nowMs], expected) => {
    expect(isProgressLineDue(last, progress, nowMs)).toBe(expected);
  });
});
