// Draws JSON as it is broken on its way: written with the quotes, numbers, brackets and separators of other notations, cut off, repeated, wrapped.
// Knows no signature, and no reader.
import type { Draw } from "./draw.ts";

const TEXTS = [
  "Paris",
  "a b",
  "it's",
  'say "hi"',
  "x, y",
  "k: v",
  "{c}",
  "[1] x",
  "",
  "C:\\t",
  "l1\nl2",
  "é漢😀",
  "𝐀x",
  "“q”",
  "„low“ x",
  "# no",
  "// x",
  "/* c */",
  '```json\n{"a": 1}\n```',
  "true",
  "None",
  "(x)",
  '[a-z"]+',
  "https://example.org/a",
  "...",
];
/** Numbers of JSON, of Python, and none. */
const NUMBERS = [
  "1",
  "-7",
  "3.5",
  "1e5",
  "1_000",
  "1.2.3",
  "1,000",
  "-",
  ".5",
  "5.",
  "1/2",
  "1e+3",
  "007",
  "9".repeat(20),
  "+4",
  "0x1F",
  "½",
  "٣",
  "2024-01-02",
  "$5",
];
const WORDS = ["true", "false", "null", "True", "None", "NaN", "nul", "undefined"];
const KEYS = ["a", "b", "key", "a b", "name", "x1", "a", ""];
const SEPARATORS = [", ", ", ", ",", ",\n", " ", "\n", ";", ",,", ", # a\n", ", // b\n", " /* c */ "];
const COLONS = [": ", ": ", ": ", ":", " : ", " ", "=", ": # c\n", ""];
const CHARACTERS = [
  '"',
  "'",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "\n",
  " ",
  "/",
  "#",
  "(",
  ")",
  "x",
  "0",
  ".",
  "-",
  "“",
  "”",
  "„",
  "é",
  "`",
  '\\"',
  "```",
  "\\n",
  "\\u00e9",
  "\\x41",
  "//",
  "/*",
  "*/",
  "...",
];
const PARTS = [...CHARACTERS, "{", "[", '"a"', '"a": ', "a", "b: ", '"k":1', ", ", '"x", ', " "];

/** A text that holds JSON, or once did. */
export function drawBroken(draw: Draw): string {
  if (draw.chance(0.1)) return draw.many(1, 25, () => draw.pick(PARTS)).join("");
  return drawWrapped(draw, damaged(draw, draw.chance(0.7) ? drawDict(draw, 0) : drawItem(draw, 0)));
}

function drawWrapped(draw: Draw, text: string): string {
  switch (draw.int(0, 15)) {
    case 0:
      return `Sure (as asked):\n${text}`;
    case 1:
      return `\`\`\`json\n${text}\n\`\`\``;
    case 2:
      return `${text}\nDone.`;
    case 3:
      return `${text}${draw.pick([", ", "\n", " "])}${drawDict(draw, 1)}`;
    case 4:
      return `// c\n${text}`;
    case 5:
      return `(${text})`;
    default:
      return text;
  }
}

function drawItem(draw: Draw, depth: number): string {
  const choice = draw.int(0, depth > 3 ? 5 : 9);
  if (choice <= 3) return inQuotes(draw, draw.pick(TEXTS));
  if (choice === 4) return draw.pick(NUMBERS);
  if (choice === 5) return draw.pick(WORDS);
  if (choice === 6) return drawDict(draw, depth + 1);
  const items = draw.many(0, 3, () => drawItem(draw, depth + 1)).join(draw.pick(SEPARATORS));
  if (choice === 7 && draw.chance(0.3)) return `(${items}${draw.pick([")", ")", ""])}`;
  return `[${items}${draw.pick(["]", "]", "]", "", ",]", "}", ")"])}`;
}

function drawDict(draw: Draw, depth: number): string {
  const pairs = draw.many(0, 3, () => `${drawKey(draw)}${draw.pick(COLONS)}${drawItem(draw, depth)}`);
  return `{${pairs.join(draw.pick(SEPARATORS))}${draw.pick(["}", "}", "}", "}", "", ",}", "]", "}}"])}`;
}

function drawKey(draw: Draw): string {
  const key = draw.pick(KEYS);
  return draw.pick([`"${key}"`, `"${key}"`, `"${key}"`, `"${key}"`, key, `'${key}'`, `"${key}`, `\\"${key}\\"`]);
}

function inQuotes(draw: Draw, text: string): string {
  const right = JSON.stringify(text);
  const wrong = [`'${text}'`, `“${text}”`, text, `"${text}"`, `""${text}""`, `"${text}`, `${text}"`, `\\"${text}\\"`];
  return draw.chance(0.6) ? right : draw.pick(wrong);
}

function damaged(draw: Draw, text: string): string {
  const characters = [...text];
  for (let count = draw.int(0, 3); count > 0; count--) {
    const at = draw.int(0, characters.length);
    const kind = draw.int(0, 4);
    if (kind === 0) characters.splice(at, 1);
    else if (kind === 1) characters.splice(at, 0, draw.pick(CHARACTERS));
    else if (kind === 2) characters.splice(at, 1, draw.pick(CHARACTERS));
    else if (kind === 3) characters.splice(at, draw.int(1, 5));
    else if (draw.chance(0.3)) characters.length = Math.max(1, at);
  }
  return characters.join("");
}
