// Measures how the time of reading grows with a text's length, for texts made to be awkward.
// Judges by ratios alone.
import { bamlAdapter, chatAdapter, jsonAdapter, signature, Template, xmlAdapter } from "../../programs/index.ts";

/** A text whose reading grows faster than it does. */
export interface Growth {
  readonly what: string;
  readonly unit: string;
  readonly shortMs: number;
  readonly longMs: number;
}

const UNITS = [
  "[",
  "{",
  "(",
  '"',
  "'",
  "\\",
  "`",
  "```",
  "[[ ## a ## ]]\n",
  "[[ ## ",
  "<a>",
  "<",
  "&",
  "</a>",
  "# ",
  "//",
  "/*",
  ",",
  ":",
  '{"a":',
  '["',
  "[1,",
  "“",
  "\n",
  " ",
  "x",
  "0",
  "-",
  "...",
  '{"a" ',
  "a: b\n",
  '{"a": "b" c "',
  '"a": ',
  "\u2028",
  "é",
  "\ud800",
  "[{",
  "(1,",
  "}]",
  "]",
  "}",
  '"x" "y" ',
  "1e",
  "true",
  "{x",
  "\t[",
  "'a':",
  "// x\n",
  "\\u0041",
  '\\"',
  "<items>",
  "<items><item>",
  "<![CDATA[",
  "&amp;",
  "<!--",
  "{{a}}",
  "{{#if a}}",
  "a: int, ",
  "list[",
  "Literal['",
];
const MADE = signature("q -> a, items: list[dict[str, Any]], who: Optional[str], any: Any");
const READERS: Readonly<Record<string, readonly [prefix: string, read: (text: string) => unknown][]>> = {
  chat: [
    ["", (text) => chatAdapter.prepare(MADE, [], undefined).parse(text)],
    [
      "[[ ## a ## ]]\nx\n[[ ## any ## ]]\n1\n[[ ## items ## ]]\n",
      (text) => chatAdapter.prepare(MADE, [], "dspy-3.3.1").parse(text),
    ],
  ],
  json: [
    ['{"items": ', (text) => jsonAdapter.prepare(MADE, [], undefined).parse(text)],
    ['{"a": "', (text) => bamlAdapter.prepare(MADE, [], "dspy-3.3.1").parse(text)],
  ],
  xml: [["<a>x</a><items>", (text) => xmlAdapter.prepare(MADE, [], undefined).parse(text)]],
  template: [["", (text) => new Template(text)]],
  signature: [["q: ", (text) => signature(text)]],
};

/** Limit: four times the text may take ten times as long before it counts, since a shared machine stutters; a square would be sixteen. */
const MAX_RATIO = 10;
/** Limit: below this a collection of garbage is longer than the reading. */
const MIN_MS = 150;
const SHORT = 16_000;
const LONG = 4 * SHORT;

/** The texts whose reading grows faster than linearly, each tried three times before it counts. */
export function steepTexts(): Growth[] {
  const found: Growth[] = [];
  for (const [reader, ways] of Object.entries(READERS)) {
    for (const [prefix, read] of ways) {
      for (const unit of UNITS) {
        const what = `${reader}${prefix === "" ? "" : ` after ${JSON.stringify(prefix)}`}`;
        const text = (length: number): string => prefix + unit.repeat(Math.ceil(length / unit.length));
        keepSteep({ what, unit, ...bestOfThree(read, text) });
      }
    }
  }
  keepSteep({ what: "signature of names of their own", unit: "f1, ", ...bestOfThree(signature, manyFields) });
  return found;

  function keepSteep(growth: Growth): void {
    if (growth.longMs > MIN_MS && growth.longMs > MAX_RATIO * growth.shortMs) found.push(growth);
  }
}

function manyFields(length: number): string {
  const names = Array.from({ length: Math.ceil(length / 8) }, (_, index) => `f${100_000 + index}`);
  return `${names.join(",")} -> answer`;
}

function bestOfThree(
  read: (text: string) => unknown,
  textOf: (length: number) => string,
): { shortMs: number; longMs: number } {
  const [short, long] = [textOf(SHORT), textOf(LONG)];
  timed(read, short);
  let [shortMs, longMs] = [timed(read, short), timed(read, long)];
  for (let round = 0; round < 3 && longMs > MIN_MS && longMs > MAX_RATIO * shortMs; round++) {
    shortMs = Math.max(shortMs, timed(read, short));
    longMs = Math.min(longMs, timed(read, long));
  }
  return { shortMs, longMs };
}

function timed(read: (text: string) => unknown, text: string): number {
  const startedAt = performance.now();
  try {
    read(text);
  } catch {
    // Whether it is refused, and how, is judged elsewhere.
  }
  return performance.now() - startedAt;
}
