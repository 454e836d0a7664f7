// Draws completions: an answer as an adapter words it, changed as models change it, or damaged at random.
// Knows no signature.
import type { Draw } from "./draw.ts";

/** How a completion departs from what was asked for. */
export type Departure = "modelled" | "damaged";

type Change = (text: string, draw: Draw) => string;

const MODELLED: readonly Change[] = [
  (text) => `\`\`\`json\n${text}\n\`\`\``,
  (text) => `Sure! Here is the answer:\n\n${text}`,
  (text) => `${text}\n\nLet me know if you need anything else.`,
  (text) => text.replaceAll("true", "True").replaceAll("false", "False").replaceAll("null", "None"),
  (text) => text.replaceAll('"', "'"),
  (text) => text.replaceAll(/([}\]])/g, ",$1"),
  (text) => text.replaceAll(/: "/g, ": “").replaceAll(/"([,}\n])/g, "”$1"),
  (text) => text.replaceAll(/"(\w+)":/g, "$1:"),
  (text) => text.replaceAll(/,\n/g, ", // a note\n"),
  (text) => text.replaceAll(/",\s*"/g, '" "'),
  (text, draw) => text.slice(0, Math.max(1, Math.floor(text.length * (0.5 + draw.int(0, 49) / 100)))),
  (text) => text.replaceAll(/^(\[\[ ##)/gm, "  $1"),
  (text) => text.replaceAll(/( ## \]\])\n/g, "$1 "),
  (text) => text.replaceAll("[[ ## completed ## ]]", ""),
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => `${text}\n${text}`,
  (text) => text.replaceAll(/[{}]/g, ""),
  (text) => text.toLowerCase(),
  (text) => text.replaceAll(/\d+/g, (digits) => `"${digits}"`),
  (text) => text.replaceAll(/: (\d+)\b/g, ": $1.0"),
  (text) => text.replaceAll("<", " <").replaceAll(">", "> "),
  (text) => text.replace(/^.*\n/, ""),
  (text) => `<think>{"not": "this"}</think>\n${text}`,
];

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
  "<",
  ">",
  "(",
  ")",
  "x",
  "0",
  ".",
  "-",
  "“",
  "é",
];

/** A completion made of a right one. */
export function drawCompletion(draw: Draw, right: string, departure: Departure): string {
  if (departure === "modelled") {
    const changes = draw.many(0, 2, () => draw.pick(MODELLED));
    return changes.reduce((text, change) => change(text, draw), right);
  }
  const characters = [...right];
  for (let count = draw.int(1, 3); count > 0; count--) {
    const at = draw.int(0, Math.max(0, characters.length - 1));
    const kind = draw.int(0, 3);
    if (kind === 0) characters.splice(at, 1);
    else if (kind === 1) characters.splice(at, 0, draw.pick(CHARACTERS));
    else if (kind === 2) characters.splice(at, 1, draw.pick(CHARACTERS));
    else characters.splice(at, draw.int(1, 5));
  }
  return characters.join("");
}
