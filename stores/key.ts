// Turns key segments into text and back: text order is segment order, and a prefix of segments is a prefix of the text.
// Knows nothing of which records have which segments.
import { keyCorrupt, keyInvalid } from "./errors.ts";

/** One part of a key: any text at all, or a whole number from 0. */
export type KeySegment = string | number;

// Below every character that a written segment may hold, so that ["a", "x"] sorts before ["ab"].
const END = "!";
const PAST_END = '"';
const NUMBER = "#";
const PLAIN = /^[$-}]*$/;

/**
 * Writes segments as printable ASCII. Every segment is closed by `!`, so `["a"]` is no prefix of `["ab"]`.
 *
 * Text sorts by UTF-16 code unit, as `<` does, and numbers by value; text and numbers at one place of a key do not mix.
 * A lone surrogate keeps its identity, which UTF-8 would take from it.
 * @throws STORE_KEY_INVALID for a number that is negative, fractional or unsafe.
 */
export function encodeKey(segments: readonly KeySegment[]): string {
  let key = "";
  for (const segment of segments) key += encodeSegment(segment);
  return key;
}

/** Writes one segment; a key is its segments one behind the other. @throws STORE_KEY_INVALID */
export function encodeSegment(segment: KeySegment): string {
  return (typeof segment === "number" ? encodeNumber(segment) : encodeText(segment)) + END;
}

/** Reads segments back. @throws STORE_KEY_CORRUPT for text that `encodeKey` cannot have written. */
export function decodeKey(key: string): KeySegment[] {
  if (key !== "" && !key.endsWith(END)) throw keyCorrupt(key);
  const segments: KeySegment[] = [];
  for (const segment of key.split(END).slice(0, -1)) {
    segments.push(segment.startsWith(NUMBER) ? decodeNumber(segment, key) : decodeText(segment, key));
  }
  return segments;
}

/** The first text after everything that starts with this encoded prefix. The prefix must not be empty. */
export function pastPrefix(prefix: string): string {
  return prefix.slice(0, -1) + PAST_END;
}

/** The first text after this encoded key itself. */
export function pastKey(key: string): string {
  return `${key}\0`;
}

function encodeText(text: string): string {
  if (PLAIN.test(text)) return text;
  let encoded = "";
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x24) encoded += `"${unit.toString(16).padStart(2, "0")}`;
    else if (unit > 0x7d) encoded += `~${unit.toString(16).padStart(4, "0")}`;
    else encoded += text[index];
  }
  return encoded;
}

function decodeText(encoded: string, key: string): string {
  if (PLAIN.test(encoded)) return encoded;
  return encoded.replace(/"([0-9a-f]{2})|~([0-9a-f]{4})|[^$-}]/g, (_whole, low?: string, high?: string) => {
    const unit = low ?? high;
    if (unit === undefined) throw keyCorrupt(key);
    return String.fromCharCode(Number.parseInt(unit, 16));
  });
}

function encodeNumber(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw keyInvalid(value);
  const digits = String(value);
  // The count of digits as a letter goes first, so that 10 sorts after 9.
  return NUMBER + String.fromCharCode(96 + digits.length) + digits;
}

function decodeNumber(encoded: string, key: string): number {
  const digits = encoded.slice(2);
  const value = Number(digits);
  if (!/^\d+$/.test(digits) || encodeNumber(value) !== encoded) throw keyCorrupt(key);
  return value;
}
