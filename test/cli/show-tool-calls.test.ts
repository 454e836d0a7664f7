import { describe, expect, it } from "vitest";
import { showCall } from "../../cli/show-call.ts";
import { chatAdapter, createRuntime, reactV2, tool, withNativeTools } from "../../index.ts";
import { memoryStore } from "../../stores/index.ts";
import { scriptedLm } from "../../testing/index.ts";

describe("showCall", () => {
  it("shows the tools that were called, with what they answered or failed with", async () => {
    const look = tool({
      name: "look",
      parameters: { at: "str" },
      run: ({ at }) => {
        if (at === "sun") throw new Error("too bright");
        return { seen: at };
      },
    });
    const call = (name: string, args: object, id: string) => ({
      id,
      type: "function",
      function: { name, arguments: JSON.stringify(args) },
    });
    const lm = scriptedLm((_request, index) =>
      index === 0
        ? { toolCalls: [call("look", { at: "moon" }, "a"), call("look", { at: "sun" }, "b")] }
        : { toolCalls: [call("submit", { answer: "stars" }, "c")] },
    );
    await using runtime = await createRuntime({ lm, store: memoryStore() });
    const agent = await runtime.spawnProgram(reactV2("question -> answer", { tools: [look] }), {
      adapter: withNativeTools(chatAdapter),
      lmCapabilities: { functionCalling: true },
    });
    await agent.run({ question: "What is there?" });
    const [run] = (await runtime.store.list("run").all()).records;
    if (run === undefined) throw new Error("expected a recorded run");
    const { text } = await showCall(runtime.store, run);
    expect(text).toMatch(
      /tool call \d by self · look · .*\n {2}args\n {4}\{"at":"moon"\}\n {2}result\n {4}\{"seen":"moon"\}/,
    );
    expect(text).toMatch(
      /tool call \d by self · look · .*\n.*\n.*"sun".*\n {2}failed: PROGRAM_TOOL_FAILED: .*too bright/,
    );
    expect(text).toContain('"name":"submit"');
    expect(text).not.toContain("null");
  });
});
