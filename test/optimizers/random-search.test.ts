import { describe, expect, it } from "vitest";
import type { EvaluationReport } from "../../evaluate/index.ts";
import {
  bootstrapFewShotWithRandomSearch,
  demonstrationsOf,
  type LocalStudyOptions,
  localStudy,
  type OptimizerResult,
  type RandomSearchOptions,
  rankCandidates,
  type Study,
} from "../../optimizers/index.ts";
import { programHash } from "../../programs/index.ts";
import { sha256 } from "../../runtime/base/index.ts";
import { answering, isRight, questions, TwoSteps } from "./two-steps.ts";

/** Answers by a hash of the whole prompt: other demonstrations, other answers. */
const hashed = answering((question, request) =>
  Number.parseInt(sha256(JSON.stringify([question, request.messages])).slice(0, 2), 16) % 2 === 0 ? "even" : "odd",
);
const study = (more: Partial<LocalStudyOptions> = {}) =>
  localStudy({
    student: new TwoSteps(),
    trainset: questions(12),
    valset: questions(10, 50),
    metrics: { isRight },
    lm: hashed,
    ...more,
  });
const small: RandomSearchOptions = { numCandidatePrograms: 4, maxBootstrappedDemos: 3, maxLabeledDemos: 4 };
const brief = ({ best, candidates, bestTrialId, bestScore }: OptimizerResult) => ({
  bestTrialId,
  bestScore,
  best: programHash(best),
  candidates: candidates.map(({ trialId, score, program, proposal }) => [
    trialId,
    score,
    programHash(program),
    proposal,
  ]),
});

describe("bootstrapFewShotWithRandomSearch", () => {
  it("tries the bare program, labels, a bootstrap and shuffled ones, and answers the best", async () => {
    const local = study();
    const result = await bootstrapFewShotWithRandomSearch(small).compile(local);
    expect(result.candidates.map(({ trialId }) => trialId).sort()).toEqual(
      ["seed -1", "seed -2", "seed -3", "seed 0", "seed 1", "seed 2", "seed 3"].sort(),
    );
    const scores = result.candidates.map(({ score }) => score ?? -1);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(result.bestScore).toBe(scores[0]);
    expect(result.candidates[0]?.trialId).toBe(result.bestTrialId);
    expect(demonstrationsOf(local.student).get("step1")).toEqual([]);
  });

  it("finds the same however many candidates run at once, and whatever finishes first", async () => {
    let turn = 0;
    const jumbled: LocalStudyOptions["lm"] = async (request, context) => {
      // Some answers come some turns of the event loop later than others.
      for (let wait = (turn++ * 7) % 5; wait > 0; wait--) await new Promise((resolve) => setImmediate(resolve));
      return hashed(request, context);
    };
    const alone = study({ parallelTrials: 1, window: 1 });
    const together = study({ parallelTrials: 7, window: 5, lm: jumbled });
    const first = await bootstrapFewShotWithRandomSearch(small).compile(alone);
    const second = await bootstrapFewShotWithRandomSearch(small).compile(together);
    expect(brief(second)).toEqual(brief(first));
    expect(together.decisions).toEqual(alone.decisions);
    expect([...together.slots].sort()).toEqual([...alone.slots].sort());
  });

  it("works on no more candidates at once than the study allows", async () => {
    const local = study({ parallelTrials: 2 });
    let now = 0;
    let most = 0;
    const counted: Study = {
      ...local,
      evaluate: async (candidate, options) => {
        most = Math.max(most, ++now);
        const trial = await local.evaluate(candidate, options);
        now--;
        return trial;
      },
    };
    await bootstrapFewShotWithRandomSearch(small).compile(counted);
    expect(most).toBe(2);
  });

  it("stops at the first candidate in order that reaches the score, and pays for no other", async () => {
    const all = await bootstrapFewShotWithRandomSearch(small).compile(study());
    const inOrder = [...all.candidates].sort((a, b) => Number(a.proposal.seed) - Number(b.proposal.seed));
    const stopAtScore = inOrder[2]?.score ?? 0;
    const expected = inOrder.findIndex(({ score }) => (score ?? 0) >= stopAtScore);
    const local = study({ parallelTrials: 7 });
    await bootstrapFewShotWithRandomSearch({ ...small, stopAtScore }).compile(local);
    expect(local.trials.map(({ trialId }) => trialId)).toEqual(
      inOrder.slice(0, expected + 1).map(({ trialId }) => trialId),
    );
  });

  it("tries only the candidates it is restricted to", async () => {
    const local = study();
    await bootstrapFewShotWithRandomSearch({ ...small, restrict: [2, -3] }).compile(local);
    expect(local.trials.map(({ trialId }) => trialId).sort()).toEqual(["seed -3", "seed 2"]);
    expect(() => bootstrapFewShotWithRandomSearch({ ...small, restrict: [4] })).toThrow(
      /seeds from -3 to 3, found "4"/,
    );
  });

  it("searches elsewhere for another seed of the study", async () => {
    const kept = async (seed: number) =>
      (await bootstrapFewShotWithRandomSearch({ ...small, restrict: [0] }).compile(study({ seed }))).candidates[0]
        ?.proposal;
    expect(await kept(1)).toEqual(await kept(1));
    expect(await kept(1)).not.toEqual(await kept(0));
  });

  it("goes on without a candidate whose bootstrap gives up, but not under compat", async () => {
    const lm = answering((question, request) => {
      if (Number(question.slice(1)) < 12) throw new Error("no power");
      return String(request.messages.length);
    });
    const options = { ...small, maxErrors: 2, numCandidatePrograms: 1 };
    const local = study({ lm });
    const result = await bootstrapFewShotWithRandomSearch(options).compile(local);
    expect(result.candidates.map(({ trialId }) => trialId)).toEqual(["seed -3", "seed -2"]);
    expect(
      local.decisions.filter(({ kind }) => kind === "candidate-given-up").map(({ facts }) => facts.trialId),
    ).toEqual(["seed -1", "seed 0"]);
    const dspy = bootstrapFewShotWithRandomSearch(options).compile(study({ lm, settings: { compat: "dspy-3.3.1" } }));
    await expect(dspy).rejects.toMatchObject({ code: "OPTIMIZER_TOO_MANY_FAILURES" });
  });

  it("says so where nothing was scored", async () => {
    const lm = answering(() => {
      throw new Error("no power");
    });
    await expect(bootstrapFewShotWithRandomSearch(small).compile(study({ lm }))).rejects.toMatchObject({
      code: "OPTIMIZER_NOTHING_SCORED",
      message: expect.stringContaining("no power"),
    });
  });

  it("needs a metric", async () => {
    const bare = localStudy({ student: new TwoSteps(), trainset: questions(3), lm: hashed });
    await expect(bootstrapFewShotWithRandomSearch().compile(bare)).rejects.toMatchObject({
      code: "OPTIMIZER_METRIC_MISSING",
    });
  });

  it("ends where the study is cancelled", async () => {
    const controller = new AbortController();
    const lm = answering(() => {
      controller.abort(new Error("enough"));
      return "even";
    });
    await expect(
      bootstrapFewShotWithRandomSearch(small).compile(study({ lm, signal: controller.signal })),
    ).rejects.toThrow("enough");
  });
});

describe("rankCandidates", () => {
  const candidate = (name: string, score: number | null, failed = 0) => {
    const counts = { planned: 10, scored: 10 - failed, unscored: 0, failed, missing: 0 };
    // The order looks at the counts alone.
    return { name, score, report: { results: { counts } } as EvaluationReport };
  };
  const names = (list: ReturnType<typeof candidate>[], compat?: "dspy-3.3.1") =>
    rankCandidates(list, { maxFailureShare: 0.1, ...(compat === undefined ? {} : { compat }) }).map(({ name }) => name);

  it("puts the higher score first and keeps the order of equals", () => {
    expect(names([candidate("a", 0.5), candidate("b", 0.7), candidate("c", 0.7)])).toEqual(["b", "c", "a"]);
  });

  it("puts candidates that failed too often behind, the least failing first, and those without a score last", () => {
    const list = [
      candidate("none", null),
      candidate("worst", 1, 5),
      candidate("bad", 0.9, 2),
      candidate("good", 0.4, 1),
    ];
    expect(names(list)).toEqual(["good", "bad", "worst", "none"]);
  });

  it("looks at the score alone under compat", () => {
    expect(names([candidate("good", 40), candidate("bad", 90, 5)], "dspy-3.3.1")).toEqual(["bad", "good"]);
  });
});
