import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  chainOfThought,
  createRuntime,
  hydratePython,
  loadProgram,
  type Module,
  program,
  python,
  pythonRetriever,
  type Runtime,
  react,
  type StreamPart,
  saveProgram,
  tool,
} from "../../index.ts";
import type { LmRequest } from "../../programs/index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { askDspy, bringDspy, python as interpreter } from "./python-dspy.ts";
import { HANDLERS } from "./python-worker.ts";

const COT = "[[ ## reasoning ## ]]\nIt is so.\n\n[[ ## answer ## ]]\n42\n\n[[ ## completed ## ]]";
const folder = mkdtempSync(join(tmpdir(), "dspex-python-state-"));

describe("python programs, streamed, saved, with tools and retrievers", () => {
  const calls: LmRequest[] = [];
  let answers: (request: LmRequest) => string = () => COT;
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    runtime = await createRuntime({
      lm: scriptedLm((request) => {
        calls.push(request);
        const text = answers(request);
        return { text, chunks: text.match(/[\s\S]{1,7}/g) ?? [] };
      }),
      store: join(folder, "store"),
      python: {
        interpreter,
        pools: { general: { size: 1, paths: [HANDLERS], modules: ["programs", "retrievers", "bridge_handlers"] } },
      },
    });
  });
  afterAll(async () => {
    await runtime.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const run = async <Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    inputs: Inputs,
  ) => {
    await using handle = await runtime.spawnProgram(module);
    return await handle.run(inputs, { timeoutMs: 120_000 });
  };
  const partsOf = async <Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    inputs: Inputs,
    fields?: readonly string[],
  ) => {
    await using handle = await runtime.spawnProgram(module);
    const parts: StreamPart[] = [];
    for await (const part of handle.stream(inputs, fields === undefined ? {} : { fields })) parts.push(part);
    return parts;
  };
  const textOf = (parts: readonly StreamPart[], field: string): string =>
    parts.map((part) => (part.type === "field-delta" && part.field === field ? part.text : "")).join("");

  it("stream their fields while the model answers, as native programs do", async () => {
    const question = { question: "streamed?" };
    const ours = await partsOf(chainOfThought("question -> answer: int"), question);
    const theirs = await partsOf(python("dspy.ChainOfThought", "question -> answer: int"), { question: "streamed!" });
    expect(theirs.map(({ type }) => type)).toEqual(ours.map(({ type }) => type));
    expect(theirs.slice(0, -1)).toEqual(ours.slice(0, -1));
    expect(theirs.at(-1)).toMatchObject({ type: "prediction", prediction: { answer: 42, reasoning: "It is so." } });
  });

  it("stream the predictors of a team's own class under their paths, inside a native program", async () => {
    answers = ({ messages }) =>
      /\[\[ ## draft ## \]\]\nA draft/.test(String(messages.at(-1)?.content))
        ? "[[ ## reasoning ## ]]\nWhy.\n\n[[ ## answer ## ]]\nyes\n\n[[ ## score ## ]]\n0.5\n\n[[ ## completed ## ]]"
        : "[[ ## draft ## ]]\nA draft.\n\n[[ ## completed ## ]]";
    const pair = python("Pair", "question -> answer, score: float", { args: ["polite"] });
    const both = program({ pair }, async ({ question }: { question: string }, { pair: step }) => step({ question }));
    const parts = await partsOf(both, { question: "pair" });
    const told = parts.flatMap((part) =>
      part.type === "field-complete" ? [[part.path, part.field, part.value] as const] : [],
    );
    expect(told).toEqual([
      ["pair.draft", "draft", "A draft."],
      ["pair.steps[0].predict", "reasoning", "Why."],
      ["pair.steps[0].predict", "answer", "yes"],
      ["pair.steps[0].predict", "score", 0.5],
    ]);
    expect(parts.at(-1)).toMatchObject({ prediction: { answer: "polite yes", score: 0.5 } });
    const wanted = await partsOf(both, { question: "pair again" }, ["draft"]);
    expect(textOf(wanted, "draft")).toBe("A draft.");
    expect(textOf(wanted, "answer")).toBe("");
  });

  it("begin a field anew where DSPy asks again in another format", async () => {
    let turn = 0;
    answers = () => {
      turn += 1;
      return turn === 1 ? "[[ ## answer ## ]]\nmany\n\n[[ ## completed ## ]]" : '{"answer": 42}';
    };
    const parts = await partsOf(python("dspy.Predict", "question -> answer: int"), { question: "again" });
    expect(parts.at(-1)).toMatchObject({ prediction: { answer: 42 } });
    expect(parts.map(({ type }) => type)).toEqual(expect.arrayContaining(["field-invalid", "restarted"]));
    expect(parts.findLast(({ type }) => type === "field-complete")).toMatchObject({ field: "answer", value: 42 });
  });

  it("save what real DSPy loads, and load what real DSPy saves", async () => {
    answers = () => COT;
    const file = join(folder, "cot.json");
    const module = python("dspy.ChainOfThought", "question -> answer: int", { instructions: "Count." });
    await expect(saveProgram(module, file, { format: "dspy" })).rejects.toMatchObject({
      code: "PROGRAM_STATE_INVALID",
      message: expect.stringContaining("runtime.python.withState"),
    });
    await saveProgram(await runtime.python.withState(module), file, { format: "dspy" });
    // saved_states.py loads the file with DSPy, adds a demonstration, and saves it again.
    const { same, saved } = askDspy("saved_states.py", { file, signature: "question -> answer: int" }) as {
      same: boolean;
      saved: string;
    };
    expect(same).toBe(true);
    calls.length = 0;
    const loaded = await loadProgram(module, saved);
    expect(await run(loaded, { question: "loaded" })).toMatchObject({ answer: 42 });
    expect(JSON.stringify(calls[0]?.messages)).toContain("a demonstration");
    // How the saved model was sampled holds; the model itself is the runtime's.
    expect(calls[0]?.options).toMatchObject({ temperature: 0.25 });
  });

  it("stand in a native program's file under their paths, float for float", async () => {
    const make = () =>
      program(
        {
          think: python("Pair", "question -> answer, score: float", { args: ["dry"] }),
          check: chainOfThought("a -> b"),
        },
        async ({ question }: { question: string }, { think }) => think({ question }),
      );
    const file = join(folder, "both.json");
    const program_ = await runtime.python.withState(make());
    await saveProgram(program_, file);
    expect(Object.keys(JSON.parse(readFileSync(file, "utf8")))).toEqual(
      expect.arrayContaining(["think.draft", "think.steps[0].predict", "check.predict", "metadata", "dspex"]),
    );
    const again = join(folder, "again.json");
    await saveProgram(await loadProgram(make(), file), again);
    expect(readFileSync(again, "utf8")).toBe(readFileSync(file, "utf8"));
  });

  it("are hydrated from class, constructor's arguments and state alone", async () => {
    answers = ({ messages }) =>
      /\[\[ ## draft ## \]\]\nA sketch/.test(String(messages.at(-1)?.content))
        ? "[[ ## reasoning ## ]]\nWhy.\n\n[[ ## answer ## ]]\nyes\n\n[[ ## score ## ]]\n1\n\n[[ ## completed ## ]]"
        : "[[ ## draft ## ]]\nA sketch.\n\n[[ ## completed ## ]]";
    const file = join(folder, "pair.json");
    const made = python("programs.Pair", "question -> answer, score: float", {
      args: ["warm"],
      arguments: { most: 5 },
    });
    await saveProgram(await runtime.python.withState(made), file);
    const hydrated = hydratePython(readFileSync(file, "utf8"));
    expect(await run(hydrated, { question: "hydrated" })).toMatchObject({ answer: "warm yes", score: 1 });
    const { programId } = await runtime.programs.save(await runtime.python.withState(made));
    const record = await runtime.programs.get(programId);
    expect(await run(hydratePython(record?.file ?? ""), { question: "from the record" })).toMatchObject({ score: 1 });
  });

  it("refuse a state that does not fit", async () => {
    const state = {
      draft: { traces: [], train: [], demos: [], signature: { instructions: "", fields: [] }, lm: null },
    };
    const misfit = python("Pair", "question -> answer, score: float", { args: ["x"], state });
    await expect(run(misfit, { question: "x" })).rejects.toMatchObject({ code: "BRIDGE_STATE_INVALID" });
    const other = python("dspy.Predict", "question -> answer", { state });
    await expect(run(other, { question: "x" })).rejects.toMatchObject({
      code: "BRIDGE_STATE_INVALID",
      message: expect.stringContaining("there is no entry"),
    });
  });

  it("call tools of this side, recorded like a native agent's", async () => {
    const seen: unknown[] = [];
    const lookup = tool({
      name: "lookup",
      description: "Looks a word up.",
      parameters: { word: "str" },
      run: ({ word }) => {
        seen.push(word);
        return `${word}: a river`;
      },
    });
    let turn = 0;
    answers = () => {
      turn += 1;
      if (turn === 1)
        return '[[ ## next_thought ## ]]\nLook.\n\n[[ ## next_tool_name ## ]]\nlookup\n\n[[ ## next_tool_args ## ]]\n{"word": "Po"}\n\n[[ ## completed ## ]]';
      if (turn === 2)
        return "[[ ## next_thought ## ]]\nDone.\n\n[[ ## next_tool_name ## ]]\nfinish\n\n[[ ## next_tool_args ## ]]\n{}\n\n[[ ## completed ## ]]";
      return COT;
    };
    const agent = python("dspy.ReAct", "question -> answer", { tools: [lookup], arguments: { max_iters: 3 } });
    const prediction = await run(agent, { question: "What is the Po?" });
    expect(prediction.answer).toBe("42");
    expect(seen).toEqual(["Po"]);
    expect(JSON.stringify(prediction)).toContain("Po: a river");
  });

  it.each([
    ["notes", 1, { passages: ["The printer is on the second floor."], indices: [0] }],
    ["scored", 1, { passages: ["The printer is on the second floor."], indices: [0], scores: [expect.any(Number)] }],
    ["by-length", 1, { passages: ["The coffee machine needs water."] }],
    ["rows", 2, { passages: [expect.any(String), expect.any(String)], scores: [1, 0.5] }],
    ["retrieve", 2, { passages: [expect.any(String), expect.any(String)] }],
  ])("retrieve by %s", async (name, k, expected) => {
    expect(await run(pythonRetriever(name, { k }), { query: "Where is the printer?" })).toEqual(expected);
  });

  it("make a retriever once, and take another k from a query", async () => {
    await run(pythonRetriever("notes"), { query: "coffee" });
    expect(await runtime.python.call("times-made")).toBe(1);
    expect((await run(pythonRetriever("by-length"), { query: "x", k: 2 })).passages).toHaveLength(2);
  });

  it.each([
    ["notse", 1, { code: "BRIDGE_RETRIEVER_UNKNOWN", message: expect.stringContaining("Did you mean 'notes'") }],
    ["notes", 3, { code: "BRIDGE_RETRIEVER_INVALID", message: expect.stringContaining("made to find 2") }],
    ["notes", 0, { code: "BRIDGE_RETRIEVER_INVALID" }],
    ["broken", 1, { code: "BRIDGE_RETRIEVER_INVALID", message: expect.stringContaining("answered a int") }],
  ])("refuse the retriever %s with k = %i", async (name, k, error) => {
    await expect(run(pythonRetriever(name, { k }), { query: "x" })).rejects.toMatchObject(error);
  });

  it("give native agents retrievers and handlers as tools", async () => {
    let turn = 0;
    const asked: string[] = [];
    answers = ({ messages }) => {
      asked.push(String(messages.at(-1)?.content));
      turn += 1;
      const call = (name: string, args: object) =>
        `[[ ## next_thought ## ]]\nSo.\n\n[[ ## next_tool_name ## ]]\n${name}\n\n[[ ## next_tool_args ## ]]\n${JSON.stringify(args)}\n\n[[ ## completed ## ]]`;
      if (turn === 1) return call("notes", { query: "printer" });
      if (turn === 2) return call("shout", { value: "so" });
      return turn === 3 ? call("finish", {}) : COT;
    };
    const notes = runtime.python.retrieverTool({ name: "notes", k: 1 });
    const shout = runtime.python.tool({ name: "shout", handler: "echo", parameters: { value: "str" } });
    const agent = react("question -> answer", { tools: [notes, shout] });
    expect((await run(agent, { question: "Where?" })).answer).toBe("42");
    expect(asked.join()).toContain("The printer is on the second floor.");
  });
});
