// The language beside the real DSPy, without any model: `npm run bench:language [--json]`. CPU time, both sides in turn.
// Knows nothing of what either does on its way.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  type Call,
  chatAdapter,
  executeProgram,
  type LmResponse,
  Module,
  predict,
  prepareProgram,
  signature,
} from "../programs/index.ts";
import { streamingRows } from "./streaming.ts";
import { cpuMicrosPerCall } from "./support/lm-load.ts";
import { alternate } from "./support/rounds.ts";
import { type BenchRow, pairedRow, printRows } from "./support/rows.ts";

const STRING =
  "question: str, context: list[str], history: list[dict[str, Any]], limit: Optional[int] -> reasoning: str, answer: Literal['yes', 'no', 'maybe'], sources: dict[str, list[int]], sure: float";
const FORMAT = {
  signature: "question: str, context: list[str], limit: int -> answer: str, sure: float, tags: list[str]",
  demos: Array.from({ length: 16 }, (_, n) => ({
    question: `Who wrote book number ${n}, and when?`,
    context: ["A first passage of some length, as a retriever finds it.", `A second one, number ${n}.`],
    limit: n,
    answer: "It was written by somebody whose name is not known.",
    sure: 0.5,
    tags: ["author", "date"],
  })),
  inputs: { question: "Who wrote Dubliners?", context: ["Dubliners is by James Joyce."], limit: 3 },
};
const PARSE = {
  signature:
    "q -> a: str, b: str, c: int, d: float, e: bool, f: list[str], g: dict[str, int], h: Literal['x', 'y'], i: Optional[int], j: list[dict[str, float]]",
  completion: [
    ["a", "A sentence that answers."],
    ["b", "Another one,\nof two lines."],
    ["c", "42"],
    ["d", "0.97"],
    ["e", "True"],
    ["f", '["one", "two", "three"]'],
    ["g", '{"a": 1, "b": 2}'],
    ["h", "x"],
    ["i", "7"],
    ["j", '[{"k": 0.5}, {"k": 1.5}]'],
  ]
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`)
    .concat("[[ ## completed ## ]]")
    .join(""),
};
const CALL = {
  signature: "question: str -> answer: str, sure: float",
  answer: "[[ ## answer ## ]]\nJames Joyce\n\n[[ ## sure ## ]]\n0.97\n\n[[ ## completed ## ]]\n",
  inputs: { question: "Who wrote Dubliners?" },
};

class Around extends Module<{ question: string }, { answer: string; sure: number }> {
  readonly inner: Module<{ question: string }, { answer: string; sure: number }>;

  constructor(inner: Module<{ question: string }, { answer: string; sure: number }>) {
    super();
    this.inner = inner;
  }

  override forward(inputs: { question: string }, call: Call): Promise<{ answer: string; sure: number }> {
    return call.run(this.inner, inputs);
  }
}

const response: LmResponse = { completions: [{ text: CALL.answer }], model: "m" };
const ports = { lm: async () => response };
const asked = predict("question: str -> answer: str, sure: float");
const bare = prepareProgram(asked);
const once = prepareProgram(new Around(asked));
const tenfold = prepareProgram(
  Array.from({ length: 10 }).reduce<Around>((inner) => new Around(inner), new Around(asked)).inner,
);
const formatted = signature<string>(FORMAT.signature);
const parser = chatAdapter.prepare(signature<string>(PARSE.signature), [], undefined);
let strings = 0;

const WORK: Readonly<Record<string, () => unknown>> = {
  signature: () => signature<string>(STRING.replace("question", `question${strings++}`)),
  // Made ready anew each time: a predictor does so once.
  format: () => chatAdapter.prepare(formatted, FORMAT.demos, undefined).format(FORMAT.inputs),
  parse: () => parser.parse(PARSE.completion),
};

const dspy = await startDspy();
const rows: BenchRow[] = [
  await against("signature", "signature parse, uncached", 20, 2000, 50),
  await against("format", "chat prompt with 16 demonstrations, made ready anew", 20, 500, 30),
  await against("parse", "parse of a 10-field completion", 20, 3000, 50),
  await against("call", "predict call over a scripted model", 30, 5000, 150),
  await nested(),
];
dspy.end();
printRows([...rows, ...(await streamingRows())]);

/** A row that is held to DSPy's time over ours: so many times as fast, at least. */
async function against(what: string, name: string, times: number, ours: number, theirs: number): Promise<BenchRow> {
  const pairs = await alternate({
    ours: () =>
      what === "call" ? callMicros(bare, ours) : cpuMicrosPerCall(ours, async () => repeat(ours, WORK[what])),
    against: () => dspy.micros(what, theirs),
    warmUps: 3,
    rounds: 9,
  });
  return pairedRow(`language: ${name}, CPU µs (≥ ${times}× faster)`, pairs, 1 / times);
}

async function nested(): Promise<BenchRow> {
  const pairs = await alternate({
    ours: () => callMicros(tenfold, 3000),
    against: () => callMicros(once, 3000),
    warmUps: 3,
    rounds: 11,
  });
  return pairedRow("language: ten nested modules around a predict call, against one, CPU µs", pairs, 2);
}

function callMicros(program: typeof bare | typeof once, count: number): Promise<number> {
  return cpuMicrosPerCall(count, async () => {
    for (let index = 0; index < count; index++) await executeProgram(program, CALL.inputs, ports);
  });
}

async function repeat(count: number, work: (() => unknown) | undefined): Promise<void> {
  for (let index = 0; index < count; index++) work?.();
}

interface Dspy {
  micros(what: string, times: number): Promise<number>;
  end(): void;
}

async function startDspy(): Promise<Dspy> {
  const fromRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
  const setup = spawnSync(process.execPath, [fromRoot("scripts/python-setup.js")], { stdio: ["ignore", 2, 2] });
  if (setup.status !== 0)
    throw new Error("This bench needs the real DSPy: run `npm run python:setup` to see why it could not be installed.");
  const python = fromRoot(
    process.platform === "win32" ? ".dspex/python/Scripts/python.exe" : ".dspex/python/bin/python",
  );
  const child = spawn(python, [fromRoot("bench/language_dspy.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("The real DSPy ended before it was asked everything.");
    return value;
  };
  child.stdin.write(`${JSON.stringify({ strings: { text: STRING }, format: FORMAT, parse: PARSE, call: CALL })}\n`);
  await next();
  return {
    async micros(what, times) {
      child.stdin.write(`${what} ${times}\n`);
      return Number(await next());
    },
    end: () => child.stdin.end(),
  };
}
