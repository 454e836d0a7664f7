import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import { dataset, exactMatch } from "../../evaluate/index.ts";
import { example, react, type ToolContext, tool } from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { fields } from "./nested-program.ts";
import { rejection } from "./waiting.ts";

const turn = (name: string, args: object) =>
  fields({ next_thought: "t", next_tool_name: name, next_tool_args: JSON.stringify(args) });
const REPLIES = [
  turn("book", { seat: "1A" }),
  turn("book", { seat: "1A" }),
  turn("book", { seat: "none" }),
  turn("finish", {}),
  fields({ reasoning: "r", answer: "booked" }),
];

/** An agent that books seats, and what its tool was told. */
function booking() {
  const booked: { readonly seat: string; readonly callKey: ToolContext["callKey"] }[] = [];
  const book = tool({
    name: "book",
    parameters: { seat: "str" },
    run: ({ seat }, { callKey }) => {
      booked.push({ seat, callKey });
      if (seat === "none") throw new BaseError("SEAT_TAKEN", "no such seat");
      return `ticket ${booked.length}`;
    },
  });
  return { booked, agent: react("wish -> answer", { tools: [book] }) };
}

describe("a recorded call of a tool", () => {
  it("leaves arguments and result, or the failure, under a key of its own each time", async () => {
    const { booked, agent } = booking();
    await using runtime = await createRuntime({
      lm: scriptedLm((_request, index) => REPLIES[index] ?? ""),
      store: memoryStore(),
    });
    await (await runtime.spawnProgram(agent)).run({ wish: "a seat" });
    const calls = (await runtime.store.list("tool-call").all()).records;
    const byOrder = [...calls].sort((a, b) => Number("error" in a.outcome) - Number("error" in b.outcome) || a.n - b.n);
    expect(byOrder).toMatchObject([
      { modulePath: "self", toolName: "book", n: 0 },
      { modulePath: "self", toolName: "book", n: 1 },
      { n: 0, outcome: { error: { code: "PROGRAM_TOOL_FAILED", cause: { code: "SEAT_TAKEN" } } } },
    ]);
    const [first] = byOrder;
    expect(await runtime.store.getPayload(first?.args ?? "")).toEqual({ seat: "1A" });
    const { outcome } = first ?? { outcome: { result: "" } };
    expect(await runtime.store.getPayload("result" in outcome ? outcome.result : "")).toEqual({ result: "ticket 1" });
    expect(new Set(booked.map(({ callKey }) => callKey)).size).toBe(3);
    expect(booked[0]?.callKey).toContain("/self/");
  });

  it("is not made again when the run is gone on with", async () => {
    const { booked, agent } = booking();
    const store = memoryStore();
    await store.open();
    const controller = new AbortController();
    let told = 0;
    // Cancelled at the fourth request, after three calls of the tool.
    const lm = scriptedLm(() => {
      if (told++ < 3) return REPLIES[told - 1] ?? "";
      controller.abort();
      return new Promise<string>(() => {});
    });
    const interrupted = await createRuntime({ lm, store });
    const handle = await interrupted.spawnProgram(agent);
    await rejection(handle.run({ wish: "a seat" }, { signal: controller.signal }));
    const [run] = (await store.list("run").all()).records;
    expect(booked).toHaveLength(3);
    await interrupted.stop();

    const again = booking();
    let asked = 0;
    const rest = scriptedLm(() => REPLIES[3 + asked++] ?? "");
    await using resumed = await createRuntime({ lm: rest, store });
    const outputs = await (await resumed.spawnProgram(again.agent)).run(
      { wish: "a seat" },
      { resume: run?.runId ?? "" },
    );
    expect(outputs).toMatchObject({
      answer: "booked",
      trajectory: {
        observation_0: "ticket 1",
        observation_1: "ticket 2",
        observation_2: "Execution error in book: no such seat",
      },
    });
    expect(again.booked).toEqual([]);
    expect(asked).toBe(2);
  });

  it("belongs to its example in an evaluation", async () => {
    const { agent } = booking();
    const replies = REPLIES.toSpliced(1, 2);
    const lm = scriptedLm(({ messages }) => {
      const shown = messages.map(({ content }) => String(content)).join("\n");
      if (shown.includes("[[ ## reasoning ## ]]")) return replies[2] ?? "";
      return (shown.includes("[[ ## observation_0 ## ]]\n") ? replies[1] : replies[0]) ?? "";
    });
    await using runtime = await createRuntime({ lm, store: memoryStore() });
    const rows = ["a", "b"].map((wish) => example({ wish, answer: "booked" }).withInputs("wish"));
    const { results } = await runtime.evaluate(agent, { dataset: dataset(rows), metric: exactMatch("answer") });
    expect(results.counts.scored).toBe(2);
    const calls = (await runtime.store.list("tool-call").all()).records;
    expect(new Set(calls.map(({ exampleId }) => exampleId)).size).toBe(2);
    expect(calls.map(({ n, toolName }) => [n, toolName])).toEqual([
      [0, "book"],
      [0, "book"],
    ]);
  });
});
