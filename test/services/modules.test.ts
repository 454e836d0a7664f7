import { beforeAll, describe, expect, it } from "vitest";
import {
  type Adapter,
  BestOfN,
  ChainOfThought,
  chatAdapter,
  example,
  executeProgram,
  jsonAdapter,
  knn,
  type LmCompletion,
  type LmPort,
  type Module,
  MultiChainComparison,
  majority,
  Predict,
  type ProgramSettings,
  prepareProgram,
  programState,
  ReAct,
  ReActV2,
  Refine,
  type Signature,
  signature,
  tool,
  withNativeTools,
  xmlAdapter,
} from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { type CaseTool, MODULE_CASES, type ModuleCase } from "./module-cases.ts";
import { askDspy, bringDspy } from "./python-dspy.ts";

const ADAPTERS: Readonly<Record<string, Adapter>> = { chat: chatAdapter, json: jsonAdapter, xml: xmlAdapter };
const KNN = {
  kind: "knn",
  k: 3,
  letters: "abc",
  asked: "abba",
  rows: ["ab", "cc", "baa", "b"].map((text) => ({ text })),
};
const VOTES = [
  ["Joyce", "the Yeats", "yeats."],
  ["b", "word", "a", "Word!", "b"],
  ["the", "!", "x"],
];

interface Answer {
  readonly requests: readonly { readonly messages: readonly object[]; readonly kwargs: object }[];
  readonly outputs: object;
  readonly left: number;
  readonly state: object;
  readonly found: unknown;
}

function toolOf({ name, desc, args, returns }: CaseTool) {
  const required = Object.keys(args).filter((key) => args[key]?.["default"] === undefined);
  return tool({
    name,
    description: desc,
    jsonSchema: { type: "object", properties: args, required },
    run: () => returns,
  });
}

function moduleOf({ kind, signature: text, tools = [], options = {}, rewards = {}, reasons }: ModuleCase): Module {
  // Of texts that no compiler has seen.
  const asked = signature(text as string) as unknown as Signature<object, object>;
  const { max_iters: maxIterations, M: m, temperature, N: n = 1, threshold = 1 } = options;
  const agent = { tools: tools.map(toolOf), ...(maxIterations === undefined ? {} : { maxIterations }) };
  const reward = (_: object, prediction: object) => rewards[String(Object(prediction).answer)] ?? Number.NaN;
  const inner: Module = reasons === true ? new ChainOfThought(asked) : new Predict(asked);
  switch (kind) {
    case "react":
      return new ReAct(asked, agent);
    case "reactV2":
      return new ReActV2(asked, agent);
    case "multiChainComparison":
      return new MultiChainComparison(asked, { m: m ?? 3, temperature: temperature ?? 0.7 });
    case "bestOfN":
      return new BestOfN(inner, { n, threshold, reward });
    case "refine":
      return new Refine(inner, { n, threshold, reward, programCode: "CODE", rewardCode: "REWARD" });
  }
}

async function ours(each: ModuleCase) {
  const requests: object[] = [];
  const replies = [...each.replies];
  const lm: LmPort = async ({ messages, options, rolloutId }) => {
    const { temperature, extra } = options;
    const kwargs = { temperature, rollout_id: rolloutId, tool_choice: extra?.["tool_choice"] };
    requests.push(JSON.parse(JSON.stringify({ messages, kwargs })));
    const reply = replies.shift() ?? "";
    if (typeof reply === "object" && "too_long" in reply) throw new BaseError("LM_CONTEXT_EXCEEDED", "too long");
    const completion: LmCompletion =
      typeof reply === "string" ? { text: reply } : { text: null, toolCalls: reply.tool_calls };
    return { model: "scripted", completions: [completion] };
  };
  const adapter = ADAPTERS[each.adapter ?? "chat"] ?? chatAdapter;
  const settings: ProgramSettings = {
    compat: "dspy-3.3.1",
    adapter: each.native === true ? withNativeTools(adapter) : adapter,
    lmCapabilities: { functionCalling: each.native === true },
  };
  const prediction = await executeProgram(prepareProgram(moduleOf(each)), each.inputs, { lm }, { settings });
  const { history: _, ...outputs } = { history: undefined, ...prediction };
  return { requests, outputs, left: replies.length };
}

describe("modules beside the real DSPy 3.3.1", () => {
  let answers: readonly Answer[] = [];

  beforeAll(() => {
    bringDspy();
    const votes = VOTES.map((each) => ({ kind: "majority", answers: each }));
    answers = askDspy("module_cases.py", [...MODULE_CASES, KNN, ...votes]) as readonly Answer[];
  });

  it.each(MODULE_CASES.map((each, index) => [each.title, each, index] as const))(
    "ask and answer the same: %s",
    async (_title, each, index) => {
      const { requests, outputs, left } = await ours(each);
      const theirs = answers[index];
      expect(requests).toEqual(theirs?.requests);
      expect(outputs).toEqual(theirs?.outputs);
      expect(left).toBe(theirs?.left);
    },
  );

  it.each(MODULE_CASES.map((each, index) => [each.title, each, index] as const))(
    "have the same saved state: %s",
    (_title, each, index) => {
      expect(JSON.parse(JSON.stringify(programState(moduleOf(each))))).toEqual(answers[index]?.state);
    },
  );

  it("find the same neighbours", async () => {
    const { k, letters, asked, rows } = KNN;
    const examples = rows.map(({ text }) => example({ text }).withInputs("text"));
    const embed = (texts: readonly string[]) =>
      texts.map((text) => [...letters].map((letter) => text.split(letter).length - 1));
    const found = await knn({ k, examples, embed }).nearest({ text: asked });
    expect(found.map(({ fields }) => fields.text)).toEqual(answers[MODULE_CASES.length]?.found);
  });

  it("come to the same majority", () => {
    const found = VOTES.map((votes) => majority(votes.map((answer) => ({ answer }))).answer);
    expect(found).toEqual(answers.slice(MODULE_CASES.length + 1).map((answer) => answer.found));
  });
});
