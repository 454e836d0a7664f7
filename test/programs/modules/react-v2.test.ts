import { describe, expect, expectTypeOf, it } from "vitest";
import {
  chatAdapter,
  type History,
  type LmCompletion,
  type LmRequest,
  type Prediction,
  type ProgramSettings,
  programState,
  reactV2,
  savedProgramInfo,
  savedProgramText,
  type TerminationReason,
  tool,
  withNativeTools,
} from "../../../programs/index.ts";
import { BaseError, isBaseError } from "../../../runtime/base/index.ts";
import { run } from "../scripted-program.ts";
import { answering, chatText, promptOf } from "./answering.ts";

const COMPAT = { compat: "dspy-3.3.1" } as const;
const NATIVE: ProgramSettings = { adapter: withNativeTools(chatAdapter), lmCapabilities: { functionCalling: true } };
const search = tool({
  name: "search",
  parameters: { query: "str" },
  run: ({ query }) => {
    if (query === "fail") throw new Error("no index");
    return `about ${query}`;
  },
});
const agent = reactV2("question -> answer, sure: float", { tools: [search] });

const calls = (...listed: readonly (readonly [string, object])[]) =>
  chatText({
    next_thought: "hm",
    tool_calls: { tool_calls: listed.map(([name, args]) => ({ name, args })) },
  });
const SUBMITS = calls(["submit", { answer: "A", sure: 1 }]);
const inTurn = (...replies: readonly (string | LmCompletion)[]) => {
  const left = [...replies];
  return answering(() => left.shift() ?? SUBMITS);
};
const ask = (ports: ReturnType<typeof inTurn>, settings: ProgramSettings = {}, inputs: object = {}) =>
  run(agent, { question: "q", ...inputs }, ports, { settings });

describe("reactV2", () => {
  it("calls tools until the model hands the outputs in", async () => {
    const ports = inTurn(calls(["search", { query: "x" }]));
    const prediction = await ask(ports);
    expectTypeOf(prediction).toEqualTypeOf<
      Prediction<{ answer: string; sure: number; history: History; termination_reason: TerminationReason }>
    >();
    expect(prediction).toMatchObject({ answer: "A", sure: 1, termination_reason: "submit" });
    expect(prediction.history.messages).toEqual([
      {
        question: "q",
        next_thought: "hm",
        tool_calls: {
          tool_calls: [{ id: "call_0_0", name: "search", args: { query: "x" } }],
          tool_call_results: {
            tool_call_results: [{ call_id: "call_0_0", name: "search", value: "about x", is_error: false }],
          },
        },
      },
      expect.objectContaining({ answer: "A", sure: 1 }),
    ]);
    expect(promptOf(ports.requests[1])).toContain('"value": "about x"');
  });

  it("runs the tools of a turn at once, and tells their results in the order of the calls", async () => {
    const order: string[] = [];
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const meet = tool({
      name: "meet",
      parameters: { who: "str" },
      run: async ({ who }) => {
        order.push(`${who} begins`);
        if (who === "b") release();
        await gate;
        return who;
      },
    });
    const both = reactV2("question -> answer, sure: float", { tools: [meet] });
    const { history } = await run(
      both,
      { question: "q" },
      inTurn(calls(["meet", { who: "a" }], ["meet", { who: "b" }])),
    );
    expect(order).toEqual(["a begins", "b begins"]);
    expect(JSON.stringify(history.messages[0])).toMatch(/"value":"a".*"value":"b"/);
  });

  it("runs them one after the other where it is told to, and under compat", async () => {
    for (const [concurrency, settings] of [
      [1, {}],
      [undefined, COMPAT],
    ] as const) {
      let running = 0;
      let most = 0;
      const counted = tool({
        name: "counted",
        run: async () => {
          most = Math.max(most, ++running);
          await Promise.resolve();
          running--;
        },
      });
      const options = { tools: [counted], ...(concurrency === undefined ? {} : { concurrency }) };
      const ports = inTurn(calls(["counted", {}], ["counted", {}], ["counted", {}]));
      await run(reactV2("question -> answer, sure: float", options), { question: "q" }, ports, { settings });
      expect(most).toBe(1);
    }
  });

  it("shows the model failing tools, tools that are none, and outputs that do not fit", async () => {
    const { history } = await ask(
      inTurn(
        calls(["search", { query: "fail" }], ["serch", {}]),
        calls(["submit", { answer: "A" }]),
        calls(["submit", { answer: "A", sure: "very" }]),
        calls(["submit", { answer: "A", sure: 1, extra: 1 }]),
      ),
    );
    const told = history.messages.map((message) => JSON.stringify(message));
    expect(told[0]).toMatch(
      /Execution error in search: no index.*"is_error":true.*Unknown tool: serch.*"is_error":true/,
    );
    expect(told[1]).toContain("Execution error in submit: Missing required final output field(s): sure");
    expect(told[2]).toContain("`sure`: ");
    expect(told[3]).toContain("there is no argument `extra`");
  });

  it("sends the inputs once, and goes on with an earlier conversation, which stays as it was", async () => {
    const before: History = Object.freeze({ messages: Object.freeze([{ question: "earlier", answer: "E", sure: 1 }]) });
    const ports = inTurn(calls(["search", { query: "x" }]));
    const { history } = await ask(ports, {}, { history: before });
    expect(history.messages).toHaveLength(3);
    expect(before.messages).toHaveLength(1);
    const users = ports.requests[1]?.messages
      .filter(({ role }) => role === "user")
      .map(({ content }) => String(content));
    expect(users?.filter((text) => text.includes("[[ ## question ## ]]"))).toEqual([
      "[[ ## question ## ]]\nearlier",
      "[[ ## question ## ]]\nq",
    ]);
  });

  describe("with a model that calls tools by itself", () => {
    const native = (name: string, args: object, id?: string): LmCompletion => ({
      text: null,
      toolCalls: [
        { ...(id === undefined ? {} : { id }), type: "function", function: { name, arguments: JSON.stringify(args) } },
      ],
    });

    it("gives it the tools, and its calls back under their ids", async () => {
      const ports = inTurn(native("search", { query: "x" }, "c7"), native("submit", { answer: "A", sure: 0.5 }));
      expect(await ask(ports, NATIVE)).toMatchObject({ answer: "A", sure: 0.5 });
      const [first, second] = ports.requests;
      expect(first?.options.tools?.map((each) => Object(each["function"]).name)).toEqual(["search", "submit"]);
      expect(second?.messages.slice(2, 4)).toEqual([
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c7", type: "function", function: { name: "search", arguments: '{"query": "x"}' } }],
        },
        { role: "tool", tool_call_id: "c7", name: "search", content: "about x" },
      ]);
    });

    it("makes it submit when its turns are used up", async () => {
      const ports = inTurn(native("search", { query: "x" }), native("submit", { answer: "A", sure: 0.5 }));
      const { termination_reason: reason } = await ask(ports, NATIVE, { max_iters: 1 });
      expect(reason).toBe("forced_submit");
      expect(ports.requests[1]?.options.extra).toEqual({
        tool_choice: { type: "function", function: { name: "submit" } },
      });
    });
  });

  it("asks once more for the outputs where the model calls nothing, and tells a model without function calling of no choice", async () => {
    const ports = inTurn(chatText({ next_thought: "done", tool_calls: { tool_calls: [] } }));
    expect(await ask(ports)).toMatchObject({ answer: "A", termination_reason: "forced_submit" });
    expect(ports.requests.map(({ options }) => options)).toEqual([{}, {}]);
  });

  it.each([
    ["max_iters", (): string => calls(["search", { query: "x" }]), 2],
    ["empty_tool_calls", (): string => chatText({ next_thought: "t", tool_calls: { tool_calls: [] } }), 0],
    ["parse_error", (): string => "nonsense", 0],
  ] as const)("fails with what it did where nothing is handed in: %s", async (reason, reply, turns) => {
    const settings = (compat?: "dspy-3.3.1") => ({ settings: compat === undefined ? {} : { compat } });
    const short = reactV2("question -> answer, sure: float", { tools: [search], maxIterations: 2 });
    await expect(run(short, { question: "q" }, answering(reply), settings())).rejects.toSatisfy((error) => {
      if (!isBaseError(error, "PROGRAM_AGENT_UNFINISHED")) return false;
      expect(error.details).toMatchObject({ path: "self", termination_reason: reason });
      expect(Object(error.details["history"]).messages).toHaveLength(turns);
      return true;
    });
    const prediction = await run(short, { question: "q" }, answering(reply), settings("dspy-3.3.1"));
    expect(Object.keys(prediction)).toEqual(["history", "termination_reason"]);
    expect(prediction.termination_reason).toBe(reason);
  });

  it("leaves the oldest turns out of a prompt that is too long, not its inputs, and not out of what it answers", async () => {
    const TOO_LONG = new BaseError("LM_CONTEXT_EXCEEDED", "too long");
    const resultsIn = (request: LmRequest): readonly string[] => promptOf(request).match(/"value": "about \d"/g) ?? [];
    let made = 0;
    const ports = answering((request): string => {
      if (resultsIn(request).length > 2) throw TOO_LONG;
      return made < 4 ? calls(["search", { query: String(made++) }]) : SUBMITS;
    });
    const { history } = await ask(ports, {}, { history: { messages: [{ question: "earlier", answer: "E" }] } });
    expect(history.messages).toHaveLength(6);
    const last = ports.requests.at(-1);
    expect(last === undefined ? [] : resultsIn(last)).toEqual(['"value": "about 2"', '"value": "about 3"']);
    expect(promptOf(last).match(/\[\[ ## question ## \]\]\n.*/g)).toContain("[[ ## question ## ]]\nq");
    expect(promptOf(last)).not.toContain("earlier");
    await expect(ask(answering(() => Promise.reject(TOO_LONG)))).rejects.toMatchObject({
      code: "PROGRAM_AGENT_UNFINISHED",
      cause: TOO_LONG,
    });
  });

  it("keeps DSPy's parameter path, and is saved with the names of its tools", () => {
    expect(Object.keys(programState(agent))).toEqual(["react"]);
    expect(savedProgramInfo(savedProgramText(agent)).toolNames).toEqual(["search"]);
  });

  it("refuses tools and fields of names that are its own", () => {
    const submit = tool({ name: "submit", run: () => 1 });
    expect(() => reactV2("q -> a", { tools: [submit] })).toThrow(
      expect.objectContaining({ code: "PROGRAM_TOOL_INVALID" }),
    );
    expect(() => reactV2("history -> a", { tools: [] })).toThrow(
      expect.objectContaining({ code: "SIGNATURE_INVALID" }),
    );
  });
});
