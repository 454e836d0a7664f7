import { describe, expect, it } from "vitest";
import {
  bootstrapFewShot,
  bootstrapFewShotWithRandomSearch,
  builtInOptimizers,
  labeledFewShot,
  optimizerFrom,
} from "../../optimizers/index.ts";

describe("optimizerFrom", () => {
  it.each([
    labeledFewShot({ k: 3, sample: false }),
    bootstrapFewShot({ maxRounds: 2, metricThreshold: 0.5, teacherOptions: { temperature: 0.2 } }),
    bootstrapFewShotWithRandomSearch({ numCandidatePrograms: 2, stopAtScore: 0.9, restrict: [-3, 1] }),
  ])("makes $optimizerName again of what its record keeps", ({ optimizerName, options }) => {
    const kept = JSON.parse(JSON.stringify(options));
    const again = optimizerFrom(optimizerName, kept);
    expect(again?.optimizerName).toBe(optimizerName);
    expect(again?.options).toEqual(kept);
    expect(builtInOptimizers).toContain(optimizerName);
  });

  it("knows no other, and no option that a record cannot hold", () => {
    expect(optimizerFrom("toString", {})).toBeUndefined();
    expect(() => optimizerFrom("bootstrap-few-shot", { metric: "isRight" })).toThrow(
      expect.objectContaining({ code: "OPTIMIZER_OPTION_INVALID" }),
    );
  });
});
