import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chatAdapter,
  type History,
  type LmCompletion,
  type Module,
  react,
  reactV2,
  type Tool,
  tool,
  withNativeTools,
} from "../../../programs/index.ts";
import { isBaseError, type JsonObject } from "../../../runtime/base/index.ts";
import { run } from "../scripted-program.ts";
import { answering, chatText } from "./answering.ts";

const echo = tool({ name: "echo", jsonSchema: { type: "object", properties: { x: {} } }, run: ({ x }) => x ?? null });
const agents: readonly ((tools: readonly Tool[]) => Module<{ question: string }, object>)[] = [
  (tools) => react("question -> answer: int", { tools, maxIterations: 3 }),
  (tools) => reactV2("question -> answer: int", { tools, maxIterations: 3 }),
];

/** Nearly what a model should say. */
const nearly = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .record({
      next_thought: fc.string(),
      next_tool_name: fc.constantFrom("echo", "finish", "eco"),
      next_tool_args: fc.jsonValue(),
    })
    .map(chatText),
  fc
    .record({
      next_thought: fc.string(),
      tool_calls: fc.oneof(
        fc.jsonValue(),
        fc.array(fc.record({ name: fc.constantFrom("echo", "submit", "?"), args: fc.jsonValue() })),
      ),
    })
    .map(chatText),
  fc.record({ reasoning: fc.string(), answer: fc.oneof(fc.string(), fc.integer()) }).map(chatText),
);

describe("agents", () => {
  it("end in a prediction or in a typed failure, whatever the model says", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...agents),
        fc.array(nearly, { minLength: 1, maxLength: 8 }),
        async (made, replies) => {
          const ports = answering((_request, _context, index): string => replies[index % replies.length] ?? "");
          const outcome = await run(made([echo]), { question: "q" }, ports).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(isBaseError(outcome)).toBe(true);
          expect(ports.requests.length).toBeLessThanOrEqual(12);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("keep keys that are names of JavaScript's own as data", async () => {
    const args = '{"x": {"__proto__": {"polluted": true}, "constructor": 1}}';
    const replies = [
      `[[ ## next_thought ## ]]\nt\n[[ ## next_tool_name ## ]]\necho\n[[ ## next_tool_args ## ]]\n${args}`,
      chatText({ next_thought: "t", next_tool_name: "finish", next_tool_args: {} }),
      chatText({ reasoning: "r", answer: "a" }),
    ];
    const ports = answering((_request, _context, index): string => replies[index] ?? "");
    const { trajectory } = await run(react("question -> answer", { tools: [echo] }), { question: "q" }, ports);
    expect(JSON.stringify(trajectory["observation_0"])).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.hasOwn({}, "polluted") || "polluted" in {}).toBe(false);
  });

  it("refuse a tool's result that cannot be shown, and go on", async () => {
    let deep: unknown[] = [];
    for (let depth = 0; depth < 10_000; depth++) deep = [deep];
    const odd = tool({
      name: "odd",
      parameters: { kind: "str" },
      run: ({ kind }) => (kind === "deep" ? deep : Symbol("s")),
    });
    const turn = (kind: string): string =>
      chatText({ next_thought: "t", next_tool_name: "odd", next_tool_args: { kind } });
    const replies = [
      turn("deep"),
      turn("symbol"),
      chatText({ next_thought: "t", next_tool_name: "finish", next_tool_args: {} }),
      chatText({ reasoning: "r", answer: "a" }),
    ];
    const ports = answering((_request, _context, index): string => replies[index] ?? "");
    const { trajectory } = await run(react("question -> answer", { tools: [odd] }), { question: "q" }, ports);
    expect(trajectory).toMatchObject({
      observation_0: expect.stringContaining("its result cannot be shown: it is nested more than"),
      observation_1: expect.stringContaining("a symbol has no textual form"),
    });
  });

  it("take calls of a provider that are odd for what they are", async () => {
    const call = (fn: JsonObject, id?: string): JsonObject => ({
      ...(id === undefined ? {} : { id }),
      type: "function",
      function: fn,
    });
    const replies: readonly LmCompletion[] = [
      { text: null, toolCalls: [call({ arguments: "{}" })] },
      {
        text: null,
        toolCalls: [
          call({ name: "echo", arguments: '{"x": 1' }),
          call({ name: "echo", arguments: "[]" }, "same"),
          call({ name: "?", arguments: "{}" }, "same"),
        ],
      },
      { text: null, toolCalls: [call({ name: "submit", arguments: '{"answer": "7",}' }, "s")] },
    ];
    const ports = answering((_request, _context, index) => replies[index] ?? "");
    const settings = { adapter: withNativeTools(chatAdapter), lmCapabilities: { functionCalling: true } };
    const agent = reactV2("question -> answer: int", { tools: [echo] });
    const { answer, history }: { answer: number; history: History } = await run(agent, { question: "q" }, ports, {
      settings,
    });
    expect(answer).toBe(7);
    expect(JSON.stringify(history.messages[0])).toContain("Unknown tool: ");
  });
});
