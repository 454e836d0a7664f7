// JSON as Python's `json.loads` reads it: floats kept apart from ints, NaN and Infinity allowed, dicts in order.
// Strict; mends nothing.
import { type Dict, type PythonValue, toFloat } from "./values.ts";

/** Deeper nesting than this is refused, before the stack is. */
const MAX_DEPTH = 500;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Python reads no longer ints. */
const MAX_DIGITS = 4300;
/** So many digits fit into a number, whatever they are. */
const SAFE_DIGITS = 15;
const WORDS: readonly (readonly [string, PythonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** The value of a JSON text, or undefined where it is none. */
export function jsonLoads(text: string): PythonValue | undefined {
  const reader = new JsonReader(text);
  const value = reader.readValue(0);
  return value !== undefined && reader.isAtEnd() ? value : undefined;
}

/** The JSON value that begins at a place of a text, and where it ends; undefined where none does. */
export function jsonPrefix(
  text: string,
  at: number,
): { readonly value: PythonValue; readonly end: number } | undefined {
  const reader = new JsonReader(text, at);
  const value = reader.readValue(0);
  return value === undefined ? undefined : { value, end: reader.at };
}

class JsonReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  isAtEnd(): boolean {
    this.#skipWhite();
    return this.#at === this.#text.length;
  }

  /** Undefined wherever the text is not JSON. */
  readValue(depth: number): PythonValue | undefined {
    this.#skipWhite();
    if (depth > MAX_DEPTH) return undefined;
    const char = this.#text[this.#at];
    if (char === '"') return this.#readString();
    if (char === "[") return this.#readList(depth);
    if (char === "{") return this.#readDict(depth);
    const digits = this.#readDigits();
    if (digits !== undefined) return digits;
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#readNumber();
  }

  /** A whole number of few digits, which most are; undefined for any other, which is left where it is. */
  #readDigits(): number | undefined {
    const start = this.#at;
    let at = start;
    let number = 0;
    for (; at - start <= SAFE_DIGITS; at++) {
      const digit = this.#text.charCodeAt(at) - 0x30;
      // Not so for the end of the text either, which is NaN.
      if (!(digit >= 0 && digit <= 9)) break;
      number = number * 10 + digit;
    }
    const length = at - start;
    if (length === 0 || length > SAFE_DIGITS || (length > 1 && this.#text[start] === "0")) return undefined;
    const next = this.#text[at];
    if (next === "." || next === "e" || next === "E") return undefined;
    this.#at = at;
    return number;
  }

  #readNumber(): PythonValue | undefined {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    if (match[1] !== undefined || match[2] !== undefined) return toFloat(Number(match[0]));
    if (match[0].length > MAX_DIGITS) return undefined;
    const number = Number(match[0]);
    return Number.isSafeInteger(number) ? (number === 0 ? 0 : number) : BigInt(match[0]);
  }

  #readList(depth: number): PythonValue | undefined {
    this.#at++;
    const items: PythonValue[] = [];
    if (this.#take("]")) return items;
    for (;;) {
      const item = this.readValue(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (this.#take("]")) return items;
      if (!this.#take(",")) return undefined;
    }
  }

  #readDict(depth: number): PythonValue | undefined {
    this.#at++;
    const dict: Dict = new Map();
    if (this.#take("}")) return dict;
    for (;;) {
      this.#skipWhite();
      if (this.#text[this.#at] !== '"') return undefined;
      const key = this.#readString();
      if (key === undefined || !this.#take(":")) return undefined;
      const item = this.readValue(depth + 1);
      if (item === undefined) return undefined;
      dict.set(key, item);
      if (this.#take("}")) return dict;
      if (!this.#take(",")) return undefined;
    }
  }

  #readString(): string | undefined {
    this.#at++;
    let value = "";
    for (;;) {
      const start = this.#at;
      let code = this.#text.charCodeAt(this.#at);
      while (code >= 0x20 && code !== QUOTE && code !== BACKSLASH) code = this.#text.charCodeAt(++this.#at);
      const part = this.#text.slice(start, this.#at);
      if (code === QUOTE) {
        this.#at++;
        return value === "" ? part : value + part;
      }
      // A control character or the end of the text.
      if (code !== BACKSLASH) return undefined;
      value += part;
      const escaped = this.#readEscape();
      if (escaped === undefined) return undefined;
      value += escaped;
    }
  }

  #readEscape(): string | undefined {
    const char = this.#text[this.#at + 1] ?? "";
    if (char !== "u") {
      this.#at += 2;
      return ESCAPES.get(char);
    }
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) return undefined;
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #take(char: string): boolean {
    this.#skipWhite();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #skipWhite(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }
}
