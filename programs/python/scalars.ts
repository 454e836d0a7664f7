// How pydantic reads a bool, an int or a float out of a text.
// Knows nothing of JSON.
import { strip } from "./text.ts";

const TRUE = new Set(["1", "on", "t", "true", "y", "yes"]);
const FALSE = new Set(["0", "off", "f", "false", "n", "no"]);

/** `true/yes/on/t/y/1` and their opposites, in any case; undefined for anything else. */
export function parseBool(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : undefined;
}

/** Python reads no ints of more than 4,300 digits; with underscores between them they are as long as this. */
const MAX_LENGTH = 8600;

/** A whole number in a text: sign, digits with single underscores between them, zeros after a point; undefined for anything else. */
export function parseIntText(text: string): number | bigint | undefined {
  const trimmed = strip(text);
  const match = trimmed.length > MAX_LENGTH ? null : /^([+-]?)(\d+(?:_\d+)*)(?:\.0+)?$/.exec(trimmed);
  if (match === null) return undefined;
  const digits = (match[2] ?? "").replaceAll("_", "");
  const number = Number(`${match[1] ?? ""}${digits}`);
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  return match[1] === "-" ? -BigInt(digits) : BigInt(digits);
}

/** A float in a text, also `inf`, `nan` and `.5`; undefined for anything else. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = strip(text);
  if (trimmed.length > MAX_LENGTH) return undefined;
  if (/^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/.test(trimmed)) {
    return Number(trimmed.replaceAll("_", ""));
  }
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (word === null) return undefined;
  if (word[2]?.toLowerCase() === "nan") return Number.NaN;
  return word[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
