import { describe, expect, expectTypeOf, it } from "vitest";
import { createActor } from "xstate";
import {
  reactMachine as handedOut,
  type LmRequest,
  type Prediction,
  type ProgramSettings,
  programState,
  react,
  savedProgramInfo,
  savedProgramText,
  type Trajectory,
  tool,
  xmlAdapter,
} from "../../../programs/index.ts";
import { reactMachine } from "../../../programs/modules/react-machine.ts";
import { BaseError } from "../../../runtime/base/index.ts";
import { run } from "../scripted-program.ts";
import { answering, promptOf } from "./answering.ts";

const COMPAT = { compat: "dspy-3.3.1" } as const;
const titles = tool({
  name: "titles",
  description: "Lists titles.",
  parameters: { author: "str", most: { type: "int", default: 2 } },
  run: ({ author, most }) => {
    if (author === "nobody") throw new Error("unknown author");
    return ["Dubliners", "Ulysses", "Exiles"].slice(0, most);
  },
});
const agent = react("question -> answer: list[str]", { tools: [titles] });

const turn = (name: string, args: unknown = {}, thought = "hm") => ({
  next_thought: thought,
  next_tool_name: name,
  next_tool_args: args,
});
const ANSWER = { reasoning: "so", answer: ["Dubliners"] };
const isExtract = (request: LmRequest) => promptOf(request).includes("[[ ## reasoning ## ]]");

/** Answers turn after turn as listed, then finishes; the extraction always the same. */
const turns = (...listed: readonly (ReturnType<typeof turn> | string)[]) => {
  const left = [...listed];
  return answering((request) => (isExtract(request) ? ANSWER : (left.shift() ?? turn("finish"))));
};
const ask = (ports: ReturnType<typeof turns>, settings: ProgramSettings = {}, inputs: object = {}) =>
  run(agent, { question: "q", ...inputs }, ports, { settings });

describe("react", () => {
  it("calls tools until the model finishes, then draws the outputs from what it saw", async () => {
    const ports = turns(turn("titles", { author: "Joyce" }));
    const prediction = await ask(ports);
    expect(prediction).toEqual({
      trajectory: {
        thought_0: "hm",
        tool_name_0: "titles",
        tool_args_0: { author: "Joyce" },
        observation_0: ["Dubliners", "Ulysses"],
        thought_1: "hm",
        tool_name_1: "finish",
        tool_args_1: {},
        observation_1: "Completed.",
      },
      ...ANSWER,
    });
    expectTypeOf(prediction).toEqualTypeOf<
      Prediction<{ trajectory: Trajectory; reasoning: string; answer: string[] }>
    >();
    expect(ports.steps.map(({ path }) => path)).toEqual(["react", "react", "extract.predict"]);
    // A list of texts stands in the prompt as any list in a field of text does.
    expect(promptOf(ports.requests[1])).toContain("[[ ## observation_0 ## ]]\n[1] «Dubliners»\n[2] «Ulysses»");
  });

  it("shows the model what a tool failed with, and goes on", async () => {
    const listed = [turn("titles", { author: "nobody" }), turn("titles", { autor: "x" })];
    const { trajectory } = await ask(turns(...listed));
    expect(trajectory).toMatchObject({
      observation_0: "Execution error in titles: unknown author",
      observation_1: expect.stringContaining("there is no argument `autor`. Did you mean `author`?"),
      tool_name_2: "finish",
    });
  });

  it("asks so often and no more, by the agent's own number or by the call's", async () => {
    const again = Array.from({ length: 30 }, () => turn("titles", { author: "Joyce" }));
    const two = react("question -> answer: list[str]", { tools: [titles], maxIterations: 2 });
    const ports = turns(...again);
    expect(Object.keys((await run(two, { question: "q" }, ports)).trajectory)).toHaveLength(8);
    expect(ports.requests).toHaveLength(3);
    expect(Object.keys((await ask(turns(...again), {}, { max_iters: 1 })).trajectory)).toHaveLength(4);
    expect((await ask(turns(...again), {}, { max_iters: 0 })).trajectory).toEqual({});
    expect(Object.keys((await ask(turns(...again))).trajectory)).toHaveLength(80);
    await expect(ask(turns(), {}, { max_iters: "many" })).rejects.toMatchObject({ code: "PROGRAM_MODULE_INVALID" });
  });

  it("takes a turn that cannot be read, or names no tool, for one more thing to show the model", async () => {
    const { trajectory } = await ask(turns("nonsense", "{}", turn("titels"), JSON.stringify(turn("titels"))));
    expect(trajectory).toMatchObject({
      thought_0: "",
      observation_0: expect.stringContaining("No tool was called"),
      thought_1: "hm",
      tool_args_1: {},
      observation_1: expect.stringContaining("`next_tool_name`"),
      tool_name_2: "finish",
    });
  });

  it("gives such a turn up under compat: without outputs it fails, with a misspelt tool in JSON it extracts", async () => {
    await expect(ask(turns("nonsense", "nonsense"), COMPAT)).rejects.toMatchObject({ code: "PROGRAM_PARSE_FAILED" });
    const ports = turns("nonsense", JSON.stringify(turn("titels")));
    expect((await ask(ports, COMPAT)).trajectory).toEqual({});
    expect(ports.requests).toHaveLength(3);
  });

  describe("when the prompt grows too long", () => {
    const TOO_LONG = new BaseError("LM_CONTEXT_EXCEEDED", "too long");
    /** A model that takes so many earlier steps and no more. */
    const forgetful = (most: number, calls: number) => {
      let made = 0;
      return answering((request) => {
        const shown = new Set(promptOf(request).match(/\[\[ ## observation_\d+ ## \]\]\n/g)).size;
        if (shown > most) throw TOO_LONG;
        if (isExtract(request)) return ANSWER;
        return made++ < calls ? turn("titles", { author: "Joyce" }) : turn("finish");
      });
    };

    it("leaves out the oldest steps, and keeps them in the prediction", async () => {
      const ports = forgetful(2, 4);
      const { trajectory } = await ask(ports);
      expect(Object.keys(trajectory)).toHaveLength(20);
      const last = promptOf(ports.requests.at(-1));
      expect(last).not.toContain("observation_2");
      expect(last).toContain("[[ ## observation_3 ## ]]");
    });

    it("loses them to the prediction under compat, as DSPy does", async () => {
      const { trajectory } = await ask(forgetful(2, 4), COMPAT);
      expect(Object.keys(trajectory)).toEqual(
        [3, 4].flatMap((n) => [`thought_${n}`, `tool_name_${n}`, `tool_args_${n}`, `observation_${n}`]),
      );
    });

    it("stops with what it has where even one step is too long, and fails where that is", async () => {
      const ports = answering((request) => {
        if (promptOf(request).includes("[[ ## observation_0 ## ]]\n")) throw TOO_LONG;
        return turn("titles", { author: "Joyce" });
      });
      await expect(ask(ports)).rejects.toBe(TOO_LONG);
      expect(ports.requests.map(isExtract)).toEqual([false, false, true]);
    });
  });

  it("fails with what the model's side fails with", async () => {
    const failure = new BaseError("LM_AUTH_FAILED", "no");
    await expect(ask(answering(() => Promise.reject(failure)))).rejects.toBe(failure);
  });

  it("ends with the run, also in the middle of a tool", async () => {
    const controller = new AbortController();
    const waits = tool({ name: "waits", run: () => new Promise(() => controller.abort()) });
    const waiting = react("question -> answer", { tools: [waits] });
    const running = run(waiting, { question: "q" }, turns(turn("waits")), { signal: controller.signal });
    await expect(running).rejects.toMatchObject({ code: "PROGRAM_ABORTED" });
  });

  it("writes what was done as the run's adapter writes inputs", async () => {
    const ports = answering((request) =>
      promptOf(request).includes("<reasoning>")
        ? "<reasoning>r</reasoning><answer><item>a</item></answer>"
        : `<next_thought>t</next_thought><next_tool_name>${promptOf(request).includes("<thought_0>") ? "finish" : "titles"}</next_tool_name><next_tool_args><author>J</author></next_tool_args>`,
    );
    await ask(ports, { adapter: xmlAdapter });
    expect(promptOf(ports.requests[1])).toContain("<tool_name_0>\ntitles\n</tool_name_0>");
  });

  it("keeps DSPy's parameter paths, and is saved with the names of its tools", () => {
    expect(Object.keys(programState(agent))).toEqual(["react", "extract.predict"]);
    expect(savedProgramInfo(savedProgramText(agent)).toolNames).toEqual(["titles"]);
  });

  it("refuses two tools of one name, and one that is named as its own", () => {
    const finish = tool({ name: "finish", run: () => 1 });
    for (const tools of [[titles, titles], [finish]]) {
      expect(() => react("q -> a", { tools })).toThrow(expect.objectContaining({ code: "PROGRAM_TOOL_INVALID" }));
    }
    expect(() => react("q -> a", { tools: [], maxIterations: 0 })).toThrow(
      expect.objectContaining({ code: "PROGRAM_MODULE_INVALID" }),
    );
    // @ts-expect-error: tools are made by `tool`.
    expect(() => react("q -> a", { tools: [() => 1] })).toThrow();
    // @ts-expect-error: a misspelt type.
    expect(() => react("q: strr -> a", { tools: [] })).toThrow();
  });

  it("is open to inspection: its machine tells every move", async () => {
    const states: unknown[] = [];
    const inspected = react("question -> answer: list[str]", {
      tools: [titles],
      inspect: (event) => {
        if (event.type === "@xstate.snapshot") states.push(Object(event).snapshot.value);
      },
    });
    await run(inspected, { question: "q" }, turns(turn("titles", { author: "Joyce" })));
    expect(states).toEqual(["deciding", "acting", "deciding", "acting", "extracting", "done"]);
  });
});

describe("reactMachine", () => {
  it("is handed out as it runs", () => expect(handedOut).toBe(reactMachine));

  it("goes from deciding to acting and back until the turns are used up", () => {
    const actor = createActor(reactMachine, { input: { maxIterations: 2 } }).start();
    const seen = () => actor.getSnapshot().value;
    const decided = { type: "decided", thought: "t", toolName: "x", toolArgs: {} } as const;
    actor.send(decided);
    expect(seen()).toBe("acting");
    actor.send({ type: "observed", observation: 1 });
    expect(seen()).toBe("deciding");
    actor.send({ type: "unreadable", thought: "", toolName: "", toolArgs: {}, observation: "?" });
    expect(seen()).toBe("extracting");
    actor.send({ type: "extracted" });
    expect(actor.getSnapshot().status).toBe("done");
    expect(actor.getSnapshot().context.steps.map(({ observation }) => observation)).toEqual([1, "?"]);
  });
});
