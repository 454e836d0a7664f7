import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import {
  bootstrapFewShotWithRandomSearch,
  type Optimizer,
  type OptimizerResult,
  type Study,
} from "../../optimizers/index.ts";
import { float, programHash, python } from "../../programs/index.ts";
import { BaseError, type JsonObject } from "../../runtime/base/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { answeringLm, asked, dataOf, metric, openUncached, qa, questions, saying, TwoSteps } from "./questions.ts";
import { instructedLm, triedInstructions } from "./tried-instructions.ts";

/** The result with a best program that is no copy of the student. */
const nowhereElse = (result: OptimizerResult): OptimizerResult => ({ ...result, best: new TwoSteps() });

describe("Runtime.resume of a complete run", () => {
  it("replays a recorded failure, and asks again with retryFailed", async () => {
    const lm = answeringLm((question, time) =>
      question === "q1" && time === 0 ? new BaseError("LM_REQUEST_INVALID", "no") : saying("yes"),
    );
    await using runtime = await openUncached(lm, memoryStore());
    const { runId, results } = await runtime.evaluate(qa(), dataOf(3));
    expect(results.counts).toMatchObject({ scored: 2, failed: 1 });
    const replayed = await runtime.resume(runId, { program: qa(), metric });
    expect(replayed).toMatchObject({ results });
    expect(lm.calls).toHaveLength(3);
    const retried = await runtime.resume(runId, { program: qa(), metric, retryFailed: true });
    expect(retried).toMatchObject({ results: { counts: { scored: 3, failed: 0 } } });
    expect(asked(lm)).toEqual(["q0", "q1", "q2", "q1"]);
  });

  it("leaves a complete run complete where asking again comes to nothing", async () => {
    const lm = answeringLm((question) =>
      question === "q1" ? { error: new BaseError("LM_REQUEST_INVALID", "no") } : saying("yes"),
    );
    await using runtime = await openUncached(lm, memoryStore());
    const { runId } = await runtime.evaluate(qa(), dataOf(3));
    const before = await runtime.store.get("run", { runId });
    const again = runtime.resume(runId, { program: qa(), metric, retryFailed: true, signal: AbortSignal.abort() });
    await expect(again).rejects.toMatchObject({ code: "RUN_CANCELLED" });
    expect(await runtime.store.get("run", { runId })).toEqual(before);
  });

  it("answers a completed run from its record without asking or writing, also one that its failure policy stopped", async () => {
    const lm = answeringLm((question) =>
      question === "q3" ? saying("yes") : { error: new BaseError("LM_REQUEST_INVALID", "no") },
    );
    await using runtime = await openUncached(lm, memoryStore());
    const evaluated = await runtime.evaluate(qa(), { ...dataOf(8), window: 4, failurePolicy: { maxFailures: 2 } });
    expect(evaluated.results.status).toBe("stopped");
    const calls = lm.calls.length;
    const written: string[] = [];
    runtime.store.observe(({ type }) => void written.push(type));
    const again = await runtime.resume(evaluated.runId, { program: qa(), metric });
    expect(again).toEqual({ runKind: "evaluation", ...evaluated });
    expect(lm.calls).toHaveLength(calls);
    expect(written.filter((type) => type === "store.batch.written")).toEqual([]);
  });

  it("answers a completed optimization from its record without asking or writing", async () => {
    const lm = answeringLm();
    await using runtime = await createRuntime({ lm, store: memoryStore(), cache: "off", eventLog: "off" });
    const optimizer = bootstrapFewShotWithRandomSearch({ numCandidatePrograms: 1 });
    const found = await runtime.optimize(qa(), { optimizer, trainset: questions(4), metric });
    const calls = lm.calls.length;
    const written: string[] = [];
    runtime.store.observe(({ type }) => void written.push(type));
    const again = await runtime.resume(found.runId, { program: qa(), metric });
    expect(again).toEqual({ runKind: "optimization", ...found });
    expect(lm.calls).toHaveLength(calls);
    expect(written.filter((type) => type === "store.batch.written")).toEqual([]);
  });

  it("does not search again for what a completed optimization came to, if the program can be made of the record", async () => {
    let searches = 0;
    const search = triedInstructions(["Be good.", "Be bad."], () => void searches++);
    const elsewhere = { ...search, compile: async (study: Study) => nowhereElse(await search.compile(study)) };
    await using runtime = await openUncached(instructedLm(), memoryStore());
    const options = { trainset: questions(2), metric };
    for (const [optimizer, wanted] of [
      [search, 0],
      [elsewhere, 1],
    ] as const) {
      const found = await runtime.optimize(qa(), { ...options, optimizer });
      searches = 0;
      const again = await runtime.resume(found.runId, { program: qa(), metric, optimizer });
      expect(again).toMatchObject({ bestTrialId: "text 0", bestScore: 1 });
      expect("best" in again && programHash(again.best)).toBe(programHash(found.best));
      expect(searches).toBe(wanted);
    }
  });
});

describe("Runtime.resume of a completed optimization of a program of Python's", () => {
  it("brings its state back as it was, float for float, without Python and without a search", async () => {
    const entry = { traces: [], train: [], demos: [{ a: "x", b: float(1) }], lm: null };
    const signature = { instructions: "Taught.", fields: [] };
    // As Python's state is read: what is marked is a float.
    const state = { predict: { ...entry, signature } } as unknown as JsonObject;
    const student = python("dspy.ChainOfThought", "a -> b: float");
    let searches = 0;
    const optimizer: Optimizer = {
      optimizerName: "one's own",
      options: {},
      async compile() {
        searches += 1;
        const best = student.withState(state);
        return {
          best,
          candidates: [{ trialId: "compiled", score: null, proposal: { kind: "python" }, program: best }],
        };
      },
    };
    await using runtime = await openUncached(answeringLm(), memoryStore());
    const { runId } = await runtime.optimize(student, { optimizer, trainset: questions(1), metric });
    const plain = { predict: { ...entry, signature, demos: [{ a: "x", b: 1 }] } };
    expect(await runtime.store.get("run", { runId })).toMatchObject({ report: { bestProgramState: plain } });
    const again = await runtime.resume(runId, { program: student, metric, optimizer });
    if (again.runKind !== "optimization") throw new Error("an optimization was resumed");
    expect(again.best).toBe(again.candidates[0]?.program);
    expect(programHash(again.best)).toBe(programHash(student.withState(state)));
    expect(searches).toBe(1);
  });
});
