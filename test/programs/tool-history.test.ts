import { describe, expect, it } from "vitest";
import {
  type ChatMessage,
  chatOnlyAdapter,
  jsonAdapter,
  type ProgramSettings,
  predict,
  withNativeTools,
} from "../../programs/index.ts";
import { run, scripted } from "./scripted-program.ts";

const asked = predict("question, history: History, tools: list[Tool] -> next_thought, calls: ToolCalls, answer");
const native = withNativeTools(chatOnlyAdapter);
const CALLING = { functionCalling: true };

const call = { id: "c1", name: "search", args: { query: "é" } };
const result = { call_id: "c1", name: "search", value: { hits: 2 }, is_error: false };

/** The messages of the earlier turn, as the model is told of it. */
async function turnOf(
  calls: object,
  settings: ProgramSettings,
  said: object = { next_thought: "hm" },
): Promise<readonly ChatMessage[]> {
  const ports = scripted(["{}"]);
  const history = { messages: [{ question: "q1", ...said, calls }] };
  // The call itself may fail to be read: what was sent is looked at.
  await run(asked, { question: "q2", history, tools: [] }, ports, { settings }).catch(() => {});
  return ports.requests[0]?.messages.slice(2, -1) ?? [];
}

describe("a history with tool calls", () => {
  const settings = { adapter: native, lmCapabilities: CALLING, compat: "dspy-3.3.1" as const };

  it("is told to a model that calls tools by itself as calls and a message per result", async () => {
    expect(await turnOf({ tool_calls: [call], tool_call_results: [result] }, settings)).toEqual([
      {
        role: "assistant",
        content: "[[ ## next_thought ## ]]\nhm\n\n[[ ## completed ## ]]\n",
        tool_calls: [{ id: "c1", type: "function", function: { name: "search", arguments: '{"query": "é"}' } }],
      },
      { role: "tool", tool_call_id: "c1", name: "search", content: '{"hits": 2}' },
    ]);
  });

  it("has no text where nothing was said beside the calls", async () => {
    const [turn] = await turnOf({ tool_calls: [call], tool_call_results: [result] }, settings, {});
    expect(turn?.content).toBe(null);
  });

  it.each([
    ["without results", { tool_calls: [call] }],
    ["with another call's results", { tool_calls: [call], tool_call_results: [{ ...result, call_id: "c2" }] }],
    ["without ids", { tool_calls: [{ ...call, id: null }], tool_call_results: [{ ...result, call_id: null }] }],
    ["with fewer results than calls", { tool_calls: [call, { ...call, id: "c2" }], tool_call_results: [result] }],
  ])("keeps what was said, and leaves out calls %s", async (_what, calls) => {
    expect(await turnOf(calls, settings)).toEqual([
      { role: "assistant", content: "[[ ## next_thought ## ]]\nhm\n\n[[ ## completed ## ]]\n" },
    ]);
  });

  it("is text to a model that does not", async () => {
    const calls = { tool_calls: [call], tool_call_results: [result] };
    const roles = async (other: ProgramSettings) => (await turnOf(calls, other)).map(({ role }) => role);
    expect(await roles({ adapter: chatOnlyAdapter, lmCapabilities: CALLING })).toEqual(["assistant", "user"]);
    expect(await roles({ adapter: jsonAdapter })).toEqual(["assistant", "user"]);
    // DSPy asks the adapter, not the model.
    expect(await roles({ adapter: jsonAdapter, compat: "dspy-3.3.1" })).toEqual(["assistant", "tool"]);
  });
});
