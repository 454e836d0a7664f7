// What DSPy's modules and ours are both asked: module, tools, scripted replies, inputs.
// Knows neither side's answers.
import type { JsonObject, JsonValue } from "../../runtime/base/index.ts";

/** A tool that answers always the same. */
export interface CaseTool {
  readonly name: string;
  readonly desc: string;
  readonly args: Readonly<Record<string, JsonObject>>;
  readonly returns: JsonValue;
}

/** One run of a module over scripted replies. */
export interface ModuleCase {
  readonly title: string;
  readonly kind: "react" | "reactV2" | "multiChainComparison" | "bestOfN" | "refine";
  readonly signature: string;
  readonly tools?: readonly CaseTool[];
  /** Python's names. */
  readonly options?: Readonly<Record<string, number>>;
  /** Whether what is refined reasons first. */
  readonly reasons?: boolean;
  readonly rewards?: Readonly<Record<string, number>>;
  readonly adapter?: "chat" | "json" | "xml";
  /** Whether the model calls tools by itself. */
  readonly native?: boolean;
  /** Texts, a provider's tool calls, or that the prompt is too long. */
  readonly replies: readonly (string | { readonly tool_calls: readonly JsonObject[] } | { readonly too_long: true })[];
  readonly inputs: JsonObject;
}

const search: CaseTool = {
  name: "search",
  desc: "Search the web.\n\n    With care.",
  args: { query: { type: "string" }, k: { type: "integer", default: 3 } },
  returns: ["Dubliners", "a «quoted»\nline"],
};
const look: CaseTool = { name: "look", desc: "", args: {}, returns: { deep: [1, { x: null, é: true }] } };

const chat = (outputs: Readonly<Record<string, JsonValue>>): string =>
  Object.entries(outputs)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n\n");
const turn = (name: string, args: JsonObject): string =>
  chat({ next_thought: "I think.", next_tool_name: name, next_tool_args: args });
const calls = (...listed: readonly (readonly [string, JsonObject])[]): string =>
  chat({ next_thought: "hm", tool_calls: { tool_calls: listed.map(([name, args]) => ({ name, args })) } });
const called = (id: string, name: string, args: JsonObject): JsonObject => ({
  id,
  type: "function",
  function: { name, arguments: JSON.stringify(args) },
});
const EXTRACTED = chat({ reasoning: "so", answer: "Joyce", sure: 0.5 });

export const MODULE_CASES: readonly ModuleCase[] = [
  {
    title: "react: two tools, lists and dicts as observations",
    kind: "react",
    signature: "question, context: list[str] -> answer, sure: float",
    tools: [search, look],
    replies: [turn("search", { query: "x", k: 1 }), turn("look", {}), turn("finish", {}), EXTRACTED],
    inputs: { question: "Who?", context: ["a", "b"] },
  },
  {
    title: "react: in XML",
    kind: "react",
    signature: "question -> answer",
    tools: [search],
    adapter: "xml",
    replies: [
      "<next_thought>t</next_thought><next_tool_name>search</next_tool_name><next_tool_args><query>x</query></next_tool_args>",
      "<next_thought>t</next_thought><next_tool_name>finish</next_tool_name><next_tool_args></next_tool_args>",
      "<reasoning>r</reasoning><answer>Joyce</answer>",
    ],
    inputs: { question: "Who?" },
  },
  {
    title: "react: in JSON, its turns used up",
    kind: "react",
    signature: "question -> answer: int",
    tools: [look],
    adapter: "json",
    options: { max_iters: 1 },
    replies: [
      JSON.stringify({ next_thought: "t", next_tool_name: "look", next_tool_args: {} }),
      JSON.stringify({ reasoning: "r", answer: 3 }),
    ],
    inputs: { question: "How many?" },
  },
  {
    title: "react: prompts that are too long",
    kind: "react",
    signature: "question -> answer",
    tools: [look],
    replies: [
      turn("look", {}),
      turn("look", {}),
      turn("look", {}),
      { too_long: true },
      turn("finish", {}),
      { too_long: true },
      chat({ reasoning: "r", answer: "a" }),
    ],
    inputs: { question: "q" },
  },
  {
    title: "reactV2: several calls in text, outputs of types",
    kind: "reactV2",
    signature: "question, n: int, kind: Literal['a', 'b'] -> answer: list[str], sure: Optional[float]",
    tools: [search, look],
    replies: [
      calls(["search", { query: "x" }], ["look", {}], ["lok", {}]),
      calls(["submit", { answer: ["a"], sure: 0.5 }]),
    ],
    inputs: { question: "q", n: 3, kind: "a" },
  },
  {
    title: "reactV2: calls by function calling",
    kind: "reactV2",
    signature: "question -> answer",
    tools: [search],
    native: true,
    replies: [
      { tool_calls: [called("c1", "search", { query: "x" }), called("c2", "search", { query: "y" })] },
      { tool_calls: [called("c3", "submit", { answer: "A" })] },
    ],
    inputs: { question: "q" },
  },
  {
    title: "reactV2: made to submit, by function calling",
    kind: "reactV2",
    signature: "question -> answer",
    tools: [search],
    native: true,
    options: { max_iters: 1 },
    replies: [
      { tool_calls: [called("c1", "search", { query: "x" })] },
      { tool_calls: [called("c2", "submit", { answer: "A" })] },
    ],
    inputs: { question: "q" },
  },
  {
    title: "reactV2: made to submit after calling nothing, and not doing so",
    kind: "reactV2",
    signature: "question -> answer",
    tools: [search],
    replies: [calls(), calls(["search", { query: "x" }])],
    inputs: { question: "q" },
  },
  {
    title: "multiChainComparison: reasoning and rationale, answers that are no text",
    kind: "multiChainComparison",
    signature: "question -> answer: list[int]",
    options: { M: 2, temperature: 0.5 },
    replies: [chat({ rationale: "r", answer: [1] })],
    inputs: {
      question: "q",
      completions: [
        { reasoning: " first \nsecond", answer: [1, 2] },
        { rationale: "other", answer: [3] },
      ],
    },
  },
  {
    title: "bestOfN: ids, temperature, and the threshold",
    kind: "bestOfN",
    signature: "question -> answer",
    rewards: { a: 0.1, b: 0.9, c: 1 },
    options: { N: 3, threshold: 0.8 },
    replies: [chat({ answer: "a" }), chat({ answer: "b" }), chat({ answer: "c" })],
    inputs: { question: "q" },
  },
  {
    title: "refine: advice, twice, with the hint in the trajectory",
    kind: "refine",
    signature: "question, n: int -> answer",
    reasons: true,
    rewards: { a: 0.1, b: 0.25, c: 1 },
    options: { N: 3, threshold: 0.95 },
    replies: [
      chat({ reasoning: "r", answer: "a" }),
      chat({ discussion: "d", advice: { predict: "Do é." } }),
      chat({ reasoning: "r", answer: "b" }),
      chat({ discussion: "d", advice: { other: "x" } }),
      chat({ reasoning: "r", answer: "c" }),
    ],
    inputs: { question: "q", n: 2 },
  },
];
