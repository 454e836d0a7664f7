import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bootstrapFewShot,
  createRuntime,
  dataset,
  type Example,
  enumOf,
  example,
  model,
  type Optimizer,
  type Predict,
  predict,
  python,
  pythonOptimizer,
  type Runtime,
  type Signature,
  signature,
} from "../../index.ts";
import { executeProgram, type LmRequest, type Module, prepareProgram } from "../../programs/index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";

const OWN = {
  types: {
    Urgency: enumOf(["low", "high"]),
    Person: model(
      {
        name: { type: "str", desc: "as in the register" },
        tags: { type: "list[str]", default: [] },
        born: { type: "date" },
      },
      { doc: "A customer." },
    ),
    Tree: model({ name: "str", children: "list[Tree]" }),
  },
};
const ADA = '{"name": "Ada", "born": "1815-12-10"}';
const IMAGE = { url: "https://example.org/b.png" };

type Case = readonly [signature: Signature | string, inputs: object, answer: string];

const CASES: readonly Case[] = [
  ["q -> m: date", { q: "a" }, "2024-01-01"],
  ["q -> m: datetime", { q: "a" }, "2024-01-01T00:00:00Z"],
  ["q -> m: time", { q: "a" }, "10:00:00"],
  ["q -> m: timedelta", { q: "a" }, "PT1H"],
  ["q -> m: Optional[date]", { q: "a" }, "2024-01-01"],
  ["q: date -> m", { q: "2024-01-01" }, "y"],
  ["q: date -> m", { q: new Date("2024-01-01T05:00:00Z") }, "y"],
  ["q: datetime -> m", { q: new Date(0) }, "y"],
  ["q: time, d: timedelta -> m", { q: "10:00:00", d: "PT1H" }, "y"],
  ["q -> m: bytes", { q: "a" }, "ab"],
  ["q: bytes -> m", { q: new Uint8Array([65]) }, "y"],
  ["q: bytes -> m", { q: "text" }, "y"],
  ["q -> m: tuple[int, str]", { q: "a" }, '[1, "a"]'],
  ["q -> m: tuple[int, ...]", { q: "a" }, "[1, 2]"],
  ["q -> m: set[int]", { q: "a" }, "[1, 2, 2]"],
  ["q -> m: frozenset[str]", { q: "a" }, '["a"]'],
  ["q: set[int] -> m", { q: new Set([1]) }, "y"],
  ["q: tuple[int, str] -> m", { q: [1, "a"] }, "y"],
  ["q -> m: dict[str, float]", { q: "a" }, '{"a": 1}'],
  ["q: list[float], r: dict[str, float] -> m", { q: [1, 2.5], r: { a: 1 } }, "y"],
  ["q -> m: Code", { q: "a" }, "```python\nx\n```"],
  ["q -> m: Code['typescript']", { q: "a" }, "```typescript\nx\n```"],
  ["q: Code['typescript'] -> m", { q: "let x" }, "y"],
  ["q: Image -> m", { q: IMAGE }, "y"],
  ["q: list[Image] -> m", { q: [IMAGE, IMAGE] }, "y"],
  ["q: Audio -> m", { q: { data: "AAAA", audio_format: "wav" } }, "y"],
  ["q: File -> m", { q: { file_data: "data:text/plain;base64,AAAA", filename: "a.txt" } }, "y"],
  ["h: History, q -> m", { h: { messages: [{ q: "hi", m: "ho" }] }, q: "x" }, "y"],
  [signature("q -> m: Urgency", OWN), { q: "a" }, "high"],
  [signature("q: Urgency -> m", OWN), { q: "low" }, "y"],
  [signature("q -> m: Person", OWN), { q: "a" }, ADA],
  [signature("q -> m: Optional[Person]", OWN), { q: "a" }, ADA],
  [signature("q: Person -> m", OWN), { q: { name: "Ada", born: "1815-12-10" } }, "y"],
  [signature("q -> m: list[Person]", OWN), { q: "a" }, `[${ADA}]`],
  [signature("q -> m: Tree", OWN), { q: "a" }, '{"name": "a", "children": [{"name": "b", "children": []}]}'],
];

/** Data sets are JSON: there are no bytes and no Sets in them. */
const IN_DATASETS = CASES.filter(
  ([, inputs]) => !Object.values(inputs).some((value) => value instanceof Set || value instanceof Uint8Array),
);

const demosOf = (program: Module) => prepareProgram(program).predictors.flatMap(({ predictor }) => predictor.demos);

describe("types of a signature that Python runs", () => {
  let runtime: Runtime;
  let text = "";
  let asked: readonly unknown[] = [];
  beforeAll(async () => {
    bringDspy();
    runtime = await createRuntime({
      lm: scriptedLm((request) => {
        asked = request.messages;
        return text;
      }),
      cache: "off",
      python: { interpreter, pools: { general: { size: 1 } } },
    });
  });
  afterAll(() => runtime.stop());
  const run = async (module: Module, inputs: object) => {
    await using handle = await runtime.spawnProgram(module);
    return await handle.run(inputs, { timeoutMs: 120_000 });
  };

  it.each(CASES)("%s: is asked for and read as by the native module", async (like, inputs, answer) => {
    const typed = typeof like === "string" ? signature(like) : like;
    text = `[[ ## m ## ]]\n${answer}\n\n[[ ## completed ## ]]`;
    const outputs = await run(python("dspy.Predict", typed), inputs);
    expect(outputs).toEqual(await run(predict(typed), inputs));
    await run(python("dspy.Predict", typed), inputs);
    const native: LmRequest[] = [];
    const lm = async (request: LmRequest) => {
      native.push(request);
      return { completions: [{ text }], model: "m" };
    };
    await executeProgram(prepareProgram(predict(typed)), inputs, { lm }, { settings: { compat: "dspy-3.3.1" } });
    expect(asked).toEqual(native[0]?.messages);
  });

  it.each(IN_DATASETS)(
    "%s: may be a program that an optimizer of Python's learns for",
    async (like, inputs, answer) => {
      const typed = typeof like === "string" ? signature(like) : like;
      text = `[[ ## m ## ]]\n${answer}\n\n[[ ## completed ## ]]`;
      const found = async (optimizer: Optimizer) => {
        const row: Example = example({ ...inputs });
        const trainset = dataset([row.withInputs(...Object.keys(inputs))]);
        const student: Predict = predict(typed);
        const { best } = await runtime.optimize(student, { optimizer, trainset, metric: () => true });
        expect(JSON.stringify(demosOf(best))).not.toContain("<<");
        return best;
      };
      const counts = { maxBootstrappedDemos: 1, maxLabeledDemos: 0 };
      const theirs = { max_bootstrapped_demos: 1, max_labeled_demos: 0 };
      const best = await found(pythonOptimizer("dspy.BootstrapFewShot", theirs));
      expect(demosOf(best)).toHaveLength(1);
      await run(best, inputs);
      const shown = asked;
      await run(await found(bootstrapFewShot(counts)), inputs);
      expect(shown).toEqual(asked);
    },
  );

  it("are held on the way back: what is no value of its type fails, and says why", async () => {
    text = "[[ ## m ## ]]\n100000000000000000\n\n[[ ## completed ## ]]";
    await expect(run(python("dspy.Predict", "q -> m: int"), { q: "a" })).rejects.toMatchObject({
      code: "PROGRAM_REMOTE_INVALID",
      message: expect.stringContaining("ask for it as str"),
    });
    expect(await run(python("dspy.Predict", "q -> m: str"), { q: "a" })).toEqual({ m: "100000000000000000" });
  });
});
