import { describe, expect, it } from "vitest";
import { chatOnlyAdapter, createRuntime, dataset, example, predict } from "../../index.ts";
import {
  type Adapter,
  bamlAdapter,
  jsonAdapter,
  type ProgramPorts,
  predict as programOf,
  twoStepAdapter,
  withNativeTools,
  xmlAdapter,
} from "../../programs/index.ts";
import type { JsonValue } from "../../runtime/base/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { run, scripted } from "./scripted-program.ts";

const list = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
const chat = (levels: number): string => `[[ ## a ## ]]\n${list(levels)}`;
const object = (levels: number): string => `{"a": ${list(levels)}}`;
/** A port whose model calls a tool by itself. */
const calling = (args: JsonValue): ProgramPorts => {
  const call = { id: "1", type: "function", function: { name: "look", arguments: args } };
  return { lm: async () => ({ completions: [{ text: null, toolCalls: [call] }], model: "m" }) };
};
const tooDeep = {
  code: "PROGRAM_PARSE_FAILED",
  details: { failures: [{ field: "a", reason: "its value is nested more than 128 deep" }] },
};

describe("an answer that is nested too deep", () => {
  it.each<[string, Adapter, (levels: number) => string[]]>([
    ["chat", chatOnlyAdapter, (levels) => [chat(levels)]],
    ["json", jsonAdapter, (levels) => [object(levels)]],
    ["baml", bamlAdapter, (levels) => [object(levels)]],
    ["xml", xmlAdapter, (levels) => [`<a>${list(levels)}</a>`, object(levels)]],
    ["two-step", twoStepAdapter(), (levels) => ["a list", chat(levels), object(levels)]],
  ])("cannot be read in the %s format, while one at the limit can", async (_name, adapter, answers) => {
    const ask = programOf("q -> a: Any");
    const settings = { adapter };
    expect(await run(ask, { q: "?" }, scripted(answers(128)), { settings })).toEqual({ a: JSON.parse(list(128)) });
    await expect(run(ask, { q: "?" }, scripted(answers(129)), { settings })).rejects.toMatchObject(tooDeep);
  });

  it.each([
    ["as a text", (levels: number) => `{"x": ${list(levels)}}`],
    ["as JSON", (levels: number) => ({ x: JSON.parse(list(levels)) })],
  ])("cannot be read in the arguments of a tool call that come %s", async (_how, args) => {
    const ask = programOf("q: str, tools: list[Tool] -> a: ToolCalls");
    const settings = { adapter: withNativeTools(chatOnlyAdapter), lmCapabilities: { functionCalling: true } };
    const inputs = { q: "?", tools: [{ name: "look", desc: "Looks.", args: {} }] };
    // Around the arguments: the object of calls, their list, the call, and the arguments' own object.
    expect(await run(ask, inputs, calling(args(120)), { settings })).toMatchObject({
      a: { tool_calls: [{ name: "look" }] },
    });
    for (const levels of [129, 250, 5000])
      await expect(run(ask, inputs, calling(args(levels)), { settings })).rejects.toMatchObject(tooDeep);
  });

  it("fails its run, and one at the limit is recorded", async () => {
    const lm = scriptedLm([chat(128), chat(129)]);
    await using runtime = await createRuntime({ lm, adapter: chatOnlyAdapter, store: memoryStore() });
    const handle = await runtime.spawnProgram(predict("q -> a: Any"));
    expect(await handle.run({ q: "1" })).toEqual({ a: JSON.parse(list(128)) });
    await expect(handle.run({ q: "2" })).rejects.toMatchObject(tooDeep);
  });

  it("fails its example of an evaluation and no other", async () => {
    const lm = scriptedLm((request) => chat(String(request.messages.at(-1)?.content).includes("deep") ? 300 : 128));
    await using runtime = await createRuntime({ lm, adapter: chatOnlyAdapter, store: memoryStore() });
    const rows = dataset(["x", "deep", "z"].map((q) => example({ q }).withInputs("q")));
    const { results } = await runtime.evaluate(predict("q -> a: Any"), { dataset: rows, metric: () => 1 });
    expect(results.status).toBe("complete");
    expect(results.examples).toMatchObject([
      { status: "scored" },
      { status: "failed", code: "PROGRAM_PARSE_FAILED" },
      { status: "scored" },
    ]);
  });
});
