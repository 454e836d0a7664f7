import { describe, expect, it } from "vitest";
import {
  bootstrapFewShot,
  bootstrapFewShotWithRandomSearch,
  type Candidate,
  type Optimizer,
  type Study,
} from "../../optimizers/index.ts";
import { programHash, programState, withPredictors } from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { type ScriptedAnswer, scriptedLm } from "../../testing/index.ts";
import { answeringLm, asked, metric, onlyRun, openUncached, qa, questionOf, questions, saying } from "./questions.ts";
import { rejection, until } from "./waiting.ts";

/** An optimizer that tries instructions, all at once, and takes the best. */
function triedInstructions(texts: readonly string[], before?: (study: Study) => Promise<void> | void): Optimizer {
  return {
    optimizerName: "tried-instructions",
    options: { texts },
    async compile(study) {
      await before?.(study);
      const candidates = await Promise.all(
        texts.map(async (text, index): Promise<Candidate> => {
          const program = withPredictors(study.student, (_path, predictor) => predictor.withInstructions(text));
          const proposal = { text };
          const { trialId, score, report } = await study.evaluate(program, { trialId: `text ${index}`, proposal });
          return { trialId, score, report, proposal, program };
        }),
      );
      const [best] = candidates.toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1));
      if (best === undefined || best.score === null) throw new Error("No instruction got a score.");
      study.decide("best-chosen", { trialId: best.trialId });
      return { best: best.program, bestTrialId: best.trialId, bestScore: best.score, candidates };
    },
  };
}

/** A model that is right only if it was told to be good, and that hangs or fails as it is told. */
function instructedLm(other: (system: string, question: string) => ScriptedAnswer | undefined = () => undefined) {
  return scriptedLm(({ messages }) => {
    const system = String(messages[0]?.content);
    return other(system, questionOf(messages)) ?? saying(system.includes("Be good.") ? "yes" : "no");
  });
}

describe("Runtime.optimize", () => {
  it("runs an optimizer of one's own: trials, candidates and decisions are recorded, the student is not changed", async () => {
    await using runtime = await openUncached(instructedLm(), memoryStore());
    const student = qa();
    const before = JSON.stringify(programState(student));
    const optimizer = triedInstructions(["Be bad.", "Be good."]);
    const found = await runtime.optimize(student, {
      optimizer,
      trainset: questions(2),
      valset: questions(3, "val"),
      metric,
    });
    expect(found).toMatchObject({ bestTrialId: "text 1", bestScore: 1 });
    expect(JSON.stringify(programState(student))).toBe(before);

    const { runId, experimentId } = found;
    const prefix = { runId };
    const trials = (await runtime.store.list("trial", { prefix }).all()).records;
    expect(trials).toMatchObject([
      { trialId: "text 0", status: "done", score: 0, proposal: { text: "Be bad." }, candidateId: "text 0" },
      { trialId: "text 1", status: "done", score: 1, proposal: { text: "Be good." }, candidateId: "text 1" },
    ]);
    const candidates = (await runtime.store.list("candidate", { prefix }).all()).records;
    expect(candidates[1]).toMatchObject({
      programHash: programHash(found.best),
      programState: programState(found.best),
    });
    const decisions = (await runtime.store.list("decision", { prefix }).all()).records;
    expect(decisions).toMatchObject([
      { ordinal: 0, decisionKind: "best-chosen", facts: { trialId: "text 1" }, trialId: "text 1" },
    ]);
    expect(await runtime.store.get("run", { runId })).toMatchObject({
      status: "completed",
      optimizerName: "tried-instructions",
      optimizerOptions: { texts: ["Be bad.", "Be good."] },
      report: { kind: "optimization-report", bestTrialId: "text 1", bestProgramHash: programHash(found.best) },
    });
    expect(await runtime.experiments.get(experimentId)).toMatchObject({
      status: "completed",
      optimizerName: "tried-instructions",
      optimization: { bestScore: 1, bestCandidateId: "text 1", trialIds: ["text 0", "text 1"] },
    });
  });

  it("answers a program that can be spawned", async () => {
    await using runtime = await openUncached(instructedLm(), memoryStore());
    const optimizer = triedInstructions(["Be bad.", "Be good."]);
    const { best } = await runtime.optimize(qa(), { optimizer, trainset: questions(2), metric });
    expect(await (await runtime.spawnProgram(best)).run({ question: "q9" })).toEqual({ answer: "yes" });
  });

  it("publishes study and trials in order", async () => {
    await using runtime = await openUncached(instructedLm(), memoryStore());
    const heard: string[] = [];
    runtime.on("optimizer.*.*", ({ type }) => void heard.push(type));
    await runtime.optimize(qa(), { optimizer: triedInstructions(["Be good."]), trainset: questions(1), metric });
    expect(heard).toEqual([
      "optimizer.study.started",
      "optimizer.trial.started",
      "optimizer.trial.stopped",
      "optimizer.decision.recorded",
      "optimizer.study.stopped",
    ]);
  });

  it("evaluates no more candidates at once than it may", async () => {
    let now = 0;
    let most = 0;
    await using runtime = await openUncached(instructedLm(), memoryStore());
    runtime.on("optimizer.trial.started", () => {
      now += 1;
      most = Math.max(most, now);
    });
    runtime.on("optimizer.trial.stopped", () => void now--);
    const texts = Array.from({ length: 6 }, (_, index) => `Be good. ${index}`);
    await runtime.optimize(qa(), {
      optimizer: triedInstructions(texts),
      trainset: questions(2),
      metric,
      parallelTrials: 2,
    });
    expect(most).toBe(2);
  });

  it("gives a candidate that fails no score, and goes on with the others", async () => {
    const lm = instructedLm((system) =>
      system.includes("Fail.") ? new BaseError("LM_REQUEST_INVALID", "no") : undefined,
    );
    await using runtime = await openUncached(lm, memoryStore());
    const optimizer = triedInstructions(["Fail.", "Be good."]);
    const found = await runtime.optimize(qa(), { optimizer, trainset: questions(3), metric });
    expect(found.candidates.map(({ score }) => score)).toEqual([null, 1]);
    const failed = await runtime.store.get("trial", { runId: found.runId, trialId: "text 0" });
    expect(failed).toMatchObject({ status: "done", report: { results: { counts: { failed: 3 } } } });
    expect(failed).not.toHaveProperty("score");
  });

  it("fails with what the optimizer throws; run and experiment are recorded as failed", async () => {
    await using runtime = await openUncached(instructedLm(), memoryStore());
    const heard: unknown[] = [];
    runtime.on("*.*.failed", ({ type, about }) => void heard.push([type, "code" in about ? about.code : ""]));
    const thrown = new RangeError("out of ideas");
    const optimizer = triedInstructions(["Be good."], () => Promise.reject(thrown));
    expect(await rejection(runtime.optimize(qa(), { optimizer, trainset: questions(1), metric }))).toBe(thrown);
    const run = await runtime.store.get("run", { runId: await onlyRun(runtime.store) });
    expect(run).toMatchObject({ status: "failed", error: { name: "RangeError", message: "out of ideas" } });
    expect(await runtime.experiments.get(run?.experimentId ?? "")).toMatchObject({
      status: "failed",
      error: { message: "out of ideas" },
    });
    expect(heard).toEqual([
      ["optimizer.study.failed", "RangeError"],
      ["application.run.failed", "RangeError"],
    ]);
  });

  it("ends what is in flight when the optimizer throws meanwhile", async () => {
    const lm = instructedLm(() => ({ hangs: true }));
    await using runtime = await openUncached(lm, memoryStore());
    const throwing: Optimizer = {
      ...triedInstructions([]),
      async compile(study) {
        void study.evaluate(study.student, { trialId: "left behind" }).catch(() => {});
        await until("it is in flight", () => lm.inFlight === 1);
        throw new Error("enough");
      },
    };
    await rejection(runtime.optimize(qa(), { optimizer: throwing, trainset: questions(1), metric }));
    await until("it is aborted", () => lm.inFlight === 0);
  });

  it("is cancelled although the optimizer takes the cancellation for a candidate's failure", async () => {
    const cancel = new AbortController();
    await using runtime = await openUncached(instructedLm(), memoryStore());
    const stubborn: Optimizer = {
      ...triedInstructions([]),
      async compile(study) {
        cancel.abort();
        await study.evaluate(study.student, { trialId: "refused" }).catch(() => {});
        return { best: study.student, candidates: [] };
      },
    };
    const options = { optimizer: stubborn, trainset: questions(1), metric };
    expect(await rejection(runtime.optimize(qa(), { ...options, drain: cancel.signal }))).toMatchObject({
      code: "RUN_CANCELLED",
    });
  });
});

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
});
