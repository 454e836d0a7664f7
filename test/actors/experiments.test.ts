import { describe, expect, it } from "vitest";
import { createRuntime, type Runtime } from "../../actors/index.ts";
import { labeledFewShot } from "../../optimizers/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { answeringLm, metric, qa, questions } from "./questions.ts";
import { rejection } from "./waiting.ts";

const spec = {
  researchQuestion: "Do labelled demos help?",
  prediction: "Accuracy rises.",
  independentVariables: ["demos"],
  dependentVariables: ["accuracy"],
};

async function design(runtime: Runtime, programName = "qa") {
  const { hypothesisId } = await runtime.experiments.registerHypothesis(spec);
  return runtime.experiments.designExperiment({
    hypothesisId,
    programName,
    design: {
      controlledVariables: { seed: 1 },
      sampleSize: 4,
      statisticalTests: ["bootstrap"],
      randomizationStrategy: "seeded_shuffle",
    },
    notes: "first",
  });
}

describe("Runtime.experiments", () => {
  it("registers a hypothesis and finds it again [EX-1]", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const hypothesis = await runtime.experiments.registerHypothesis(spec);
    expect(hypothesis).toMatchObject({ ...spec, hypothesisType: "comparative", status: "proposed" });
    expect(await runtime.experiments.getHypothesis(hypothesis.hypothesisId)).toEqual(hypothesis);
    expect(await runtime.experiments.getHypothesis("hyp_nobody")).toBeUndefined();
  });

  it("designs an experiment for it, and for no hypothesis that is not registered [EX-2]", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const experiment = await design(runtime);
    expect(experiment).toMatchObject({
      status: "designed",
      hypothesisText: spec.researchQuestion,
      programName: "qa",
      design: { sampleSize: 4, statisticalTests: ["bootstrap"] },
      notes: "first",
    });
    const unknown = runtime.experiments.designExperiment({ hypothesisId: "hyp_nobody", programName: "qa" });
    expect(await rejection(unknown)).toMatchObject({
      code: "EXPERIMENT_HYPOTHESIS_UNKNOWN",
      details: { hypothesisId: "hyp_nobody" },
    });
  });

  it("executes it as an evaluation and archives what came of it [EX-3]", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const { experimentId } = await design(runtime);
    const result = await runtime.experiments.execute(experimentId, qa(), { dataset: questions(4), metric });
    expect(result).toMatchObject({ experimentId, results: { score: 1 } });
    expect(await runtime.experiments.get(experimentId)).toMatchObject({
      status: "completed",
      runIds: [result.runId],
      programName: "qa",
      hypothesisText: spec.researchQuestion,
      design: { sampleSize: 4, controlledVariables: { seed: 1, window: 16, model: "scripted/scripted" } },
      datasetName: "questions",
      metricNames: ["exact"],
      results: { evaluation: { results: { score: 1 } } },
    });
  });

  it("executes it as an optimization where an optimizer is given [EX-3]", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const { experimentId } = await design(runtime);
    const options = { optimizer: labeledFewShot({ k: 1 }), trainset: questions(3), metric };
    const { best } = await runtime.experiments.execute(experimentId, qa(), options);
    expect(best.constructor.name).toBe("Predict");
    expect(await runtime.experiments.get(experimentId)).toMatchObject({
      status: "completed",
      optimizerName: "labeled-few-shot",
      optimization: { bestProgramState: { self: { demos: [{ answer: "yes" }] } } },
    });
  });

  it("archives a failed one, with why [EX-3]", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const { experimentId } = await design(runtime);
    const optimizer = { ...labeledFewShot(), compile: () => Promise.reject(new Error("no luck")) };
    const executed = runtime.experiments.execute(experimentId, qa(), { optimizer, trainset: questions(1), metric });
    expect(await rejection(executed)).toMatchObject({ message: "no luck" });
    expect(await runtime.experiments.get(experimentId)).toMatchObject({
      status: "failed",
      error: { message: "no luck" },
    });
  });

  it("executes one once, also if it is asked twice at the same time", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const { experimentId } = await design(runtime);
    const execute = () => runtime.experiments.execute(experimentId, qa(), { dataset: questions(2), metric });
    const settled = await Promise.allSettled([execute(), execute()]);
    expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(settled.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "EXPERIMENT_EXECUTED" },
    });
    expect(await rejection(execute())).toMatchObject({
      code: "EXPERIMENT_EXECUTED",
      details: { experimentId, status: "completed" },
    });
    expect((await runtime.store.list("run").all()).records).toHaveLength(1);
  });

  it("executes none that nobody designed", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const executed = runtime.experiments.execute("exp_nobody", qa(), { dataset: questions(1), metric });
    expect(await rejection(executed)).toMatchObject({ code: "EXPERIMENT_UNKNOWN" });
    expect(await runtime.experiments.get("exp_nobody")).toBeUndefined();
  });

  it("lists the newest first, filtered and page by page [EX-5]", async () => {
    const clock = createManualClock();
    await using runtime = await createRuntime({ lm: answeringLm(), clock });
    const made: string[] = [];
    for (const programName of ["a", "b", "a", "a"]) {
      made.push((await design(runtime, programName)).experimentId);
      await clock.advance(1000);
    }
    const first = await runtime.experiments.list({ programName: "a" }, { limit: 2 });
    expect(first.experiments.map(({ experimentId }) => experimentId)).toEqual([made[3], made[2]]);
    const { nextCursor } = first;
    const second = await runtime.experiments.list(
      { programName: "a" },
      { limit: 2, ...(nextCursor === undefined ? {} : { cursor: nextCursor }) },
    );
    expect(second.experiments.map(({ experimentId }) => experimentId)).toEqual([made[0]]);
    expect(second.nextCursor).toBeUndefined();
    expect((await runtime.experiments.list({ status: "completed" })).experiments).toEqual([]);
  });

  it("makes every evaluation an experiment of an exploratory hypothesis, or of the one that is named", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const { hypothesisId } = await runtime.experiments.registerHypothesis(spec);
    const explored = await runtime.evaluate(qa(), { dataset: questions(1), metric, programName: "qa" });
    const experiment = await runtime.experiments.get(explored.experimentId);
    expect(await runtime.experiments.getHypothesis(experiment?.hypothesisId ?? "")).toMatchObject({
      hypothesisType: "exploratory",
      researchQuestion: "How well does qa do on questions?",
    });
    const named = await runtime.evaluate(qa(), { dataset: questions(1), metric, hypothesisId });
    expect(await runtime.experiments.get(named.experimentId)).toMatchObject({ hypothesisId });
  });
});
