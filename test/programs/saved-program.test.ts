import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SavedNested } from "../../cli/parity/saved.ts";
import {
  chatAdapter,
  demoValues,
  example,
  float,
  Module,
  type Predict,
  predict,
  program,
  programState,
  savedProgramInfo,
  savedProgramText,
  signature,
  tool,
  withPredictors,
  withSavedProgram,
} from "../../programs/index.ts";
import { problem } from "./load-problem.ts";
import { Hinted } from "./scripted-program.ts";

const fixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../fixtures/dspy-3.3.1/${name}.json`, import.meta.url)), "utf8");

const METADATA = { dependency_versions: { python: "3.11", dspy: "3.3.1", cloudpickle: "2.1" } };

describe("savedProgramText", () => {
  it("writes a bare predictor as DSPy does, byte for byte", () => {
    const text = savedProgramText(predict("question -> answer"), { format: "dspy", metadata: METADATA });
    expect(text).toBe(fixture("saved_predict"));
  });

  it("writes again what Python wrote, but for a model's address and what is no predictor", () => {
    const dropped: string[] = [];
    const file = fixture("saved_program");
    const loaded = withSavedProgram(new SavedNested(), file, { warn: (message) => dropped.push(message) });
    const text = savedProgramText(loaded, { format: "dspy", metadata: METADATA });
    const flex = /^ {2}"fl": \{\n(?: {4}.*\n)+ {2}\},\n/m;
    expect(text).toBe(file.replace(/ +"api_base": .*\n/, "").replace(flex, ""));
    expect(dropped).toEqual(["`parts[0]`: api_base of the saved model openai/gpt-4o-mini are passed over."]);
  });

  it("is the same after any number of rounds", () => {
    const first = savedProgramText(withSavedProgram(new SavedNested(), fixture("saved_program")));
    const second = savedProgramText(withSavedProgram(new SavedNested(), first));
    const third = savedProgramText(withSavedProgram(new SavedNested(), second));
    expect(second).toBe(first);
    expect(third).toBe(first);
  });

  it("keeps every JSON value of a demonstration, floats apart from ints", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    const text = fc.string({ unit: "binary" });
    // Python's writer takes no ints beyond 64 bits; they become texts.
    const small = (_key: string, value: unknown): unknown =>
      typeof value === "number" && Math.abs(value) > 1e15 ? value % 1e6 : value;
    const any64 = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value), small));
    fc.assert(
      fc.property(any64, text, fc.integer(), finite, (any, words, int, number) => {
        const demo = { any, words, int, number, mixed: [float(1), 1, 0.5, { b: 1, "10": 2, "9": 3 }] };
        const made = predict("any: Any, words, int: int -> number: float, mixed: Any", { demos: [demo] });
        const first = savedProgramText(made);
        const loaded = withSavedProgram(made.withDemos([]), first);
        expect(savedProgramText(loaded)).toBe(first);
        expect(demoPrompt(loaded)).toBe(demoPrompt(made));
      }),
      { numRuns: 100 },
    );
  });

  it("writes what a field's type says: a float as one, a moment in ISO form, a set as a list", () => {
    const demo = example({ when: new Date("2024-01-02T03:04:05Z"), tags: new Set(["a"]), score: 1 });
    const text = savedProgramText(predict("when: datetime, tags: set[str] -> score: float", { demos: [demo] }));
    const written = [
      '"when": "2024-01-02T03:04:05Z",',
      '      "tags": [',
      '        "a"',
      "      ],",
      '      "score": 1.0',
    ].join("\n");
    expect(text).toContain(written);
  });

  it("keeps sampling options and rollout ids", () => {
    const made = predict("a -> b", { config: { topP: 0.5, extra: { x: 1 } }, rolloutId: 3 });
    const loaded = withSavedProgram(predict("a -> b"), savedProgramText(made));
    expect(loaded.config).toEqual({ topP: 0.5, extra: { x: 1 } });
    expect(loaded.rolloutId).toBe(3);
  });

  it("refuses a predictor whose name the file needs", () => {
    const made = program({ metadata: predict("a -> b") }, ({ a }: { a: string }, steps) => steps.metadata({ a }));
    expect(() => savedProgramText(made)).toThrow(expect.objectContaining({ code: "PROGRAM_STATE_INVALID" }));
  });
});

describe("withSavedProgram", () => {
  it("takes how a saved model was sampled for options under the predictor's own", () => {
    const { parts } = withSavedProgram(new SavedNested(), fixture("saved_program"));
    expect(parts[0]).toMatchObject({ config: { temperature: 0.3, maxTokens: 50, topP: 0.5 }, rolloutId: 4 });
    expect(programState(parts[0] as Module)["self"]?.lm).toMatchObject({ model: "openai/gpt-4o-mini", top_p: 0.5 });
  });

  it("finds fields by name where they stand in another order, in our files and in Python's", () => {
    const before = signature("question, context -> answer").withUpdatedFields("context", { desc: "passages" });
    const reordered = predict("context, question -> answer");
    for (const format of ["dspex", "dspy"] as const) {
      const { signature: loaded } = withSavedProgram(reordered, savedProgramText(predict(before), { format }));
      expect(loaded.inputs.map(({ name, desc }) => [name, desc])).toEqual([
        ["context", "passages"],
        ["question", "$".concat("{question}")],
      ]);
    }
  });

  it("refuses fields that were renamed or have another type", () => {
    const text = savedProgramText(predict("question -> answer"));
    expect(problem(text, predict("query -> answer") as Module)).toMatchObject({
      code: "PROGRAM_STATE_INVALID",
      message: expect.stringContaining("has the field `query`; the file was saved with `question`, `answer`"),
    });
    expect(problem(text, predict("question -> answer: int") as Module)).toMatchObject({
      code: "PROGRAM_STATE_INVALID",
      message: expect.stringContaining("`answer` is int; the file was saved with str"),
    });
  });

  it("wants the tools that the saved program had, by name", () => {
    const search = tool({ name: "search", run: () => "found" });
    class WithTools extends Module {
      readonly tools: readonly unknown[];
      readonly step = predict("a -> b");
      constructor(...tools: readonly unknown[]) {
        super();
        this.tools = tools;
      }
      override forward(): object {
        return {};
      }
    }
    const text = savedProgramText(new WithTools(search));
    expect(savedProgramInfo(text)).toMatchObject({ programName: "WithTools", toolNames: ["search"] });
    expect(withSavedProgram(new WithTools(search), text).tools).toEqual([search]);
    expect(problem(text, new WithTools(tool({ name: "serach", run: () => "found" })))).toMatchObject({
      code: "PROGRAM_TOOL_MISSING",
      details: { toolName: "search", nearest: "serach" },
    });
  });

  const entry = (change: object): string =>
    JSON.stringify({ ...JSON.parse(savedProgramText(predict("a -> b"), { format: "dspy" })), ...change });
  const section = (change: object): string =>
    entry({ dspex: { version: 1, program: "Predict", predictors: {}, ...change } });
  /** With a number that JavaScript holds as a bigint, in place of each 7. */
  const huge = (lm: object): string => entry({ lm }).replaceAll("7", "99999999999999999999");

  it.each([
    ["", "PROGRAM_FILE_INVALID", "no JSON"],
    ["{", "PROGRAM_FILE_INVALID", "no JSON"],
    ["[]", "PROGRAM_FILE_INVALID", "no object"],
    ["\ufffd\u0005\u0095", "PROGRAM_FILE_INVALID", "a pickle can run code"],
    [`${"[".repeat(600)}${"]".repeat(600)}`, "PROGRAM_FILE_INVALID", "nested more than 500 deep"],
    ["{}", "PROGRAM_STATE_INVALID", "there is no entry for it"],
    ['{"__proto__": {"signature": {}}}', "PROGRAM_STATE_INVALID", "there is no entry for it"],
    ['{"self": 3}', "PROGRAM_STATE_INVALID", "its entry is no object"],
    [entry({ demos: 3 }), "PROGRAM_STATE_INVALID", "`demos` is no list of objects"],
    [entry({ signature: {} }), "PROGRAM_STATE_INVALID", "`signature` with `instructions`"],
    [entry({ signature: { instructions: "x", fields: [] } }), "PROGRAM_STATE_INVALID", "it has 0 fields"],
    [entry({ extended_signature: {} }), "PROGRAM_STATE_INVALID", "DSPy 2.5 or older"],
    [entry({ lm: 3 }), "PROGRAM_STATE_INVALID", "neither null nor an object"],
    [entry({ lm: {} }), "PROGRAM_STATE_INVALID", "does not say its `model`"],
    [entry({ lm: { model: "x", _dspy_lm_class: "os.system" } }), "PROGRAM_STATE_INVALID", "which is not known here"],
    [section({ version: 2 }), "PROGRAM_STATE_INVALID", "Update dspex"],
    [section({ version: "1" }), "PROGRAM_STATE_INVALID", "its version is"],
    [
      section({ version: 7 }).replace('"version":7', '"version":99999999999999999999'),
      "PROGRAM_STATE_INVALID",
      "the number 9",
    ],
    [huge({ _dspy_lm_class: 7 }), "PROGRAM_STATE_INVALID", "the number 9"],
    [huge({ model: "a/b", temperature: [7] }), "PROGRAM_STATE_INVALID", "`lm.temperature`"],
    [section({ program: 1 }), "PROGRAM_STATE_INVALID", "`program` is no text"],
    [section({ predictors: [] }), "PROGRAM_STATE_INVALID", "`predictors` is no object"],
    [section({ tools: "x" }), "PROGRAM_STATE_INVALID", "`tools` is no list"],
    [section({ predictors: { self: 1 } }), "PROGRAM_STATE_INVALID", "is no object"],
    [section({ predictors: { self: {} } }), "PROGRAM_STATE_INVALID", "`fields`"],
    [section({ predictors: { self: { fields: [{ name: "a" }] } } }), "PROGRAM_STATE_INVALID", "`name` and `type`"],
  ])("refuses file %#", (text, code, words) => {
    expect(problem(text)).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it("leaves the program as it was where the file does not fit", () => {
    const original = new Hinted();
    const before = savedProgramText(original);
    const broken = JSON.parse(savedProgramText(withPredictors(original, (_, each) => each.withInstructions("New."))));
    delete broken["byName['k']"];
    expect(problem(JSON.stringify(broken), original)).toMatchObject({ details: { path: "byName['k']" } });
    expect(savedProgramText(original)).toBe(before);
  });
});

/** How its demonstrations read. Files are UTF-8, where a lone surrogate becomes U+FFFD. */
function demoPrompt({ signature: own, demos }: Predict): string {
  return JSON.stringify(chatAdapter.prepare(own, demos.map(demoValues), undefined).format({})).replaceAll(
    /\\ud[89a-f][0-9a-f]{2}/gi,
    "\ufffd",
  );
}
