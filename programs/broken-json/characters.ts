// What a character of a text is to Python: letter, digit, white space.
// Knows nothing of JSON.
import { isSpace } from "../python/text.ts";

const LETTER = /\p{L}/u;
const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;
/** Beside the decimal digits, those that only count: superscripts, circled ones and the like. */
const DIGIT =
  /[\p{Nd}²³¹\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]/u;

/** As `str.isalpha()` of the character at a place; either half of a pair stands for the whole. */
export function isLetterAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return at < text.length && LETTER.test(wholeAt(text, at));
}

/** As `str.isalnum()`. */
export function isLetterOrNumberAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
  return at < text.length && LETTER_OR_NUMBER.test(wholeAt(text, at));
}

/** As `str.isdigit()`. */
export function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return code >= 0x30 && code <= 0x39;
  return at < text.length && DIGIT.test(wholeAt(text, at));
}

/** As `str.isspace()`; false at the end. */
export function isSpaceAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && isSpace(text.charCodeAt(at));
}

/** How many characters Python counts in a part of a text. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function wholeAt(text: string, at: number): string {
  const isSecondHalf = /[\udc00-\udfff]/.test(text[at] ?? "") && /[\ud800-\udbff]/.test(text[at - 1] ?? "");
  return String.fromCodePoint(text.codePointAt(isSecondHalf ? at - 1 : at) ?? 0);
}
