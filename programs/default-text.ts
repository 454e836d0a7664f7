// Reads the default behind a field in a signature string: a Python literal up to the next comma.
// Knows nothing of fields or types.
import { literalEval } from "./python/literal-eval.ts";
import type { PythonValue } from "./python/values.ts";

const CLOSES: ReadonlyMap<string, string> = new Map([
  ["[", "]"],
  ["(", ")"],
  ["{", "}"],
]);

/** The literal that begins at a place of a text, and where it ends: at a comma outside of brackets and quotes, or at `end`. Its value is undefined where it is no literal. */
export function readDefaultText(
  text: string,
  start: number,
  end: number,
): { readonly value: PythonValue | undefined; readonly end: number } {
  const stop = endOfLiteral(text, start, end);
  return { value: literalEval(text.slice(start, stop)), end: stop };
}

function endOfLiteral(text: string, start: number, end: number): number {
  const open: string[] = [];
  for (let at = start; at < end; at++) {
    const char = text.charAt(at);
    if (char === "'" || char === '"') at = endOfQuoted(text, at, end);
    else if (char === "#") at = Math.min(end, lineEnd(text, at));
    else if (char === "," && open.length === 0) return at;
    else if (CLOSES.has(char)) open.push(CLOSES.get(char) ?? "");
    else if (char === open.at(-1)) open.pop();
  }
  return end;
}

/** The place of the closing quote; the end where there is none. */
function endOfQuoted(text: string, start: number, end: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < end; at++) {
    if (text.charAt(at) === "\\") at++;
    else if (text.charAt(at) === quote) return at;
  }
  return end;
}

function lineEnd(text: string, at: number): number {
  const found = text.indexOf("\n", at);
  return found === -1 ? text.length : found;
}
