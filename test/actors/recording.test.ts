import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import { openaiCompatible } from "../../lm/index.ts";
import { predict } from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { createResultStore, memoryStore } from "../../stores/index.ts";
import { createManualClock, scriptedLm } from "../../testing/index.ts";
import { startOpenaiServer } from "../support/openai-server.ts";
import { GatedBackend } from "./gated-backend.ts";
import { fields } from "./nested-program.ts";
import { rejection, turns, until } from "./waiting.ts";

const qa = () => predict("question -> answer");
const answering = () =>
  scriptedLm(() => ({ text: fields({ answer: "ok" }), usage: { inputTokens: 7, outputTokens: 3 } }));

describe("a recorded call of a program", () => {
  it("leaves a run and its LM calls, from which prompt and response are read back", async () => {
    await using runtime = await createRuntime({ lm: answering(), store: memoryStore() });
    const handle = await runtime.spawnProgram(qa(), { programName: "qa" });
    await handle.run({ question: "Who?" });
    const [run] = (await runtime.store.list("run").all()).records;
    expect(run).toMatchObject({
      runKind: "program",
      status: "completed",
      programName: "qa",
      lmNames: ["scripted/scripted"],
      report: { outputs: { answer: "ok" } },
      metadata: { inputs: { question: "Who?" }, measures: { lmCalls: 1, inputTokens: 7, outputTokens: 3 } },
    });
    const [call] = (await runtime.store.list("lm-call", { prefix: { runId: run?.runId ?? "" } }).all()).records;
    expect(call).toMatchObject({
      modulePath: "self",
      n: 0,
      from: "provider",
      usage: { inputTokens: 7, outputTokens: 3 },
    });
    const { request, outcome } = call ?? { request: "", outcome: { response: "" } };
    expect(JSON.stringify(await runtime.store.getPayload(request))).toContain("Who?");
    expect(await runtime.store.getPayload("response" in outcome ? outcome.response : "")).toMatchObject({
      completions: [{ text: fields({ answer: "ok" }) }],
    });
  });

  it("leaves its failure, and that of its LM call", async () => {
    const lm = scriptedLm(() => new BaseError("LM_REQUEST_INVALID", "no such model"));
    await using runtime = await createRuntime({ lm, store: memoryStore() });
    const error = await rejection((await runtime.spawnProgram(qa())).run({ question: "q" }));
    expect(error).toMatchObject({ code: "LM_REQUEST_INVALID" });
    const [run] = (await runtime.store.list("run").all()).records;
    expect(run).toMatchObject({ status: "failed", error: { code: "LM_REQUEST_INVALID", message: "no such model" } });
    const [call] = (await runtime.store.list("lm-call").all()).records;
    expect(call?.outcome).toMatchObject({ error: { code: "LM_REQUEST_INVALID" } });
  });

  it("is not recorded where no store is named, unless asked for", async () => {
    await using quiet = await createRuntime({ lm: answering() });
    await (await quiet.spawnProgram(qa())).run({ question: "q" });
    expect((await quiet.store.list("run").all()).records).toEqual([]);
    await using kept = await createRuntime({ lm: answering(), calls: "on" });
    await (await kept.spawnProgram(qa())).run({ question: "q" });
    expect((await kept.store.list("run").all()).records).toHaveLength(1);
    await using off = await createRuntime({ lm: answering(), store: memoryStore(), calls: "off" });
    await (await off.spawnProgram(qa())).run({ question: "q" });
    expect((await off.store.list("run").all()).records).toEqual([]);
  });

  it("hands its answer out only when the recorder has acknowledged it", async () => {
    const backend = new GatedBackend();
    const lm = answering();
    await using runtime = await createRuntime({ lm, store: createResultStore(backend), eventLog: "off", cache: "off" });
    const handle = await runtime.spawnProgram(qa());
    const written = Promise.withResolvers<void>();
    backend.gate = written.promise;
    let isAnswered = false;
    const call = handle.run({ question: "q" }).then(() => {
      isAnswered = true;
    });
    await until("the model has answered", () => lm.calls.length === 1 && lm.inFlight === 0);
    await turns(50);
    expect(isAnswered).toBe(false);
    written.resolve();
    await call;
    expect(isAnswered).toBe(true);
  });

  it("fails with RECORDER_UNAVAILABLE where the store stays away, after as much patience as the recorder has", async () => {
    const clock = createManualClock();
    const backend = new GatedBackend();
    const store = createResultStore(backend, { clock });
    await using runtime = await createRuntime({ lm: answering(), store, clock, eventLog: "off", cache: "off" });
    const handle = await runtime.spawnProgram(qa());
    backend.failure = new BaseError("STORE_FAILED", "away", { retryable: true });
    const call = rejection(handle.run({ question: "q" }));
    await clock.advance(70_000);
    expect(await call).toMatchObject({ code: "RECORDER_UNAVAILABLE", retryable: true });
    backend.failure = undefined;
    expect(await handle.run({ question: "q" })).toEqual({ answer: "ok" });
  });

  it("tells the failure of the call where that cannot be recorded either", async () => {
    const clock = createManualClock();
    const backend = new GatedBackend();
    const store = createResultStore(backend, { clock });
    await using runtime = await createRuntime({ lm: answering(), store, clock, eventLog: "off", cache: "off" });
    const handle = await runtime.spawnProgram(qa());
    backend.failure = new BaseError("STORE_FAILED", "away", { retryable: true });
    const misspelt = { qestion: "q" } as unknown as { question: string };
    const call = rejection(handle.run(misspelt));
    await clock.advance(70_000);
    expect(await call).toMatchObject({ code: "PROGRAM_INPUT_INVALID" });
    backend.failure = undefined;
  });

  it("goes on with inputs that JSON cannot say, and says so in the record", async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    await using runtime = await createRuntime({ lm: answering(), calls: "on" });
    const handle = await runtime.spawnProgram(predict("context: dict -> answer"));
    const error = await rejection(handle.run({ context: cyclic } as never));
    expect(error).toMatchObject({ code: expect.stringMatching(/^(PROGRAM|JSON)_/) });
    const [run] = (await runtime.store.list("run").all()).records;
    expect(run).toMatchObject({ status: "failed", metadata: { inputs: { notRecorded: expect.any(String) } } });
  });

  it("goes on with an interrupted call: what is recorded under its id is not asked again", async () => {
    const store = memoryStore();
    const lm = answering();
    await using runtime = await createRuntime({ lm, store, cache: "off" });
    const handle = await runtime.spawnProgram(qa());
    const heard: string[] = [];
    runtime.on("program.call.stopped", ({ about }) => void heard.push(about.callId));
    await handle.run({ question: "q" });
    await handle.run({ question: "q" }, { resume: heard[0] ?? "" });
    expect(lm.calls).toHaveLength(1);
    expect(heard[1]).toBe(heard[0]);
  });
});

describe("a secret", () => {
  it("stands nowhere in the store's folder, in events or in errors", async () => {
    const key = "sk-very-secret-0123456789";
    const folder = mkdtempSync(join(tmpdir(), "dspex-secret-"));
    let isRefusing = false;
    const server = await startOpenaiServer({
      reply: () =>
        isRefusing
          ? { type: "status", status: 401, body: `{"error":{"message":"Incorrect API key provided: ${key}"}}` }
          : { type: "answer", text: fields({ answer: "ok" }) },
    });
    try {
      const lm = openaiCompatible({ baseUrl: server.baseUrl, model: "m", apiKey: key });
      const runtime = await createRuntime({ lm, store: folder });
      const heard: unknown[] = [];
      runtime.on("#", (event) => void heard.push(event));
      const handle = await runtime.spawnProgram(qa());
      await handle.run({ question: "q" });
      isRefusing = true;
      const error = await rejection(handle.run({ question: "another" }));
      await runtime.stop();
      expect(server.seen[0]?.headers["authorization"]).toBe(`Bearer ${key}`);
      expect(error).toMatchObject({ code: "LM_AUTH_FAILED" });
      expect(inspect([heard, error, runtime], { depth: 12 })).not.toContain(key);
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const bytes = files.map((file) => readFileSync(join(file.parentPath, file.name), "latin1")).join("");
      expect(bytes).toContain("another");
      expect(bytes).not.toContain(key);
    } finally {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
