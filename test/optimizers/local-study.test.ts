import { describe, expect, it } from "vitest";
import { type LocalStudyOptions, localStudy } from "../../optimizers/index.ts";
import { Example } from "../../programs/index.ts";
import { answering, isRight, questions, TwoSteps } from "./two-steps.ts";

const study = (more: Partial<LocalStudyOptions> = {}) =>
  localStudy({
    student: new TwoSteps(),
    trainset: questions(4),
    metrics: { isRight },
    lm: answering(() => "even"),
    ...more,
  });
const first = new Example({ question: "q0", answer: "even" }).withInputs("question");

describe("localStudy", () => {
  it("runs a program on one example and keeps its trace", async () => {
    const local = study();
    const run = await local.run(local.student, first, { slot: "a" });
    expect(run).toMatchObject({ status: "done", prediction: { answer: "even" } });
    expect(run.status === "done" ? run.trace.map(({ path }) => path) : []).toEqual(["step1", "step2"]);
    expect(run).not.toHaveProperty("score");
  });

  it("judges a run by the primary metric where it is asked to", async () => {
    const metrics = { abstains: () => ({ unscored: "?" }), isRight };
    expect(await study().run(new TwoSteps(), first, { slot: "a", metric: true })).toMatchObject({ score: 1 });
    expect(await study({ metrics }).run(new TwoSteps(), first, { slot: "a", metric: true })).toMatchObject({
      score: null,
    });
  });

  it("answers a failure as a value", async () => {
    const lm = answering(() => {
      throw new Error("no power");
    });
    expect(await study({ lm }).run(new TwoSteps(), first, { slot: "a" })).toMatchObject({
      status: "failed",
      error: { message: expect.stringContaining("no power") },
    });
  });

  it("evaluates on the validation set, or on the data set it is given", async () => {
    const local = study({ valset: questions(3, 10) });
    const all = await local.evaluate(local.student, { trialId: "a" });
    const other = await local.evaluate(local.student, { trialId: "b", dataset: questions(1) });
    expect([all.score, all.report.results.counts.planned]).toEqual([2 / 3, 3]);
    expect([other.score, other.report.results.counts.planned]).toEqual([1, 1]);
    expect(local.trials).toEqual([all, other]);
  });

  it("gives a trial that was given up no score", async () => {
    let calls = 0;
    const lm = answering(() => {
      if (++calls > 1) throw new Error("no power");
      return "even";
    });
    const local = study({ lm, window: 1, failurePolicy: { maxFailures: 1 } });
    expect(await local.evaluate(local.student, { trialId: "a" })).toMatchObject({
      score: null,
      report: { results: { status: "stopped", score: 1 } },
    });
  });

  it("refuses a slot and a trial id that were used before", async () => {
    const local = study();
    const code = { code: "OPTIMIZER_SLOT_REPEATED" };
    await local.run(local.student, first, { slot: "a" });
    await expect(local.run(local.student, first, { slot: "a" })).rejects.toMatchObject(code);
    await local.evaluate(local.student, { trialId: "a" });
    await expect(local.evaluate(local.student, { trialId: "a" })).rejects.toMatchObject(code);
  });

  it("rejects once it is cancelled", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const local = study({ signal });
    await expect(local.run(local.student, first, { slot: "a" })).rejects.toThrow("enough");
    await expect(local.evaluate(local.student, { trialId: "a" })).rejects.toThrow("enough");
  });
});
