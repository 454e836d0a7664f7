import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EvaluationPlan, type ExampleResult, foldReport, type Outcome } from "../../evaluate/index.ts";

const measures = { durationMs: 10, costUsd: 0.5, lmCalls: 2, inputTokens: 30, outputTokens: 4 } as const;
const scored = (exampleId: string, score: number): ExampleResult => ({
  exampleId,
  outcome: { status: "scored", scores: { exact: { score } } },
  prediction: { answer: "x" },
  measures,
});
const failed = (exampleId: string): ExampleResult => ({
  exampleId,
  outcome: { status: "failed", error: { name: "BaseError", code: "LM_TIMEOUT", message: "too slow", stack: "at …" } },
  measures,
});
const unscored = (exampleId: string): ExampleResult => ({
  exampleId,
  outcome: { status: "unscored", reason: "no label" },
  measures,
});
const plan = (exampleIds: readonly string[], more: Partial<EvaluationPlan> = {}): EvaluationPlan => ({
  dataset: { name: "d", hash: "h" },
  exampleIds,
  metricNames: ["exact"],
  seed: 5,
  ...more,
});
const end = { durationMs: 123 };

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((score): Outcome => ({ status: "scored", scores: { exact: { score } } })),
  fc.constant<Outcome>({ status: "unscored", reason: "no label" }),
  fc.constant<Outcome>({ status: "failed", error: { name: "Error", message: "no" } }),
);

describe("foldReport", () => {
  it("is the same whatever order the results come in", () => {
    fc.assert(
      fc.property(fc.array(outcomes, { minLength: 1, maxLength: 20 }), fc.infiniteStream(fc.nat()), (list, keys) => {
        const ids = list.map((_, index) => `e${index}`);
        const results = list.map((outcome, index) => ({ exampleId: `e${index}`, outcome, measures }));
        const mixed = results
          .map((result) => ({ result, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ result }) => result);
        expect(foldReport(plan(ids), mixed, end)).toEqual(foldReport(plan(ids), results, end));
      }),
      { numRuns: 30 },
    );
  });

  it("is plain JSON", () => {
    const report = foldReport(plan(["a", "b", "c"]), [scored("a", 1), failed("b"), unscored("c")], end);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("takes the mean over the scored examples and counts the others beside it", () => {
    const { results } = foldReport(
      plan(["a", "b", "c", "d"]),
      [scored("a", 1), scored("b", 0), failed("c"), unscored("d")],
      end,
    );
    expect(results.score).toBe(0.5);
    expect(results.status).toBe("complete");
    expect(results.counts).toEqual({ planned: 4, scored: 2, unscored: 1, failed: 1, missing: 0 });
    expect(results.metrics[0]).toMatchObject({
      scored: 2,
      mean: 0.5,
      passed: 1,
      passRate: 0.5,
      interval: { method: "wilson" },
    });
  });

  it("counts failures as 0 and gives a rounded percentage under compat", () => {
    const compat = plan(["a", "b", "c"], { compat: "dspy-3.3.1" });
    const { results } = foldReport(compat, [scored("a", 1), scored("b", 1), failed("c")], end);
    expect(results.score).toBe(66.67);
    expect(results.metrics[0]?.mean).toBe(1);
  });

  it("keeps a failure's code and message, and no stack", () => {
    const { results } = foldReport(plan(["a"]), [failed("a")], end);
    expect(results.examples).toEqual([{ exampleId: "a", status: "failed", code: "LM_TIMEOUT", message: "too slow" }]);
    expect(results.score).toBeNull();
    expect(results.metrics[0]).toMatchObject({ scored: 0, mean: null, interval: null, passRate: null });
  });

  it("lists what was not run, with the reason it ended", () => {
    const ended = { status: "cancelled", reason: "stopped by hand" } as const;
    const { results } = foldReport(plan(["a", "b"]), [scored("b", 1)], { durationMs: 1, ended });
    expect(results).toMatchObject({ status: "cancelled", reason: "stopped by hand", counts: { missing: 1 } });
    expect(results.examples.map(({ exampleId, status }) => `${exampleId} ${status}`)).toEqual([
      "a missing",
      "b scored",
    ]);
  });

  it("summarises each metric over what it scored", () => {
    const both = plan(["a", "b"], { metricNames: ["exact", "f1"], passThreshold: 0.5 });
    const { results } = foldReport(
      both,
      [
        {
          exampleId: "a",
          outcome: { status: "scored", scores: { exact: { score: 0 }, f1: { score: 0.5 } } },
          measures,
        },
        { exampleId: "b", outcome: { status: "unscored", reason: "?", scores: { f1: { score: 0.25 } } }, measures },
      ],
      end,
    );
    expect(results.metrics.map(({ metricName, scored: n, mean, passed }) => [metricName, n, mean, passed])).toEqual([
      ["exact", 1, 0, 0],
      ["f1", 2, 0.375, 1],
    ]);
  });

  it("says that the cost is unknown as soon as one is, and keeps the known part", () => {
    const unknown: ExampleResult = { ...scored("b", 1), measures: { ...measures, costUsd: "unknown" } };
    const { measures: known } = foldReport(plan(["a"]), [scored("a", 1)], end);
    const { measures: partly } = foldReport(plan(["a", "b"]), [scored("a", 1), unknown], end);
    expect(known).toMatchObject({ costUsd: 0.5, knownCostUsd: 0.5, lmCalls: 2, durationMs: 123 });
    expect(partly).toMatchObject({ costUsd: "unknown", knownCostUsd: 0.5, inputTokens: 60 });
    expect(known.latency).toEqual({ meanMs: 10, p50Ms: 10, p95Ms: 10, p99Ms: 10, maxMs: 10 });
  });

  it.each([
    ["an example that is not planned", [scored("z", 1)]],
    ["two results of one example", [scored("a", 1), scored("a", 1)]],
  ])("refuses %s", (_, results) => {
    expect(() => foldReport(plan(["a"]), results, end)).toThrow(
      expect.objectContaining({ code: "EVALUATION_PLAN_MISMATCHED" }),
    );
  });
});
