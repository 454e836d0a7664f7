// JSON as Python's `json.loads` reads it: floats kept apart from ints, NaN and Infinity allowed, dicts in order.
// Strict; mends nothing.
import { type Dict, type PythonValue, toFloat } from "./values.ts";

/** Deeper nesting than this is refused, before the stack is. */
const MAX_DEPTH = 500;
const WHITE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /(?:[^"\\\p{Cc}]|[\x7f-\x9f])*/uy;
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
    this.#match(WHITE);
    return this.#at === this.#text.length;
  }

  /** Undefined wherever the text is not JSON. */
  readValue(depth: number): PythonValue | undefined {
    this.#match(WHITE);
    if (depth > MAX_DEPTH) return undefined;
    const char = this.#text[this.#at];
    if (char === '"') return this.#readString();
    if (char === "[") return this.#readList(depth);
    if (char === "{") return this.#readDict(depth);
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#readNumber();
  }

  #readNumber(): PythonValue | undefined {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    if (match[1] !== undefined || match[2] !== undefined) return toFloat(Number(match[0]));
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
      this.#match(WHITE);
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
      value += this.#match(PLAIN);
      const char = this.#text[this.#at];
      if (char === '"') {
        this.#at++;
        return value;
      }
      // A control character or the end of the text.
      if (char !== "\\") return undefined;
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
    this.#match(WHITE);
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}
