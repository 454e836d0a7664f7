import { describe, expect, it } from "vitest";
import { createRuntime, type RunProgress } from "../../actors/index.ts";
import { scoreWithFeedback } from "../../evaluate/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { answeringLm, asked, metric, qa, questions, saying } from "./questions.ts";
import { rejection, turns, until } from "./waiting.ts";

describe("Runtime.evaluate", () => {
  it("tells scored, unscored and failed apart, in plan order whatever order they come in", async () => {
    const clock = createManualClock();
    // Later questions are answered sooner.
    const lm = answeringLm(
      (question) =>
        question === "q2"
          ? { error: new BaseError("LM_REQUEST_INVALID", "no"), delayMs: 10 }
          : { text: saying(question), delayMs: 100 - 20 * Number(question.slice(1)) },
      { clock },
    );
    await using runtime = await createRuntime({ lm, clock });
    const judge = (_example: object, { answer }: { answer?: unknown }) =>
      answer === "q1" ? { unscored: "cannot tell" } : answer === "q0";
    const running = runtime.evaluate(qa(), { dataset: questions(4), metric: judge });
    await clock.advance(200);
    const { results } = await running;
    expect(results.examples).toEqual([
      { exampleId: "q0", status: "scored", scores: { judge: { score: 1 } } },
      { exampleId: "q1", status: "unscored", reason: "cannot tell" },
      { exampleId: "q2", status: "failed", code: "LM_REQUEST_INVALID", message: "no" },
      { exampleId: "q3", status: "scored", scores: { judge: { score: 0 } } },
    ]);
    expect(results).toMatchObject({
      status: "complete",
      score: 0.5,
      counts: { planned: 4, scored: 2, unscored: 1, failed: 1, missing: 0 },
    });
  });

  it("never has more examples in flight than its window, and keeps that full", async () => {
    const lm = answeringLm(() => ({ text: saying("yes"), delayMs: 1 }));
    await using runtime = await createRuntime({ lm });
    await runtime.evaluate(qa(), { dataset: questions(20), metric, window: 3 });
    expect(lm.maxInFlight).toBe(3);
    expect(asked(lm)).toEqual(questions(20).exampleIds);
  });

  it("fails an example past its deadline and no other", async () => {
    const clock = createManualClock();
    const lm = answeringLm((question) => (question === "q1" ? { hangs: true } : saying("yes")), { clock });
    await using runtime = await createRuntime({ lm, clock });
    const running = runtime.evaluate(qa(), { dataset: questions(3), metric, exampleTimeoutMs: 500 });
    await clock.advance(500);
    const { results } = await running;
    expect(results.examples.map((row) => (row.status === "failed" ? row.code : row.status))).toEqual([
      "scored",
      "PROGRAM_DEADLINE_EXCEEDED",
      "scored",
    ]);
    expect(lm.inFlight).toBe(0);
  });

  it.each([
    [
      "throws",
      () => {
        throw new TypeError("oops");
      },
      "EVALUATION_METRIC_FAILED",
    ],
    ["answers NaN", () => Number.NaN, "EVALUATION_METRIC_INVALID"],
    ["answers nothing", () => undefined as unknown as number, "EVALUATION_METRIC_INVALID"],
  ])("fails an example whose metric %s, with %o", async (_what, faulty, code) => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const { results } = await runtime.evaluate(qa(), { dataset: questions(2), metric: { faulty } });
    expect(results.examples).toMatchObject([
      { status: "failed", code },
      { status: "failed", code },
    ]);
    expect(results.score).toBeNull();
  });

  it("judges by several metrics, and calls passed what reaches the threshold", async () => {
    await using runtime = await createRuntime({ lm: answeringLm() });
    const { results } = await runtime.evaluate(qa(), {
      dataset: questions(4),
      metric: {
        graded: (example) => scoreWithFeedback(example.get("question") === "q0" ? 0.4 : 0.8, "so so"),
        strict: () => 0,
      },
      passThreshold: 0.7,
    });
    expect(results.metrics.map(({ metricName, passed, passRate }) => [metricName, passed, passRate])).toEqual([
      ["graded", 3, 0.75],
      ["strict", 0, 0],
    ]);
    expect(results.primaryMetric).toBe("graded");
  });

  it("adds up calls, tokens and cost over the examples", async () => {
    const lm = answeringLm(() => ({ text: saying("yes"), usage: { inputTokens: 1000, outputTokens: 500 } }));
    const prices = { "scripted/scripted": { inputPerMillion: 1, outputPerMillion: 2 } };
    await using runtime = await createRuntime({ lm, prices });
    const { measures } = await runtime.evaluate(qa(), { dataset: questions(3), metric });
    expect(measures).toMatchObject({ lmCalls: 3, inputTokens: 3000, outputTokens: 1500 });
    expect(measures.costUsd).toBeCloseTo(3 * 0.002, 10);
    const stranger = answeringLm(undefined, { providerName: "stranger" });
    const unpriced = await runtime.evaluate(qa(), { dataset: questions(1), metric, lm: stranger });
    expect(unpriced.measures.costUsd).toBe("unknown");
  });

  it("stops where the failure policy says so, starting nothing more and keeping what was done", async () => {
    const lm = answeringLm(() => new BaseError("LM_REQUEST_INVALID", "no"));
    await using runtime = await createRuntime({ lm });
    const { results } = await runtime.evaluate(qa(), {
      dataset: questions(10),
      metric,
      window: 1,
      failurePolicy: { maxFailures: 3 },
    });
    expect(results).toMatchObject({
      status: "stopped",
      reason: "3 examples failed; the limit is 3.",
      score: null,
      counts: { failed: 3, missing: 7 },
    });
    expect(lm.calls).toHaveLength(3);
  });

  it("counts failures 0 and in percent under compat, and gives up at the tenth", async () => {
    const failing = (question: string) =>
      question === "q0" ? saying("yes") : new BaseError("LM_REQUEST_INVALID", "no");
    await using runtime = await createRuntime({ lm: answeringLm(failing) });
    const options = { metric, compat: "dspy-3.3.1", window: 1 } as const;
    expect((await runtime.evaluate(qa(), { ...options, dataset: questions(3) })).results.score).toBe(33.33);
    const long = await runtime.evaluate(qa(), { ...options, dataset: questions(20) });
    expect(long.results).toMatchObject({ status: "stopped", counts: { scored: 1, failed: 10, missing: 9 } });
  });

  it("tells progress after each example, with the mean so far", async () => {
    const lm = answeringLm((question) => saying(question === "q0" ? "no" : "yes"));
    await using runtime = await createRuntime({ lm });
    const told: RunProgress[] = [];
    const { runId } = await runtime.evaluate(qa(), {
      dataset: questions(3),
      metric,
      window: 1,
      onProgress: (progress) => void told.push(progress),
    });
    expect(told.map(({ finished, planned, mean, failed }) => ({ finished, planned, mean, failed }))).toEqual([
      { finished: 1, planned: 3, mean: 0, failed: 0 },
      { finished: 2, planned: 3, mean: 1 / 2, failed: 0 },
      { finished: 3, planned: 3, mean: 2 / 3, failed: 0 },
    ]);
    expect(new Set(told.map((progress) => progress.runId))).toEqual(new Set([runId]));
  });

  it("publishes what happens in order", async () => {
    const lm = answeringLm((question) =>
      question === "q1" ? new BaseError("LM_REQUEST_INVALID", "no") : saying("yes"),
    );
    await using runtime = await createRuntime({ lm });
    const heard: string[] = [];
    runtime.on("evaluation.#", ({ type }) => void heard.push(type));
    runtime.on("application.run.*", ({ type, spanId }) => void heard.push(`${type} ${spanId?.slice(0, 3)}`));
    await runtime.evaluate(qa(), { dataset: questions(2), metric, window: 1 });
    expect(heard).toEqual([
      "application.run.started run",
      "evaluation.run.started",
      "evaluation.example.started",
      "evaluation.example.stopped",
      "evaluation.example.started",
      "evaluation.example.failed",
      "evaluation.run.stopped",
      "application.run.stopped run",
    ]);
  });

  it("records the run before its first request, and the report when it is done", async () => {
    const states: (string | undefined)[] = [];
    const lm = answeringLm(async () => {
      states.push((await runtime.store.list("run").all()).records[0]?.status);
      return saying("yes");
    });
    await using runtime = await createRuntime({ lm });
    const { runId, experimentId, ...report } = await runtime.evaluate(qa(), {
      dataset: questions(1),
      metric,
      version: "7",
      seed: 5,
      programName: "qa",
    });
    expect(states).toEqual(["running"]);
    expect(await runtime.store.get("run", { runId })).toMatchObject({
      runKind: "evaluation",
      experimentId,
      status: "completed",
      programName: "qa",
      programVersion: "7",
      seed: 5,
      metricNames: ["exact"],
      datasetName: "questions",
      exampleCount: 1,
      report,
    });
    const { records } = await runtime.store.list("example-result", { prefix: { runId } }).all();
    expect(records).toMatchObject([
      { exampleId: "q0", index: 0, prediction: { answer: "yes" }, outcome: { scores: { exact: { score: 1 } } } },
    ]);
  });
});

describe("a cancelled evaluation", () => {
  it("ends at once by its signal with RUN_CANCELLED and the report so far; what was done stays recorded", async () => {
    const lm = answeringLm((question) => (question === "q2" ? { hangs: true } : saying("yes")));
    await using runtime = await createRuntime({ lm, cache: "off" });
    const failed: unknown[] = [];
    runtime.on("application.run.failed", ({ about }) => void failed.push(about.code));
    const cancel = new AbortController();
    const running = rejection(
      runtime.evaluate(qa(), { dataset: questions(5), metric, window: 1, signal: cancel.signal }),
    );
    await until("the third is in flight", () => lm.calls.length === 3);
    cancel.abort();
    const error = (await running) as BaseError;
    expect(error).toMatchObject({
      code: "RUN_CANCELLED",
      retryable: true,
      details: { report: { results: { status: "cancelled", score: 1, counts: { scored: 2, failed: 0, missing: 3 } } } },
    });
    const runId = String(error.details["runId"]);
    expect(lm.inFlight).toBe(0);
    expect(await runtime.store.get("run", { runId })).toMatchObject({ status: "cancelled" });
    const { records } = await runtime.store.list("example-result", { prefix: { runId } }).all();
    expect(records.map(({ exampleId }) => exampleId)).toEqual(["q0", "q1"]);
    expect(failed).toEqual(["RUN_CANCELLED"]);
  });

  it("is refused before anything is asked if its signal has aborted already", async () => {
    const lm = answeringLm();
    await using runtime = await createRuntime({ lm });
    const error = await rejection(
      runtime.evaluate(qa(), { dataset: questions(2), metric, signal: AbortSignal.abort() }),
    );
    expect(error).toMatchObject({ code: "RUN_CANCELLED" });
    expect(lm.calls).toHaveLength(0);
  });

  it("lets what is in flight finish if it is drained, and starts nothing more", async () => {
    const release = Promise.withResolvers<string>();
    const lm = answeringLm(() => release.promise);
    await using runtime = await createRuntime({ lm });
    const drain = new AbortController();
    const running = rejection(
      runtime.evaluate(qa(), { dataset: questions(6), metric, window: 2, drain: drain.signal }),
    );
    await until("two are in flight", () => lm.inFlight === 2);
    drain.abort();
    await turns();
    expect(lm.inFlight).toBe(2);
    release.resolve(saying("yes"));
    expect(await running).toMatchObject({
      code: "RUN_CANCELLED",
      details: { report: { results: { counts: { scored: 2, missing: 4 } } } },
    });
    expect(lm.calls).toHaveLength(2);
  });

  it("is complete if its last example was done before the drain", async () => {
    const drain = new AbortController();
    await using runtime = await createRuntime({ lm: answeringLm() });
    const { results } = await runtime.evaluate(qa(), {
      dataset: questions(2),
      metric,
      window: 2,
      drain: drain.signal,
      onProgress: ({ finished }) => {
        if (finished === 1) drain.abort();
      },
    });
    expect(results.status).toBe("complete");
  });
});
