import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../actors/index.ts";
import { dataset, exactMatch } from "../../evaluate/index.ts";
import { openaiCompatible, type ScriptedLm, scriptedLm } from "../../lm/index.ts";
import { type Call, jsonAdapter, Module, predict, UsageTracker, usageOf } from "../../programs/index.ts";
import { errorCode } from "../../runtime/base/index.ts";

const runtimes: Runtime[] = [];
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.stop();
});

const qa = predict("question -> answer");
const inChat = (text: string) => `[[ ## answer ## ]]\n${text}\n\n[[ ## completed ## ]]`;
const usage = { inputTokens: 10, outputTokens: 1 };

/** A model that answers with its own name, in the format that it is asked in. */
function named(modelName: string, capabilities = {}): ScriptedLm {
  return scriptedLm(
    ({ messages }) => {
      const isJson = String(messages.at(-1)?.content).includes("JSON");
      return { text: isJson ? JSON.stringify({ answer: modelName }) : inChat(modelName), usage };
    },
    { modelName, capabilities },
  );
}

async function running(options: RuntimeOptions): Promise<Runtime> {
  const runtime = await createRuntime(options);
  runtimes.push(runtime);
  return runtime;
}

describe("Runtime.with", () => {
  it("sets for what goes through it, and changes nothing for anybody else", async () => {
    const [own, other] = [named("own"), named("other")];
    const runtime = await running({ lm: own });
    const scope = runtime.with({ lm: other, adapter: jsonAdapter });
    const [outside, inside] = [await runtime.spawnProgram(qa), await scope.spawnProgram(qa)];
    expect(await inside.run({ question: "?" })).toEqual({ answer: "other" });
    expect(await outside.run({ question: "?" })).toEqual({ answer: "own" });
    expect(String(other.calls[0]?.request.messages.at(-1)?.content)).toContain("JSON");
    expect(String(own.calls[0]?.request.messages.at(-1)?.content)).not.toContain("JSON");
  });

  it("lies scope over scope, setting by setting and option by option", async () => {
    const own = named("own");
    const runtime = await running({ lm: own, lmOptions: { temperature: 0.1, maxTokens: 5 } });
    const inner = runtime
      .with({ adapter: jsonAdapter, lmOptions: { temperature: 0.5 } })
      .with({ lmOptions: { seed: 1 } });
    await (await inner.spawnProgram(qa, { lmOptions: { seed: 2 } })).run({ question: "?" });
    expect(own.calls[0]?.request.options).toMatchObject({ temperature: 0.5, maxTokens: 5, seed: 2 });
    expect(String(own.calls[0]?.request.messages.at(-1)?.content)).toContain("JSON");
  });

  it("sets for evaluations, too", async () => {
    const [own, other] = [named("own"), named("other")];
    const runtime = await running({ lm: own });
    const tracker = new UsageTracker();
    const questions = dataset([{ question: "a", answer: "other" }], { inputs: ["question"] });
    const metric = { exact: exactMatch("answer") };
    const { results } = await runtime.with({ lm: other, usage: tracker }).evaluate(qa, { dataset: questions, metric });
    expect(results.score).toBe(1);
    expect(own.calls).toEqual([]);
    expect(tracker.byModel).toMatchObject({ "scripted/other": { requests: 1, ...usage } });
  });

  it("refuses a setting that there is not, naming the nearest", async () => {
    const runtime = await running({ lm: named("own") });
    // @ts-expect-error: it is called `adapter`.
    expect(() => runtime.with({ adaptor: jsonAdapter })).toThrow('Did you mean "adapter"?');
  });
});

describe("ProgramHandle.with", () => {
  it("sets for single calls, side by side, by the same actors", async () => {
    const [own, other] = [named("own"), named("other")];
    const handle = await (await running({ lm: own })).spawnProgram(qa);
    const answers = await Promise.all([
      handle.run({ question: "?" }),
      handle.with({ lm: other }).run({ question: "?" }),
      handle.with({ adapter: jsonAdapter }).run({ question: "?" }),
      handle.run({ question: "??" }),
    ]);
    expect(answers.map(({ answer }) => answer)).toEqual(["own", "other", "own", "own"]);
    expect(handle.with({ lm: other }).actorOf("self")).toBe(handle.actorOf("self"));
  });

  it("records which model answered", async () => {
    const runtime = await running({ lm: named("own"), calls: "on" });
    const handle = await runtime.spawnProgram(qa);
    let callId = "";
    runtime.on("program.call.started", ({ about }) => {
      callId = about.callId;
    });
    await handle.with({ lm: named("other") }).run({ question: "?" });
    expect(await runtime.store.get("run", { runId: callId })).toMatchObject({ lmNames: ["scripted/other"] });
  });

  it("has time of its own", async () => {
    const runtime = await running({ lm: scriptedLm([{ hangs: true }]) });
    const handle = (await runtime.spawnProgram(qa)).with({ timeoutMs: 20 });
    expect(await handle.run({ question: "?" }).catch(errorCode)).toMatch(/^(PROGRAM_DEADLINE_EXCEEDED|LM_TIMEOUT)$/);
  });
});

describe("a step's settings", () => {
  it("name another model for the step and what is below it", async () => {
    const [own, cheap] = [named("own"), named("cheap", { jsonMode: true })];
    class Two extends Module<{ question: string }, { both: string }> {
      readonly first = qa;
      readonly second = predict("question -> answer");
      override async forward(inputs: { question: string }, call: Call) {
        const one = await call.run(this.first, inputs, { settings: { model: cheap, adapter: jsonAdapter } });
        const two = await call.run(this.second, inputs);
        return { both: `${one.answer} ${two.answer}` };
      }
    }
    const handle = await (await running({ lm: own })).spawnProgram(new Two());
    expect(await handle.run({ question: "?" })).toEqual({ both: "cheap own" });
    // The other model's capabilities come with it.
    expect(cheap.calls[0]?.request.options.responseFormat).toEqual({ type: "json_object" });
  });

  it("may name a model by a string, and say so where there is none", async () => {
    class One extends Module<{ question: string }, { answer: string }> {
      readonly ask = qa;
      override async forward(inputs: { question: string }, call: Call) {
        return call.run(this.ask, inputs, { settings: { model: "nobody/knows" } });
      }
    }
    const handle = await (await running({ lm: named("own") })).spawnProgram(new One());
    await expect(handle.run({ question: "?" })).rejects.toMatchObject({ code: "LM_PROVIDER_UNKNOWN" });
  });
});

describe("what a model can do", () => {
  it("is what its provider says", async () => {
    const able = named("able", { jsonMode: true, responseSchema: true });
    const handle = await (await running({ lm: able })).spawnProgram(qa, { adapter: jsonAdapter });
    await handle.run({ question: "?" });
    expect(able.calls[0]?.request.options.responseFormat).toMatchObject({ type: "json_schema" });
  });

  it("is what the caller says where he does", async () => {
    const able = named("able", { jsonMode: true, responseSchema: true });
    const runtime = await running({ lm: able, lmCapabilities: { jsonMode: true } });
    await (await runtime.spawnProgram(qa, { adapter: jsonAdapter })).run({ question: "?" });
    await (await runtime.spawnProgram(qa, { adapter: jsonAdapter, lmCapabilities: {} })).run({ question: "??" });
    expect(able.calls.map(({ request }) => request.options.responseFormat)).toEqual([
      { type: "json_object" },
      undefined,
    ]);
  });

  it("holds in evaluations", async () => {
    const able = named("able", { jsonMode: true });
    const questions = dataset([{ question: "a", answer: "able" }], { inputs: ["question"] });
    const runtime = await running({ lm: able });
    await runtime.evaluate(qa, { dataset: questions, metric: exactMatch("answer"), adapter: jsonAdapter });
    expect(able.calls[0]?.request.options.responseFormat).toEqual({ type: "json_object" });
  });

  it.each([
    ["openai", "gpt-4o-mini", { jsonMode: true, responseSchema: true, functionCalling: true }],
    ["openai", "gpt-4", { functionCalling: true }],
    ["openai", "o1-mini", {}],
    ["deepseek", "deepseek-chat", { jsonMode: true, functionCalling: true }],
    ["ollama", "llama3.2", {}],
    ["constructor", "x", {}],
  ])(
    "is known of services' models by name, and nothing of a local server's: %s/%s",
    (providerName, model, capabilities) => {
      expect(openaiCompatible({ baseUrl: "http://x/v1", providerName, model }).capabilities).toEqual(capabilities);
    },
  );
});

describe("usage", () => {
  it("adds up over nested calls, by model, and what a cache answers costs nothing", async () => {
    const [own, other] = [named("own"), named("other")];
    class Three extends Module<{ question: string }, { answer: string }> {
      readonly ask = qa;
      override async forward({ question }: { question: string }, call: Call) {
        const settings = { model: other };
        await Promise.all(["1", "2"].map((mark) => call.run(this.ask, { question: question + mark })));
        return call.run(this.ask, { question }, { settings });
      }
    }
    const tracker = new UsageTracker();
    const handle = (await (await running({ lm: own })).spawnProgram(new Three())).with({ usage: tracker });
    await handle.run({ question: "?" });
    const once = {
      "scripted/own": { requests: 2, inputTokens: 20, outputTokens: 2, cachedInputTokens: 0, costUsd: 0 },
      "scripted/other": { requests: 1, inputTokens: 10, outputTokens: 1, cachedInputTokens: 0, costUsd: 0 },
    };
    expect(tracker.byModel).toEqual(once);
    await handle.run({ question: "?" });
    expect(tracker.byModel).toEqual(once);
  });

  it("is told to the trackers of all scopes around, each call to its own", async () => {
    const handle = await (await running({ lm: named("own") })).spawnProgram(qa);
    const [outer, inner] = [new UsageTracker(), new UsageTracker()];
    const scope = handle.with({ usage: outer });
    await Promise.all([scope.run({ question: "1" }), scope.with({ usage: inner }).run({ question: "2" })]);
    await handle.run({ question: "3" });
    expect(outer.byModel["scripted/own"]?.requests).toBe(2);
    expect(inner.byModel["scripted/own"]?.requests).toBe(1);
  });

  it("counts requests whose provider says nothing, and adds nothing for them", async () => {
    const silent = scriptedLm([inChat("a")]);
    const tracker = new UsageTracker();
    const handle = (await (await running({ lm: silent })).spawnProgram(qa)).with({ usage: tracker });
    expect(usageOf(await handle.run({ question: "?" }))).toBeUndefined();
    expect(tracker.byModel["scripted/scripted"]).toMatchObject({ requests: 1, inputTokens: 0, costUsd: 0 });
  });
});
