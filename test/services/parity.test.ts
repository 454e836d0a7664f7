import { beforeAll, describe, expect, it } from "vitest";
import { chatAdapter, signature } from "../../programs/index.ts";
import { askDspy, bringDspy } from "./python-dspy.ts";

interface Case {
  readonly title: string;
  readonly signature: string;
  readonly instructions: string;
  readonly demos: readonly Readonly<Record<string, unknown>>[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly completions: readonly string[];
}

interface Answer {
  readonly instructions: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly parsed: readonly { readonly value?: unknown; readonly error?: string }[];
}

const CASES: readonly Case[] = [
  {
    title: "fields of text, without instructions",
    signature: "question, context -> answer",
    instructions: "",
    demos: [{ question: "1+1?", context: "sums", answer: "2" }],
    inputs: { question: "  2+2?  \n", context: "" },
    completions: ["[[ ## answer ## ]]\n4\n\n[[ ## completed ## ]]", "4", "[[ ## answer ## ]]"],
  },
  {
    title: "scalars and their odd notations",
    signature: "q: str, n: int, x: float, ok: bool -> m: int, y: float, yes: bool",
    instructions: "Count.",
    demos: [],
    inputs: { q: "é漢😀", n: 12, x: 0.25, ok: false },
    completions: [
      "[[ ## m ## ]]\n 1_000\n[[ ## y ## ]]\n.5\n[[ ## yes ## ]]\nYes",
      "[[ ## m ## ]]\n3.0\n[[ ## y ## ]]\n1e-7\n[[ ## yes ## ]]\n'True'",
      "[[ ## m ## ]]\n3.5\n[[ ## y ## ]]\n1\n[[ ## yes ## ]]\n1",
    ],
  },
  {
    title: "lists and dicts in each other",
    signature: "rows: list[dict[str, list[int]]] -> table: dict[str, list[float]], names: list[str]",
    instructions: "Line one.\n\n    Indented.\nLine three.",
    demos: [{ rows: [{ a: [1, 2] }, {}], table: { a: [0.5] }, names: [] }],
    inputs: { rows: [{ "k é": [3] }] },
    completions: [
      "[[ ## table ## ]]\n{'a': [1, 2.5], b: [3]}\n[[ ## names ## ]]\n['x', \"y's\"]",
      '[[ ## table ## ]]\n```json\n{"a": [1.5]}\n```\n[[ ## names ## ]]\n["x", "y"',
      "[[ ## table ## ]]\n{}\n[[ ## names ## ]]\na, b",
    ],
  },
  {
    title: "unions, optionals and Any",
    signature: "q -> a: Optional[int], b: Union[int, str], c: Optional[str], d: Any, e: list[int | None]",
    instructions: "",
    demos: [],
    inputs: { q: "x" },
    completions: [
      '[[ ## a ## ]]\n3\n[[ ## b ## ]]\n7\n[[ ## c ## ]]\nnull\n[[ ## d ## ]]\n{"k": [1, null]}\n[[ ## e ## ]]\n[1, None]',
      "[[ ## b ## ]]\nseven\n[[ ## d ## ]]\ntext\n[[ ## e ## ]]\n[]",
      "[[ ## a ## ]]\nnone\n[[ ## b ## ]]\n1\n[[ ## d ## ]]\n1\n[[ ## e ## ]]\n[]",
    ],
  },
  {
    title: "literals",
    signature: `text -> label: Literal['a', "b'c", 'd"e'], labels: list[Literal['x', 'y']]`,
    instructions: "Choose.",
    demos: [{ text: "t", label: "a", labels: ["x", "y"] }],
    inputs: { text: "some" },
    completions: [
      "[[ ## label ## ]]\n 'a' \n[[ ## labels ## ]]\n['x']",
      '[[ ## label ## ]]\nLiteral[b\'c]\n[[ ## labels ## ]]\n["y", "x",]',
      "[[ ## label ## ]]\nA\n[[ ## labels ## ]]\n[]",
    ],
  },
  {
    title: "complete and incomplete demonstrations",
    signature: "a, b -> c, d: int",
    instructions: "",
    demos: [
      { a: "1", b: "2", c: "3", d: 4 },
      { a: "1", c: "3" },
      { a: "1", b: "2" },
      { a: "1", b: "2", c: null, d: 4, augmented: true },
    ],
    inputs: { a: "x", b: "y" },
    completions: ["[[ ## d ## ]]\n4\n[[ ## c ## ]]\n\n\nlate\n\n", "[[ ## c ## ]] same line\n[[ ## d ## ]] 5"],
  },
  {
    title: "lists in fields of text",
    signature: "passages, one, none -> a",
    instructions: "",
    demos: [],
    inputs: { passages: ["a", "b\nc", "«d»"], one: ["x"], none: [] },
    completions: ["[[ ## a ## ]]\nx\u2028y\x85z", "intro\n[[ ## a ## ]]\nx\n[[ ## other ## ]]\ny\n[[ ## a ## ]]\nz"],
  },
  {
    title: "values that are not what the field says",
    signature: "s: str, n: int, l: list[str] -> a",
    instructions: "",
    demos: [],
    inputs: { s: { k: [1, true, null] }, n: "three", l: "text" },
    completions: ["  [[ ## a ## ]]\n  x", "**[[ ## a ## ]]**\nx"],
  },
  {
    title: "white space of all kinds",
    signature: "q -> a, b",
    instructions: "\tTabs\n\t  and spaces\n",
    demos: [{ q: "\u00a0x\u2003", a: "\x1fy", b: "z\ufeff" }],
    inputs: { q: "a\r\nb\x0bc\x1cd" },
    completions: ["[[ ## a ## ]]\n\u00a0 x \x1f\n[[ ## b ## ]]\n\ufeffy", "[[ ## a ## ]]\r\nx\r\n[[ ## b ## ]]\ry"],
  },
  {
    title: "JSON that models break",
    signature: "q -> d: dict[str, Any], l: list[Any]",
    instructions: "",
    demos: [],
    inputs: { q: "x" },
    completions: [
      "[[ ## d ## ]]\n{a: 1, 'b': True, \"c\": None, // note\n \"d\": [1, 2\n[[ ## l ## ]]\n[1, 'two', three,]",
      '[[ ## d ## ]]\nHere it is: {"a": "b" "c": "d"} as asked.\n[[ ## l ## ]]\n(1, 2)',
      '[[ ## d ## ]]\n{"a": {"b": "unfinished\n[[ ## l ## ]]\n["a" "b"]',
    ],
  },
];

describe("the chat adapter beside the real DSPy 3.3.1", () => {
  let answers: readonly Answer[] = [];

  beforeAll(() => {
    bringDspy();
    answers = askDspy("chat_cases.py", CASES) as readonly Answer[];
  });

  it.each(CASES.map((each, index) => [each.title, each, index] as const))("agrees on %s", (_title, each, index) => {
    const answer = answers[index];
    const made = signature(each.signature, { instructions: each.instructions });
    const adapter = chatAdapter.prepare(made, each.demos, "dspy-3.3.1");
    const parsed = each.completions.map((completion) => {
      try {
        return { value: adapter.parse(completion) };
      } catch {
        return { error: "AdapterParseError" };
      }
    });
    expect(made.instructions).toBe(answer?.instructions);
    expect(adapter.format(each.inputs)).toEqual(answer?.messages);
    expect(parsed).toEqual(answer?.parsed);
  });
});
