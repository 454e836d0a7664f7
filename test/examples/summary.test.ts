import { describe, expect, it } from "vitest";
import { dataset, type EvaluationReport, type ExampleResult, foldReport, noMeasures } from "../../evaluate/index.ts";
import { stepProgress } from "../../examples/tickets/progress.ts";
import { pairedGain, renderClasses, renderComparison } from "../../examples/tickets/summary.ts";

const examples = ["a", "a", "b", "b"].map((category, index) => ({ ticket: `t${index}`, category }));
const four = dataset(examples, { inputs: ["ticket"], ids: ["0", "1", "2", "3"] });

describe("pairedGain", () => {
  const scores = (...values: (number | null)[]) => new Map(values.map((value, index) => [String(index), value]));

  it("is the mean of the differences, with what was fixed and broken", () => {
    const gain = pairedGain(scores(0, 0, 1, 1), scores(1, 1, 1, 0));
    expect(gain).toMatchObject({ mean: 0.25, fixed: 2, broken: 1 });
    // Differences 1, 1, 0, -1: standard deviation 0.957, so 0.25 ± 1.96 · 0.957 / 2.
    expect(gain?.low).toBeCloseTo(0.25 - 0.938, 2);
    expect(gain?.high).toBeCloseTo(0.25 + 0.938, 2);
  });

  it("leaves out what one side has no score for", () => {
    expect(pairedGain(scores(0, null, 0), scores(1, 1, 0))).toMatchObject({ mean: 0.5, fixed: 1 });
    expect(pairedGain(scores(null), scores(1))).toBeNull();
  });
});

describe("renderComparison and renderClasses", () => {
  it("show totals, gain and each class", () => {
    const [before, after] = [report([0, 1, 0, 0]), report([1, 1, 1, 0])];
    expect(renderComparison(before, after)).toMatch(
      /before +1\/4 +0\.250 .*\n.*after +3\/4 +0\.750 .*\n.*gain +\+2 −0 +\+0\.500/,
    );
    expect(renderClasses(four, before, after)).toMatch(
      /a +2 +0\.500 +1\.000 +\+0\.500\n +b +2 +0\.000 +0\.500 +\+0\.500/,
    );
  });
});

describe("stepProgress", () => {
  const progress = { runId: "r", planned: 4, scored: 0, failed: 0, replayed: 0 };

  it("draws over one line of a terminal, at most ten times a second", () => {
    const written: string[] = [];
    let now = 0;
    const step = stepProgress({ isTTY: true, columns: 80, write: (text) => written.push(text) }, "work", 2, () => now);
    step.onProgress({ ...progress, trialId: "a", finished: 4, mean: 0.5 });
    now = 50;
    step.onProgress({ ...progress, trialId: "b", finished: 1, mean: 1 });
    now = 100;
    step.onProgress({ ...progress, trialId: "b", finished: 2, mean: 1 });
    step.done("done");
    expect(written.map((text) => text.replace("\r\u001b[2K", ""))).toEqual([
      "work: 1/2 candidates · best on dev 50.0 %",
      "work: 1/2 candidates · best on dev 50.0 %",
      "work: done\n",
    ]);
  });

  it("writes plain lines elsewhere", () => {
    const written: string[] = [];
    const step = stepProgress({ write: (text) => written.push(text) }, "work", 1, () => 0);
    step.onProgress({ ...progress, trialId: "evaluation", finished: 4, mean: 0.5 });
    step.done("0.500 right");
    expect(written).toEqual(["work …\n", "  0.500 right\n"]);
  });
});

function report(scores: readonly number[]): EvaluationReport {
  const results = scores.map(
    (score, index): ExampleResult => ({
      exampleId: String(index),
      outcome: { status: "scored", scores: { exactMatch: { score } } },
      measures: noMeasures,
    }),
  );
  const { name, hash, exampleIds } = four;
  return foldReport({ dataset: { name, hash }, exampleIds, metricNames: ["exactMatch"], seed: 0 }, results, {
    durationMs: 1,
  });
}
