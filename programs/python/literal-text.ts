// One string of Python's as it is written: in quotes of one or three, raw or with escapes.
// Knows nothing of values of other kinds.

const START = /([rRuU]?)("""|'''|"|')/y;
const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\n", ""],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** A string, and the place behind it. */
export interface LiteralText {
  readonly value: string;
  readonly end: number;
}

/** Whether a string begins at a place. */
export function isTextStart(text: string, at: number): boolean {
  START.lastIndex = at;
  return START.test(text);
}

/** The string that begins at a place of a text; undefined where none does, it is not closed, or an escape in it is none. `breaks`: whether a line may end within one quote. */
export function literalTextAt(text: string, at: number, breaks: "allowed" | "refused"): LiteralText | undefined {
  START.lastIndex = at;
  const match = START.exec(text);
  if (match === null) return undefined;
  const [opening, prefix = "", quote = ""] = match;
  const isRaw = prefix.toLowerCase() === "r";
  let value = "";
  for (let here = at + opening.length; here < text.length; ) {
    if (text.startsWith(quote, here)) return { value, end: here + quote.length };
    const char = text[here] ?? "";
    if (char === "\n" && quote.length === 1 && breaks === "refused") return undefined;
    if (char !== "\\") {
      value += char;
      here++;
      continue;
    }
    const escaped = isRaw ? { value: text.slice(here, here + 2), end: here + 2 } : escapeAt(text, here);
    if (escaped === undefined) return undefined;
    value += escaped.value;
    here = escaped.end;
  }
  return undefined;
}

function escapeAt(text: string, at: number): LiteralText | undefined {
  const char = text[at + 1] ?? "";
  const simple = SIMPLE_ESCAPES.get(char);
  if (simple !== undefined) return { value: simple, end: at + 2 };
  const width = char === "x" ? 2 : char === "u" ? 4 : char === "U" ? 8 : 0;
  if (width > 0) {
    const hex = text.slice(at + 2, at + 2 + width);
    const code = Number.parseInt(hex, 16);
    if (!new RegExp(`^[0-9a-fA-F]{${width}}$`).test(hex) || code > 0x10ffff) return undefined;
    return { value: String.fromCodePoint(code), end: at + 2 + width };
  }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal !== undefined)
    return { value: String.fromCodePoint(Number.parseInt(octal, 8)), end: at + 1 + octal.length };
  // An escape that Python does not know stays as it is written; `\N{…}` would need Unicode's names.
  return char === "N" ? undefined : { value: `\\${char}`, end: at + 2 };
}
