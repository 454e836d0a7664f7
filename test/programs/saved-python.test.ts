import { describe, expect, it } from "vitest";
import {
  chainOfThought,
  float,
  hydratePython,
  type Module,
  type PythonModule,
  program,
  programHash,
  programState,
  programStateText,
  python,
  pythonRetriever,
  pythonStateText,
  savedProgramText,
  tool,
  withProgramState,
  withSavedProgram,
} from "../../programs/index.ts";
import type { JsonObject } from "../../runtime/base/index.ts";

const predictor = (instructions: string): JsonObject => ({
  traces: [],
  train: [],
  demos: [{ a: "x", b: 1 }],
  signature: { instructions, fields: [] },
  lm: null,
});
const two = { draft: predictor("d"), "steps[0].predict": predictor("s") };
const make = (state?: JsonObject) =>
  program(
    {
      think: python("Pair", "a -> b", { args: ["dry"], ...(state === undefined ? {} : { state }) }),
      check: chainOfThought("c -> d"),
    },
    async () => ({}),
  );
const problem = (into: Module, text: string): unknown => {
  try {
    return withSavedProgram(into, text);
  } catch (error) {
    return error;
  }
};

describe("a python program in a file", () => {
  it("has its predictors under its path, as DSPy would write them", () => {
    const file = JSON.parse(savedProgramText(make(two), { format: "dspy" }));
    expect(Object.keys(file)).toEqual(["check.predict", "think.draft", "think.steps[0].predict", "metadata"]);
    expect(file["think.draft"]).toEqual(two.draft);
  });

  it("comes back with its state, whatever it had before", () => {
    const text = savedProgramText(make(two));
    expect(savedProgramText(withSavedProgram(make(), text))).toBe(text);
    expect(savedProgramText(withSavedProgram(make({ draft: predictor("other") }), text))).toBe(text);
  });

  it("is one predictor under its path, or at the top where it is the program", () => {
    const one = python("dspy.Predict", "a -> b", { state: predictor("p") });
    const inside = program({ one }, async () => ({}));
    expect(Object.keys(JSON.parse(savedProgramText(inside, { format: "dspy" })))).toEqual(["one", "metadata"]);
    const top = savedProgramText(one, { format: "dspy" });
    expect(JSON.parse(top)).toMatchObject(predictor("p"));
    expect(withSavedProgram(python("dspy.Predict", "a -> b"), top).options.state).toEqual(predictor("p"));
  });

  it("is refused in DSPy's format while Python alone knows its state, and in ours says how it is made", () => {
    expect(() => savedProgramText(make(), { format: "dspy" })).toThrow(
      expect.objectContaining({ code: "PROGRAM_STATE_INVALID", message: expect.stringContaining("withState") }),
    );
    const text = savedProgramText(make());
    expect(JSON.parse(text).dspex.python.think).toMatchObject({
      target: "Pair",
      args: ["dry"],
      signature: "a: str -> b: str",
    });
    expect(savedProgramText(withSavedProgram(make(), text))).toBe(text);
  });

  it.each([
    ["of another class", python("Other", "a -> b"), savedProgramText(python("Pair", "a -> b"))],
    ["without an entry", make(), savedProgramText(program({ check: chainOfThought("c -> d") }, async () => ({})))],
    ["whose section is damaged", make(), savedProgramText(make()).replace('"python": {', '"python": 1, "x": {')],
  ] as const)("is not loaded from a file %s", (_title, into, text) => {
    expect(problem(into as Module, text)).toMatchObject({ code: "PROGRAM_STATE_INVALID" });
  });

  it("is hydrated with class, arguments, signature, tools and state", () => {
    const add = tool({ name: "add", parameters: { a: "int" }, run: ({ a }) => a });
    const made = python("dspy.ReAct", "a -> b: int", {
      arguments: { max_iters: 3 },
      instructions: "Count.",
      tools: [add],
      state: two,
    });
    const text = savedProgramText(made);
    const hydrated = hydratePython(text, [add]);
    expect(savedProgramText(hydrated)).toBe(text);
    expect(hydrated.signature.instructions).toBe("Count.");
    expect(hydrated.options).toMatchObject({ arguments: { max_iters: 3 }, tools: [add], state: two });
    expect(() => hydratePython(text)).toThrow(expect.objectContaining({ code: "PROGRAM_TOOL_MISSING" }));
    expect(() => hydratePython(savedProgramText(chainOfThought("a -> b")))).toThrow(
      expect.objectContaining({ code: "PROGRAM_STATE_INVALID" }),
    );
  });

  it("keeps floats floats on the way to Python", () => {
    // What a file's reader marks as a float is one in the text as well.
    const state = { x: { temperature: float(1), k: 1 } } as unknown as JsonObject;
    expect(pythonStateText(state)).toContain('"temperature": 1.0');
    expect(pythonStateText(state)).toContain('"k": 1\n');
    const text = savedProgramText(python("Pair", "a -> b", { state: { one: predictor("p") } })).replace(
      '"b": 1',
      '"b": 1.0',
    );
    const loaded: PythonModule = withSavedProgram(python("Pair", "a -> b") as PythonModule, text);
    expect(pythonStateText(loaded.options.state ?? {})).toContain('"b": 1.0');
  });

  it("has its predictors in the program's state, which puts them back", () => {
    const state = programState(make(two));
    expect(Object.keys(state)).toEqual(["think.draft", "think.steps[0].predict", "check.predict"]);
    expect(state["think.draft"]).toEqual(two.draft);
    const other = make({ draft: predictor("other") });
    expect(programHash(withProgramState(other, JSON.parse(JSON.stringify(state))))).toBe(programHash(make(two)));
    const one = python("dspy.Predict", "a -> b");
    const taught = one.withState(predictor("p"));
    expect(programState(taught)).toEqual({ self: predictor("p") });
    expect(withProgramState(one, programState(taught)).options.state).toEqual(predictor("p"));
    expect(withSavedProgram(one, JSON.stringify(programState(taught))).options.state).toEqual(predictor("p"));
    expect(programState(python("Pair", "a -> b", { state: two }))).toEqual(two);
  });

  it("says in the program's state that it holds none, and refuses a state that says nothing of it", () => {
    expect(programState(make())).toMatchObject({ think: null });
    expect(programHash(withProgramState(make(), programState(make())))).toBe(programHash(make()));
    const { think, ...without } = programState(make());
    expect(think).toBeNull();
    for (const [into, state] of [
      [make(), without],
      [python("Pair", "a -> b"), {}],
    ] as const)
      expect(() => withProgramState(into as Module, state)).toThrow(
        expect.objectContaining({ code: "PROGRAM_STATE_INVALID", message: expect.stringContaining("no entry") }),
      );
  });

  it("has no parameters where it is a retriever", () => {
    const rag = program({ find: pythonRetriever("notes"), answer: chainOfThought("c -> d") }, async () => ({}));
    expect(Object.keys(programState(rag))).toEqual(["answer.predict"]);
    expect(programHash(withProgramState(rag, programState(rag)))).toBe(programHash(rag));
    const text = savedProgramText(rag, { format: "dspy" });
    expect(programHash(withSavedProgram(rag, text))).toBe(programHash(rag));
  });

  it("has a file in DSPy's format as soon as its state is known, each number as it was", () => {
    const state = { x: { ...predictor("p"), demos: [{ b: float(1) }] } } as unknown as JsonObject;
    const text = programStateText(make(state));
    expect(text).toBe(savedProgramText(make(state), { format: "dspy" }));
    expect(text).toContain('"b": 1.0');
    expect(programState(make(state))["think.x"]?.demos).toEqual([{ b: 1 }]);
    expect(programHash(withSavedProgram(make(), text))).toBe(programHash(make(state)));
    expect(programStateText(make())).toBe(savedProgramText(make()));
  });

  it("is another program where its state, arguments or tools are", () => {
    const plain = python("Pair", "a -> b");
    const hashes = [
      plain,
      python("Pair", "a -> b", { args: [] }),
      python("Pair", "a -> b", { state: two }),
      python("Pair", "a -> b", { tools: [tool({ name: "t", run: () => 1 })] }),
    ].map(programHash);
    expect(new Set(hashes).size).toBe(4);
    expect(programHash(plain.withState(two))).toBe(hashes[2]);
  });
});
