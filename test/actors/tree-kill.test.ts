import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import { dataset, exactMatch } from "../../evaluate/index.ts";
import { predict } from "../../programs/index.ts";
import { type ActorSystem, type AnyBehaviour, countChildren, whichChildren } from "../../runtime/index.ts";
import { createResultStore } from "../../stores/index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { GatedBackend } from "./gated-backend.ts";
import { fields } from "./nested-program.ts";
import { rejection, turns, until } from "./waiting.ts";

const qa = () => predict("question -> answer");
const lmThatAnswers = () => scriptedLm(() => fields({ answer: "ok" }));
const parts = ["recorder", "lm-pools", "thread-hosts", "programs", "runs", "experiment-journal", "router"] as const;

function find(system: ActorSystem, name: string) {
  const ref = system.whereis<AnyBehaviour>(name);
  if (ref === undefined) throw new Error(`There is no ${name}.`);
  return ref;
}

describe("the application's tree", () => {
  it("starts recorder, pools, hosts, programs, runs, journal and router in this order", async () => {
    await using runtime = await createRuntime({ lm: lmThatAnswers() });
    const children = await whichChildren(find(runtime.system, "application") as never);
    expect(children.map(({ id }) => id).reverse()).toEqual(parts);
  });

  it.each(parts)("serves the next call after a kill of: %s", async (name) => {
    await using runtime = await createRuntime({ lm: lmThatAnswers(), cache: "off", calls: "on" });
    const handle = await runtime.spawnProgram(qa());
    await handle.run({ question: "before" });
    find(runtime.system, name).kill();
    await until("its successor lives", () => runtime.system.whereis(name) !== undefined);
    await turns();
    expect(await handle.run({ question: "after" })).toEqual({ answer: "ok" });
    const data = dataset([{ question: "q", answer: "ok" }], { inputs: ["question"] });
    expect((await runtime.evaluate(qa(), { dataset: data, metric: exactMatch("answer") })).results.score).toBe(1);
  });

  it("serves the next call after a kill of the pool, and fails those in flight with ACTOR_DOWN", async () => {
    let isHanging = true;
    const lm = scriptedLm(() => (isHanging ? { hangs: true } : fields({ answer: "ok" })));
    await using runtime = await createRuntime({ lm, cache: "off" });
    const handle = await runtime.spawnProgram(qa());
    const inFlight = rejection(handle.run({ question: "q" }));
    await until("it is in flight", () => lm.inFlight === 1);
    const [pool] = await whichChildren(find(runtime.system, "lm-pools") as never);
    pool?.ref?.kill();
    isHanging = false;
    expect(await handle.run({ question: "q" })).toEqual({ answer: "ok" });
    expect(await inFlight).toMatchObject({ code: "ACTOR_DOWN" });
    await until("its request is aborted", () => lm.inFlight === 0);
  });

  it("leaves a run to its end when the journal is killed", async () => {
    const release = Promise.withResolvers<string>();
    const lm = scriptedLm(() => release.promise);
    await using runtime = await createRuntime({ lm });
    const data = dataset([{ question: "q", answer: "ok" }], { inputs: ["question"] });
    const run = runtime.evaluate(qa(), { dataset: data, metric: exactMatch("answer") });
    await until("it is in flight", () => lm.inFlight === 1);
    find(runtime.system, "experiment-journal").kill();
    await turns();
    release.resolve(fields({ answer: "ok" }));
    expect((await run).results.score).toBe(1);
    expect(lm.calls).toHaveLength(1);
  });

  it("does not start a run twice because the journal has forgotten it", async () => {
    const lm = scriptedLm(() => ({ hangs: true }));
    await using runtime = await createRuntime({ lm });
    const data = dataset([{ question: "q", answer: "ok" }], { inputs: ["question"] });
    const metric = { exact: exactMatch("answer") };
    const stop = new AbortController();
    const run = rejection(runtime.evaluate(qa(), { dataset: data, metric, signal: stop.signal }));
    await until("it is in flight", () => lm.inFlight === 1);
    const [record] = (await runtime.store.list("run").all()).records;
    find(runtime.system, "experiment-journal").kill();
    const resumed = rejection(runtime.resume(record?.runId ?? "", { program: qa(), metric }));
    expect(await resumed).toMatchObject({ code: "RUN_ACTIVE" });
    stop.abort();
    await run;
  });

  it("abandons a run whose recorder dies, and resumes it without asking again", async () => {
    let isHanging = true;
    const lm = scriptedLm(({ messages }) =>
      isHanging && JSON.stringify(messages).includes("q1") ? { hangs: true } : fields({ answer: "ok" }),
    );
    await using runtime = await createRuntime({ lm, cache: "off" });
    const rows = ["q0", "q1"].map((question) => ({ question, answer: "ok" }));
    const data = dataset(rows, { inputs: ["question"] });
    const metric = { exact: exactMatch("answer") };
    const run = rejection(runtime.evaluate(qa(), { dataset: data, metric, window: 1 }));
    await until("the second is in flight", () => lm.calls.length === 2);
    find(runtime.system, "recorder").kill();
    const error = await run;
    expect(error).toMatchObject({ code: "RUN_ABANDONED", retryable: true });
    const { runId } = (error as { details: { runId: string } }).details;
    isHanging = false;
    const result = await runtime.resume(runId, { program: qa(), metric });
    expect(result).toMatchObject({ runKind: "evaluation", results: { score: 1 } });
    expect(lm.calls).toHaveLength(3);
  });

  it("does not record a run as failed because its recorder died over one of its records", async () => {
    const backend = new GatedBackend();
    const lm = lmThatAnswers();
    await using runtime = await createRuntime({ lm, store: createResultStore(backend), cache: "off", eventLog: "off" });
    const data = dataset([{ question: "q", answer: "ok" }], { inputs: ["question"] });
    const metric = { exact: exactMatch("answer") };
    const opened = Promise.withResolvers<void>();
    runtime.on("lm.call.stopped", () => {
      backend.gate ??= opened.promise;
    });
    const run = rejection(runtime.evaluate(qa(), { dataset: data, metric }));
    await until("an answer waits to be recorded", () => backend.gate !== undefined);
    await turns();
    find(runtime.system, "recorder").kill();
    opened.resolve();
    expect(await run).toMatchObject({ code: "RUN_ABANDONED" });
    await turns(50);
    const [record] = (await runtime.store.list("run").all()).records;
    expect(record?.status).toBe("running");
    expect(await runtime.resume(record?.runId ?? "", { program: qa(), metric })).toMatchObject({
      results: { score: 1 },
    });
  });

  it("is not brought down by requests that the recorder refuses", async () => {
    await using runtime = await createRuntime({ lm: lmThatAnswers() });
    const faulty = { researchQuestion: 1, prediction: "p" } as unknown as {
      researchQuestion: string;
      prediction: string;
    };
    for (let time = 0; time < 5; time++) {
      expect(await rejection(runtime.experiments.registerHypothesis(faulty))).toMatchObject({
        code: "STORE_RECORD_INVALID",
      });
    }
    expect((await countChildren(find(runtime.system, "application") as never)).active).toBe(parts.length);
  });
});
