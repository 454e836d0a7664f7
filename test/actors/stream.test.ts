import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type RuntimeOptions } from "../../actors/index.ts";
import { type LmScript, openaiCompatible, scriptedLm } from "../../lm/index.ts";
import { type Call, chainOfThought, Module, predict, UsageTracker } from "../../programs/index.ts";
import { errorCode } from "../../runtime/base/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { chatPieces, inShort, partsOf } from "../programs/streamed-port.ts";
import { eventually } from "../support/eventually.ts";
import { chatEvents, startOpenaiServer } from "../support/openai-server.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const chunks = chatPieces({ answer: "James Joyce", sure: "0.9" });
const told = ["self#0 answer+James Joyce", 'self#0 answer="James Joyce"', "self#0 sure+0.9", "self#0 sure=0.9", "end"];
const qa = predict("question -> answer, sure: float");

async function running(script: LmScript, options: RuntimeOptions = {}) {
  const lm = scriptedLm(script, { whenExhausted: "repeat" });
  const runtime = await createRuntime({ lm, ...options });
  closers.push(() => runtime.stop());
  return { lm, runtime, handle: await runtime.spawnProgram(qa) };
}

describe("ProgramHandle.stream", () => {
  it("tells each field while it comes, and at the end the prediction and what it cost", async () => {
    const usage = { inputTokens: 12, outputTokens: 3 };
    const { handle } = await running([{ chunks, usage }], {
      prices: { "scripted/scripted": { inputPerMillion: 1, outputPerMillion: 2 } },
    });
    const parts = await partsOf(handle.stream({ question: "?" }));
    expect(inShort(parts)).toEqual(told);
    expect(parts.at(-1)).toEqual({
      type: "prediction",
      prediction: { answer: "James Joyce", sure: 0.9 },
      usage: { "scripted/scripted": { requests: 1, ...usage, cachedInputTokens: 0, costUsd: 0.000018 } },
    });
  });

  it("streams an answer from the cache whole, and counts nothing for it", async () => {
    const { handle, lm } = await running([{ chunks }]);
    await partsOf(handle.stream({ question: "?" }));
    const parts = await partsOf(handle.stream({ question: "?" }));
    expect(inShort(parts)).toEqual(told);
    expect(parts.at(-1)).toMatchObject({ usage: {} });
    expect(lm.calls.length).toBe(1);
  });

  it("records a streamed call like any other, and streams it again from the record", async () => {
    const store = memoryStore();
    const { handle, lm, runtime } = await running([{ chunks }], { store, cache: "off", calls: "on" });
    let callId = "";
    runtime.on("program.call.started", ({ about }) => {
      callId = about.callId;
    });
    await partsOf(handle.stream({ question: "?" }));
    const streamed = await store.get("run", { runId: callId });
    expect(streamed).toMatchObject({ status: "completed", report: { outputs: { answer: "James Joyce", sure: 0.9 } } });
    const again = await partsOf(handle.stream({ question: "?" }, { resume: callId }));
    expect(inShort(again)).toEqual(told);
    expect(lm.calls.length).toBe(1);
  });

  it("streams what nested modules answer, each by its actor", async () => {
    class Two extends Module<{ question: string }, { answer: string }> {
      readonly gen = chainOfThought("question -> hint");
      readonly last = predict("question, hint -> answer");
      override async forward({ question }: { question: string }, call: Call) {
        const { hint } = await call.run(this.gen, { question });
        return call.run(this.last, { question, hint });
      }
    }
    const { runtime } = await running([
      { chunks: chatPieces({ reasoning: "r", hint: "h" }) },
      { chunks: chatPieces({ answer: "a" }) },
    ]);
    const two = await runtime.spawnProgram(new Two());
    expect(inShort(await partsOf(two.stream({ question: "?" })))).toEqual([
      "gen.predict#0 reasoning+r",
      'gen.predict#0 reasoning="r"',
      "gen.predict#0 hint+h",
      'gen.predict#0 hint="h"',
      "last#0 answer+a",
      'last#0 answer="a"',
      "end",
    ]);
    expect(() => two.stream({ question: "?" }, { fields: ["anser"] })).toThrow(
      expect.objectContaining({ code: "STREAM_FIELD_UNKNOWN" }),
    );
  });

  it("ends the request where the loop is left, and tells whoever listens that the call failed", async () => {
    const { handle, lm, runtime } = await running([{ chunks, hangs: true }]);
    const ended: string[] = [];
    runtime.on("program.call.*", ({ type }) => void ended.push(type));
    const stream = handle.stream({ question: "?" });
    for await (const part of stream) if (part.type === "field-delta") break;
    expect(await stream.result.catch(errorCode)).toBe("PROGRAM_ABORTED");
    await eventually(() => lm.inFlight === 0);
    await eventually(() => ended.includes("program.call.failed"));
    expect(inShort(await partsOf((await running([{ chunks }])).handle.stream({ question: "?" })))).toEqual(told);
  });

  it("ends the socket where the loop is left", async () => {
    const server = await startOpenaiServer({
      reply: () => ({ type: "pieces", pieces: chatEvents(chunks).slice(0, 12), ends: "hang" }),
    });
    closers.push(server.close);
    const { runtime } = await running([]);
    const handle = await runtime.spawnProgram(qa, { lm: openaiCompatible({ baseUrl: server.baseUrl, model: "m" }) });
    for await (const part of handle.stream({ question: "?" })) if (part.type === "field-delta") break;
    await eventually(() => server.openSockets === 0);
  });

  it("ends at its deadline", async () => {
    const { handle } = await running([{ chunks, hangs: true }]);
    const all = partsOf(handle.stream({ question: "?" }, { timeoutMs: 50 }));
    // Program and pool have the same deadline; either may be the first to say so.
    expect(await all.catch(errorCode)).toMatch(/^(PROGRAM_DEADLINE_EXCEEDED|LM_TIMEOUT)$/);
  });

  it("fails with ACTOR_DOWN where the module's actor dies in the middle", async () => {
    const { handle } = await running([{ chunks, hangs: true }]);
    const stream = handle.stream({ question: "?" });
    await stream.next();
    handle.actorOf("self")?.kill();
    const rest = async () => {
      for await (const _ of stream);
    };
    await expect(rest()).rejects.toMatchObject({ code: "ACTOR_DOWN" });
  });

  it("tells calls that run at once apart: each stream has its own parts alone", async () => {
    const { runtime } = await running(({ messages }) => {
      const asked = /question ## \]\]\n(\w+)/.exec(String(messages.at(-1)?.content))?.[1] ?? "";
      return { chunks: chatPieces({ answer: asked.repeat(3), sure: "1" }) };
    });
    const handle = await runtime.spawnProgram(qa);
    const names = ["one", "two", "three", "four"];
    const all = await Promise.all(names.map((question) => partsOf(handle.stream({ question }))));
    for (const [at, parts] of all.entries()) {
      expect(inShort(parts)[0]).toBe(`self#0 answer+${names[at]?.repeat(3)}`);
    }
  });

  it("adds to a scope's usage as well", async () => {
    const usage = new UsageTracker();
    const { handle } = await running([{ chunks, usage: { inputTokens: 1, outputTokens: 2 } }]);
    await handle.with({ usage }).stream({ question: "?" }).result;
    expect(usage.byModel).toMatchObject({ "scripted/scripted": { inputTokens: 1, outputTokens: 2 } });
  });
});
