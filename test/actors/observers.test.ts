import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../actors/index.ts";
import { scriptedLm } from "../../lm/index.ts";
import {
  type Call,
  chatOnlyAdapter,
  Module,
  type ProgramObserver,
  predict,
  tool,
  type Work,
} from "../../programs/index.ts";

const runtimes: Runtime[] = [];
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.stop();
});

const qa = predict("question -> answer");
const usage = { inputTokens: 10, outputTokens: 1 };
const named = (modelName: string) =>
  scriptedLm(() => ({ text: `[[ ## answer ## ]]\n${modelName}\n\n[[ ## completed ## ]]`, usage }), { modelName });

async function running(options: RuntimeOptions): Promise<Runtime> {
  const runtime = await createRuntime(options);
  runtimes.push(runtime);
  return runtime;
}

class Looking extends Module<{ question: string }, { answer: string }> {
  readonly ask = qa;
  readonly look = tool({ name: "look", run: () => "seen" });
  override async forward(inputs: { question: string }, call: Call) {
    await call.callTool(this.look, {});
    return call.run(this.ask, inputs);
  }
}

describe("an observer", () => {
  const noted = () => {
    const heard: string[] = [];
    const works: Work[] = [];
    const observer: ProgramObserver = {
      started: (work) => {
        works.push(work);
        heard.push(`${work.kind} ${work.name} started`);
      },
      stopped: (work, outputs) => void heard.push(`${work.kind} ${work.name} stopped ${JSON.stringify(outputs)}`),
      failed: (work, error) => void heard.push(`${work.kind} ${work.name} failed ${String(error)}`),
    };
    return { heard, works, observer };
  };

  it("hears each module, tool, prompt, request and answer with what goes in and out, and what it is part of", async () => {
    const { heard, works, observer } = noted();
    const handle = (await (await running({ lm: named("own") })).spawnProgram(new Looking())).with({ observer });
    await handle.run({ question: "?" });
    expect(heard.map((each) => each.replace(/ \[?\{.*$/, ""))).toEqual([
      "module Looking started",
      "tool look started",
      'tool look stopped "seen"',
      "module Predict started",
      "prompt chat started",
      "prompt chat stopped",
      "request ask started",
      "request ask stopped",
      "answer chat started",
      "answer chat stopped",
      "module Predict stopped",
      "module Looking stopped",
    ]);
    const [root, look, ask, prompt, request, answer] = works;
    expect(root?.parentId).toBeUndefined();
    expect([look?.parentId, ask?.parentId]).toEqual([root?.workId, root?.workId]);
    expect([prompt, request, answer].map((work) => work?.parentId)).toEqual([ask?.workId, ask?.workId, ask?.workId]);
    expect(root?.inputs).toEqual({ question: "?" });
    expect(new Set(works.map(({ workId }) => workId)).size).toBe(works.length);
  });

  it("hears how work fails, also where it is called off", async () => {
    const { heard, observer } = noted();
    const runtime = await running({ lm: scriptedLm([{ hangs: true }]) });
    const handle = (await runtime.spawnProgram(qa)).with({ observer, timeoutMs: 20 });
    await handle.run({ question: "?" }).catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.filter((each) => each.includes("failed")).map((each) => each.split(":")[0])).toEqual([
      "request self failed BaseError",
      "module Predict failed BaseError",
    ]);
  });

  it("changes nothing where it throws, and hears only the kinds that it wants", async () => {
    const heard: string[] = [];
    const observer: ProgramObserver = {
      kinds: ["tool"],
      started: ({ kind }) => {
        heard.push(kind);
        throw new Error("of its own");
      },
    };
    const handle = (await (await running({ lm: named("own") })).spawnProgram(new Looking())).with({ observer });
    expect(await handle.run({ question: "?" })).toEqual({ answer: "own" });
    expect(heard).toEqual(["tool"]);
  });

  it("is one of all scopes around, and each scope's own", async () => {
    const [outer, inner] = [noted(), noted()];
    const runtime = await running({ lm: named("own"), observer: outer.observer });
    const handle = await runtime.spawnProgram(qa, { adapter: chatOnlyAdapter });
    await handle.with({ observer: inner.observer }).run({ question: "1" });
    await handle.run({ question: "2" });
    expect([outer.works.length, inner.works.length]).toEqual([8, 4]);
  });
});

describe("the bus", () => {
  it("tells of work inside calls, each a span within the one around it, down to the pool's", async () => {
    const runtime = await running({ lm: named("own") });
    const spans: [type: string, span: string | undefined, parent: string | undefined][] = [];
    const note = (event: { type: string; spanId?: string; parentSpanId?: string }): void => {
      spans.push([event.type, event.spanId, event.parentSpanId]);
    };
    runtime.on("program.#", note);
    runtime.on("lm.call.*", note);
    const handle = await runtime.spawnProgram(new Looking());
    await handle.run({ question: "?" });
    expect(spans.map(([type]) => type)).toEqual([
      "program.call.started",
      "program.module.started",
      "program.tool.started",
      "program.tool.stopped",
      "program.module.started",
      "program.prompt.started",
      "program.prompt.stopped",
      "program.request.started",
      "lm.call.started",
      "lm.call.stopped",
      "program.request.stopped",
      "program.answer.started",
      "program.answer.stopped",
      "program.module.stopped",
      "program.module.stopped",
      "program.call.stopped",
    ]);
    const spanOf = (type: string) => spans.find(([each]) => each === type);
    expect(spanOf("program.module.started")?.[2]).toBe(spanOf("program.call.started")?.[1]);
    expect(spanOf("program.tool.started")?.[2]).toBe(spanOf("program.module.started")?.[1]);
    expect(spanOf("lm.call.started")?.[2]).toBe(spanOf("program.request.started")?.[1]);
  });

  it("holds nothing that went in or out", async () => {
    const runtime = await running({ lm: named("own") });
    const events: unknown[] = [];
    runtime.on("program.#", (event) => void events.push(event));
    await (await runtime.spawnProgram(qa)).run({ question: "a secret" });
    expect(JSON.stringify(events)).not.toMatch(/secret|own/);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "program.request.stopped",
        measures: expect.objectContaining(usage),
        about: expect.objectContaining({ path: "self", name: "self" }),
      }),
    );
  });
});
