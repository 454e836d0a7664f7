import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Runtime } from "../../actors/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { type AnyBehaviour, whichChildren } from "../../runtime/index.ts";
import { createResultStore, memoryStore, type ResultStore } from "../../stores/index.ts";
import { RawBackend } from "../stores/raw-backend.ts";
import {
  answeringLm,
  asked,
  dataOf,
  hangingAfter,
  metric,
  onlyRun,
  openUncached,
  qa,
  questions,
  saying,
  TwoSteps,
} from "./questions.ts";
import { rejection, until } from "./waiting.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dspex-resume-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The questions whose answers are recorded. */
async function recordedAnswers(store: ResultStore, runId: string): Promise<readonly string[]> {
  const { records } = await store.list("lm-call", { prefix: { runId } }).all();
  return records.map(({ exampleId }) => exampleId);
}

async function killTask(runtime: Runtime): Promise<void> {
  const runs = runtime.system.whereis<AnyBehaviour>("runs");
  const [task] = await whichChildren(runs as never);
  task?.ref?.kill();
}

describe("a run whose actor is killed", () => {
  it("goes on by itself to the same results, and asks for no recorded answer again", async () => {
    await using plain = await openUncached(hangingAfter(100), memoryStore());
    const wanted = (await plain.evaluate(qa(), dataOf(12))).results;
    const lm = hangingAfter(6);
    const store = memoryStore();
    await using runtime = await openUncached(lm, store);
    const running = runtime.evaluate(qa(), dataOf(12));
    await until("it hangs", () => lm.calls.length === 8);
    const runId = await onlyRun(store);
    await until("all answers are recorded", async () => (await recordedAnswers(store, runId)).length === 6);
    const done = await recordedAnswers(store, runId);
    lm.release();
    await killTask(runtime);
    expect((await running).results).toEqual(wanted);
    // The two that were in flight are asked again; nothing else is.
    expect(lm.calls).toHaveLength(12 + 2);
    expect(
      asked(lm)
        .slice(8)
        .filter((question) => done.includes(question)),
    ).toEqual([]);
  });

  it("goes on after several kills, each time from where it was", async () => {
    const lm = answeringLm((_question, time) => (time === 0 ? { hangs: true } : saying("yes")));
    await using runtime = await openUncached(lm, memoryStore());
    const running = runtime.evaluate(qa(), { ...dataOf(4), window: 1 });
    for (let question = 0; question < 4; question++) {
      await until("the next question hangs", () => asked(lm).at(-1) === `q${question}` && lm.inFlight === 1);
      await killTask(runtime);
    }
    expect((await running).results.score).toBe(1);
    expect(asked(lm)).toEqual(["q0", "q0", "q1", "q1", "q2", "q2", "q3", "q3"]);
  });
});

describe("Runtime.resume in another runtime", () => {
  it("gives the uninterrupted results, from the folder, with the cache off", async () => {
    await using plain = await openUncached(hangingAfter(100), memoryStore());
    const wanted = (await plain.evaluate(qa(), dataOf(12))).results;
    const path = join(folder, "stopped");
    const before = hangingAfter(7);
    const first = await openUncached(before, path);
    const running = rejection(first.evaluate(qa(), dataOf(12)));
    await until("it hangs", () => before.calls.length === 9);
    const runId = await onlyRun(first.store);
    await first.stop();
    expect(await running).toMatchObject({ code: "RUN_ABANDONED", details: { runId } });

    const after = hangingAfter(100);
    await using second = await openUncached(after, path);
    const result = await second.resume(runId, { program: qa(), metric });
    expect(result).toMatchObject({ runKind: "evaluation", runId, results: wanted });
    expect(asked(after).toSorted()).toEqual(
      questions(12)
        .exampleIds.filter((id) => !asked(before).slice(0, 7).includes(id))
        .toSorted(),
    );
  });

  it("goes by the run's own limits, those that are infinite included", async () => {
    const lm = answeringLm((question, time) =>
      question === "q3" && time === 0 ? { hangs: true } : new BaseError("LM_REQUEST_INVALID", question),
    );
    await using runtime = await openUncached(lm, memoryStore());
    const cancel = new AbortController();
    const endless = { exampleTimeoutMs: Infinity, failurePolicy: { maxFailures: Infinity, maxFailureShare: 1 } };
    const running = rejection(runtime.evaluate(qa(), { ...dataOf(6), window: 1, ...endless, signal: cancel.signal }));
    await until("it hangs", () => lm.calls.length === 4);
    cancel.abort();
    await running;
    const result = await runtime.resume(await onlyRun(runtime.store), { program: qa(), metric });
    expect(result).toMatchObject({ results: { status: "complete", counts: { failed: 6 } } });
    const codes =
      "results" in result ? result.results.examples.map((row) => (row.status === "failed" ? row.code : "")) : [];
    expect(new Set(codes)).toEqual(new Set(["LM_REQUEST_INVALID"]));
  });

  it("goes on with a run that was cancelled, in its own experiment", async () => {
    const store = memoryStore();
    const lm = hangingAfter(3);
    await using runtime = await openUncached(lm, store);
    const cancel = new AbortController();
    const running = rejection(runtime.evaluate(qa(), { ...dataOf(6), signal: cancel.signal }));
    await until("it hangs", () => lm.calls.length === 5);
    cancel.abort();
    await running;
    lm.release();
    const runId = await onlyRun(store);
    const [experiment] = (await runtime.experiments.list()).experiments;
    expect(experiment?.status).toBe("running");
    const result = await runtime.resume(runId, { program: qa(), metric });
    expect(result).toMatchObject({ experimentId: experiment?.experimentId, results: { counts: { scored: 6 } } });
    expect(lm.calls).toHaveLength(5 + 3);
    expect(await runtime.experiments.get(result.experimentId)).toMatchObject({ status: "completed", runIds: [runId] });
  });
});

describe("a resume from a damaged record", () => {
  it("fails with RUN_RECORD_INCOMPLETE where an answer is gone, and counts that as no example's failure", async () => {
    const backend = new RawBackend();
    const lm = hangingAfter(1);
    await using runtime = await openUncached(lm, createResultStore(backend));
    const cancel = new AbortController();
    // A second step keeps the example unfinished, so that its recorded call is needed.
    const program = new TwoSteps();
    const running = rejection(runtime.evaluate(program, { ...dataOf(1), signal: cancel.signal }));
    await until("the second step hangs", () => lm.calls.length === 2);
    cancel.abort();
    await running;
    lm.release();
    const runId = await onlyRun(runtime.store);
    const [call] = (await runtime.store.list("lm-call", { prefix: { runId } }).all()).records;
    const payloadHash = call !== undefined && "response" in call.outcome ? call.outcome.response : "none";
    for (const key of backend.entries.keys()) if (key.includes(payloadHash)) backend.entries.delete(key);
    expect(await rejection(runtime.resume(runId, { program, metric }))).toMatchObject({
      code: "RUN_RECORD_INCOMPLETE",
      details: { runId, payloadHash },
    });
    expect((await runtime.store.list("example-result", { prefix: { runId } }).all()).records).toEqual([]);
    expect(lm.calls).toHaveLength(2);
  });
});

describe("Runtime.unfinished", () => {
  it("finds the newest run of this command that has not completed, whatever its code was", async () => {
    const command = { modulePath: "a.ts", exportName: "program", args: ["--x"], moduleHash: "1" };
    const lm = hangingAfter(1);
    await using runtime = await openUncached(lm, memoryStore());
    expect(await runtime.unfinished(command)).toBeUndefined();
    const cancel = new AbortController();
    const running = rejection(runtime.evaluate(qa(), { ...dataOf(3), window: 1, signal: cancel.signal, command }));
    await until("it hangs", () => lm.calls.length === 2);
    cancel.abort();
    await running;
    const found = await runtime.unfinished({ ...command, moduleHash: "2" });
    expect(found).toMatchObject({ status: "cancelled", source: command });
    expect(await runtime.unfinished({ ...command, args: [] })).toBeUndefined();
    lm.release();
    await runtime.resume(found?.runId ?? "", { program: qa(), metric });
    expect(await runtime.unfinished(command)).toBeUndefined();
  });
});
