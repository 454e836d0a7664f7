import { describe, expect, it } from "vitest";
import { bootstrapFewShot, bootstrapFewShotWithRandomSearch, type Optimizer } from "../../optimizers/index.ts";
import { programHash } from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { answeringLm, asked, metric, onlyRun, openUncached, qa, questions, saying } from "./questions.ts";
import { instructedLm, triedInstructions } from "./tried-instructions.ts";
import { rejection, until } from "./waiting.ts";

describe("Runtime.resume of an optimization", () => {
  const trainset = questions(6);
  const search = () =>
    bootstrapFewShotWithRandomSearch({ numCandidatePrograms: 2, maxBootstrappedDemos: 2, maxLabeledDemos: 2 });
  const options = () => ({ optimizer: search(), trainset, metric, window: 2, seed: 3 });

  it("comes to the uninterrupted result and pays for nothing that is recorded, wherever it was interrupted", async () => {
    const whole = answeringLm((question) => saying(question === "q2" ? "no" : "yes"));
    await using plain = await openUncached(whole, memoryStore());
    const wanted = await plain.optimize(qa(), options());
    for (const limit of [1, 9, 20, whole.calls.length - 1]) {
      let count = 0;
      const lm = answeringLm((question) =>
        count++ === limit ? { hangs: true } : saying(question === "q2" ? "no" : "yes"),
      );
      await using runtime = await openUncached(lm, memoryStore());
      const cancel = new AbortController();
      const running = rejection(runtime.optimize(qa(), { ...options(), signal: cancel.signal }));
      await until("it hangs", () => lm.calls.length > limit);
      cancel.abort();
      expect(await running).toMatchObject({ code: "RUN_CANCELLED" });
      const runId = await onlyRun(runtime.store);
      const known = (await runtime.store.list("lm-call", { prefix: { runId } }).all()).records.length;
      const asks = lm.calls.length;
      const result = await runtime.resume(runId, { program: qa(), metric });
      expect(result).toMatchObject({
        runKind: "optimization",
        bestTrialId: wanted.bestTrialId,
        bestScore: wanted.bestScore,
      });
      expect(
        "candidates" in result &&
          result.candidates.map(({ trialId, score, program }) => [trialId, score, programHash(program)]),
      ).toEqual(wanted.candidates.map(({ trialId, score, program }) => [trialId, score, programHash(program)]));
      const all = (await runtime.store.list("lm-call", { prefix: { runId } }).all()).records.length;
      // Identical requests that are in flight together are sent once, so fewer may be asked than are recorded.
      expect(lm.calls.length - asks).toBeLessThanOrEqual(all - known);
    }
  });

  it("ends with RUN_DIVERGED where the optimizer proposes something else for a trial it has evaluated", async () => {
    let time = 0;
    const fickle = (): Optimizer => ({
      ...triedInstructions([`Be good. ${time++}`]),
      options: {},
      async compile(study) {
        const { compile } = triedInstructions([`Be good. ${time}`]);
        const result = await compile(study);
        if (time === 1) throw new BaseError("A_PAUSE", "stops here the first time");
        return result;
      },
    });
    await using runtime = await openUncached(instructedLm(), memoryStore());
    await rejection(runtime.optimize(qa(), { optimizer: fickle(), trainset, metric }));
    const runId = await onlyRun(runtime.store);
    const resumed = runtime.resume(runId, { program: qa(), metric, optimizer: fickle() });
    expect(await rejection(resumed)).toMatchObject({ code: "RUN_DIVERGED", details: { runId, trialId: "text 0" } });
  });

  it("keeps a recorded judgement, and asks again for one that failed if it is told to", async () => {
    const lm = answeringLm((question, time) =>
      question === "q0" && time === 0 ? new BaseError("LM_REQUEST_INVALID", "no") : saying("yes"),
    );
    await using runtime = await openUncached(lm, memoryStore());
    const optimizer = bootstrapFewShot({ maxBootstrappedDemos: 2, maxLabeledDemos: 0 });
    const { runId } = await runtime.optimize(qa(), { optimizer, trainset, metric });
    expect(asked(lm)).toEqual(["q0", "q1", "q2"]);
    await runtime.resume(runId, { program: qa(), metric });
    expect(lm.calls).toHaveLength(3);
    await runtime.resume(runId, { program: qa(), metric, retryFailed: true });
    expect(asked(lm).slice(3)).toEqual(["q0"]);
  });

  it("asks the failed examples of finished trials again if it is told to, and no others", async () => {
    const lm = answeringLm((question, time) =>
      question === "q1" && time === 0 ? new BaseError("LM_REQUEST_INVALID", "no") : saying("yes"),
    );
    await using runtime = await openUncached(lm, memoryStore());
    const optimizer = triedInstructions(["Be good."]);
    const { runId, bestScore } = await runtime.optimize(qa(), { optimizer, trainset: questions(3), metric });
    expect(bestScore).toBe(1);
    const again = { program: qa(), metric, optimizer, retryFailed: true };
    await runtime.resume(runId, again);
    expect(asked(lm)).toEqual(["q0", "q1", "q2", "q1"]);
    const trial = await runtime.store.get("trial", { runId, trialId: "text 0" });
    expect(trial).toMatchObject({ report: { results: { counts: { scored: 3, failed: 0 } } } });
  });

  it("evaluates a candidate anew that came out differently because a failure before it was asked again", async () => {
    const lm = answeringLm((question, time) =>
      question === "q0" && time === 0 ? new BaseError("LM_REQUEST_INVALID", "no") : saying("yes"),
    );
    await using runtime = await openUncached(lm, memoryStore());
    const optimizer = bootstrapFewShotWithRandomSearch({
      numCandidatePrograms: 0,
      restrict: [-1],
      maxLabeledDemos: 0,
      maxBootstrappedDemos: 1,
    });
    const options = { optimizer, trainset: questions(2), valset: questions(3, "val"), metric };
    const found = await runtime.optimize(qa(), options);
    const again = await runtime.resume(found.runId, { program: qa(), metric, retryFailed: true });
    expect(again).toMatchObject({ bestScore: 1 });
    expect("best" in again && programHash(again.best)).not.toBe(programHash(found.best));
    const { records } = await runtime.store.list("candidate", { prefix: { runId: found.runId } }).all();
    expect(records.map((record) => record.programHash)).toEqual(["best" in again ? programHash(again.best) : ""]);
  });
});
