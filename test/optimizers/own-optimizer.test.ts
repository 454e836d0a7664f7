import { describe, expect, it } from "vitest";
import { grownFewShot } from "../../examples/own-optimizer.ts";
import { demonstrationsOf, localStudy } from "../../optimizers/index.ts";
import { programHash } from "../../programs/index.ts";
import { answering, isRight, questions, TwoSteps } from "./two-steps.ts";

/** Right only for as many questions as demonstrations were shown. */
const learning = answering((question, request) =>
  Number(question.slice(1)) % 8 < request.messages.length / 2 - 1
    ? Number(question.slice(1)) % 2 === 0
      ? "even"
      : "odd"
    : "?",
);
const study = (width: number) =>
  localStudy({
    student: new TwoSteps(),
    trainset: questions(8),
    valset: questions(8, 16),
    metrics: { isRight },
    lm: learning,
    parallelTrials: width,
    window: width,
  });

describe("a user's own optimizer", () => {
  it("improves the program through the public interface alone", async () => {
    const local = study(4);
    const { best, bestScore, candidates } = await grownFewShot({ steps: 2, width: 3, perStep: 2 }).compile(local);
    expect(candidates).toHaveLength(7);
    expect(bestScore).toBeGreaterThan(local.trials[0]?.score ?? 1);
    expect(demonstrationsOf(best).get("step1")).toHaveLength(4);
    expect(demonstrationsOf(local.student).get("step1")).toEqual([]);
  });

  it("finds the same however much runs at once", async () => {
    const found = await Promise.all([1, 5].map((width) => grownFewShot().compile(study(width))));
    const [first, second] = found.map(({ best, bestTrialId }) => [programHash(best), bestTrialId]);
    expect(second).toEqual(first);
  });
});
