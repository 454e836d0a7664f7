import { describe, expect, it } from "vitest";
import type { Optimizer } from "../../optimizers/index.ts";
import { programHash, programState } from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { metric, onlyRun, openUncached, qa, questions } from "./questions.ts";
import { instructedLm, triedInstructions } from "./tried-instructions.ts";
import { rejection, until } from "./waiting.ts";

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
