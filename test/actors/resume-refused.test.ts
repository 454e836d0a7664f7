import { describe, expect, it } from "vitest";
import { labeledFewShot, type Optimizer } from "../../optimizers/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { answeringLm, hangingAfter, metric, onlyRun, openUncached, qa, questions } from "./questions.ts";
import { rejection, until } from "./waiting.ts";

const dataOf = (count: number) => ({ dataset: questions(count), metric });

describe("Runtime.resume refuses", () => {
  const own: Optimizer = {
    optimizerName: "one's own",
    options: { a: 1 },
    compile: async ({ student }) => ({ best: student, candidates: [] }),
  };

  it.each([
    ["another version", { version: "2" }, 'version was "1" and is "2"'],
    ["another program", { program: qa().withInstructions("Shout.") }, "the program's instructions"],
    ["other demonstrations", { program: qa().withDemos([{ question: "a", answer: "b" }]) }, "fields or demos differ"],
    ["another metric", { metric: { other: metric.exact } }, "metrics were exact and are other"],
    [
      "another model",
      { lm: answeringLm(undefined, { modelName: "other" }) },
      "the model was scripted/scripted and is scripted/other",
    ],
  ])("%s, unless forced", async (_what, change, words) => {
    await using runtime = await openUncached(answeringLm(), memoryStore());
    const { runId } = await runtime.evaluate(qa(), dataOf(1));
    const options = { program: qa(), metric, ...change };
    const error = await rejection(runtime.resume(runId, options));
    expect(error).toMatchObject({ code: "RUN_CODE_CHANGED", message: expect.stringContaining(words) });
    expect(await runtime.resume(runId, { ...options, force: true })).toMatchObject({ runId });
  });

  it("another optimizer, or the same with other options, unless forced", async () => {
    await using runtime = await openUncached(answeringLm(), memoryStore());
    const { runId } = await runtime.optimize(qa(), { optimizer: own, trainset: questions(1), metric });
    const again = (optimizer: Optimizer) => rejection(runtime.resume(runId, { program: qa(), metric, optimizer }));
    expect(await again(labeledFewShot())).toMatchObject({
      code: "RUN_CODE_CHANGED",
      message: expect.stringContaining("the optimizer was one's own"),
    });
    expect(await again({ ...own, options: { a: 2 } })).toMatchObject({
      code: "RUN_CODE_CHANGED",
      message: expect.stringContaining("the optimizer's options differ"),
    });
    expect(await runtime.resume(runId, { program: qa(), metric, optimizer: own })).toMatchObject({ runId });
  });

  it("a run of one's own optimizer that it was not given", async () => {
    await using runtime = await openUncached(answeringLm(), memoryStore());
    const { runId } = await runtime.optimize(qa(), { optimizer: own, trainset: questions(1), metric });
    expect(await rejection(runtime.resume(runId, { program: qa(), metric }))).toMatchObject({
      code: "RUN_OPTIMIZER_MISSING",
      details: { optimizerName: "one's own" },
    });
  });

  it("a run that nobody knows, and a single call of a program", async () => {
    await using runtime = await openUncached(answeringLm(), memoryStore());
    expect(await rejection(runtime.resume("run-nobody", { program: qa(), metric }))).toMatchObject({
      code: "RUN_UNKNOWN",
    });
    await (await runtime.spawnProgram(qa())).run({ question: "q0" });
    const callId = await onlyRun(runtime.store);
    expect(await rejection(runtime.resume(callId, { program: qa(), metric }))).toMatchObject({ code: "RUN_UNKNOWN" });
  });

  it("a run that is under way", async () => {
    const lm = hangingAfter(0);
    await using runtime = await openUncached(lm, memoryStore());
    const cancel = new AbortController();
    const running = rejection(runtime.evaluate(qa(), { ...dataOf(1), signal: cancel.signal }));
    await until("it is in flight", () => lm.inFlight === 1);
    const runId = await onlyRun(runtime.store);
    expect(await rejection(runtime.resume(runId, { program: qa(), metric }))).toMatchObject({
      code: "RUN_ACTIVE",
      details: { runId },
    });
    cancel.abort();
    expect(await running).toMatchObject({ code: "RUN_CANCELLED" });
  });
});
