// Python literals as `ast.literal_eval` reads them: numbers, strings, tuples, lists, dicts, sets and constants.
// Runs nothing.
import { isTextStart, literalTextAt } from "./literal-text.ts";
import { type Dict, Float, Int, type PythonValue, Sequence, toFloat } from "./values.ts";

/** Deeper nesting than this is refused, before the stack is. */
const MAX_DEPTH = 100;
const WHITE = /[ \t\f]*/y;
// Each matched again and again rather than repeated by itself: the engine keeps a place on its stack for each turn of a group.
const WHITE_OR_BREAK = /[ \t\f\r\n]+|#[^\n]*|\\\r?\n/y;
const TAIL = /[ \t\f\r\n]+|#[^\n]*/y;
const EMPTY_LINE = /[ \t]*(?:#[^\n]*)?\n/y;
/** Python reads no longer ints. */
const MAX_DIGITS = 4300;
const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*|\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?/y;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
/** The value of a Python literal, or undefined where the text is none. Bytes, complex numbers and `...` are not read. */
export function literalEval(text: string): PythonValue | undefined {
  return readerOf(text).readWhole();
}

/** Whether a text is Python's `...`, a value by itself, with nothing around it but white space and comments. */
export function isEllipsis(text: string): boolean {
  return readerOf(text).isEllipsis();
}

function readerOf(text: string): LiteralReader {
  return new LiteralReader(text.slice(passed(EMPTY_LINE, text, 0)).replace(/^[ \t]*/, ""));
}

/** The place behind all that a sticky pattern finds in a row. */
function passed(pattern: RegExp, text: string, from: number): number {
  let at = from;
  for (pattern.lastIndex = at; pattern.test(text) && pattern.lastIndex > at; ) at = pattern.lastIndex;
  return at;
}

class LiteralReader {
  readonly #text: string;
  #at = 0;
  /** How many brackets are open: line breaks are white space only inside them. */
  #open = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readWhole(): PythonValue | undefined {
    const first = this.#readValue(0);
    if (first === undefined) return undefined;
    let value = first;
    if (this.#take(",")) {
      const items = [first];
      while (!this.#isAtEnd()) {
        const item = this.#readValue(0);
        if (item === undefined) return undefined;
        items.push(item);
        if (!this.#take(",")) break;
      }
      value = new Sequence("tuple", items);
    }
    return this.#isAtEnd() ? value : undefined;
  }

  isEllipsis(): boolean {
    this.#skip();
    if (!this.#text.startsWith("...", this.#at)) return false;
    this.#at += 3;
    return this.#isAtEnd();
  }

  #readValue(depth: number): PythonValue | undefined {
    this.#skip();
    if (depth > MAX_DEPTH) return undefined;
    const char = this.#text[this.#at];
    switch (char) {
      case "[":
        return this.#bracketed("]", () => this.#readItems("]", depth));
      case "(":
        return this.#bracketed(")", () => this.#readTuple(depth));
      case "{":
        return this.#bracketed("}", () => this.#readBraces(depth));
      case "+":
      case "-":
        return this.#readSigned(char);
    }
    const text = this.#readStrings();
    return text === undefined ? (this.#readNumber() ?? this.#readWord()) : text;
  }

  #bracketed(close: string, read: () => PythonValue | undefined): PythonValue | undefined {
    this.#at++;
    this.#open++;
    const value = read();
    if (value === undefined) return undefined;
    this.#skip();
    if (this.#text[this.#at] !== close) return undefined;
    this.#at++;
    this.#open--;
    return value;
  }

  #readItems(close: string, depth: number): PythonValue[] | undefined {
    const items: PythonValue[] = [];
    for (;;) {
      this.#skip();
      if (this.#text[this.#at] === close) return items;
      const item = this.#readValue(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.#take(",")) return items;
    }
  }

  #readTuple(depth: number): PythonValue | undefined {
    const start = this.#at;
    const items = this.#readItems(")", depth);
    if (items === undefined) return undefined;
    const [only] = items;
    const hasComma = /,\s*$/.test(this.#text.slice(start, this.#at));
    return items.length === 1 && !hasComma ? only : new Sequence("tuple", items);
  }

  #readBraces(depth: number): PythonValue | undefined {
    this.#skip();
    if (this.#text[this.#at] === "}") return new Map();
    const first = this.#readValue(depth + 1);
    if (first === undefined) return undefined;
    if (!this.#take(":")) return this.#readSet(first, depth);
    const dict: Dict = new Map();
    let key: PythonValue = first;
    for (;;) {
      const value = this.#readValue(depth + 1);
      if (value === undefined || !isHashable(key)) return undefined;
      dict.set(key, value);
      if (!this.#take(",")) return dict;
      this.#skip();
      if (this.#text[this.#at] === "}") return dict;
      const next = this.#readValue(depth + 1);
      if (next === undefined || !this.#take(":")) return undefined;
      key = next;
    }
  }

  #readSet(first: PythonValue, depth: number): PythonValue | undefined {
    const rest = this.#take(",") ? this.#readItems("}", depth) : [];
    if (rest === undefined) return undefined;
    const items = [first, ...rest];
    return items.every(isHashable) ? new Sequence("set", [...new Set(items)]) : undefined;
  }

  #readSigned(sign: string): PythonValue | undefined {
    this.#at++;
    this.#skip();
    const value = this.#readNumber();
    if (value === undefined || sign === "+") return value;
    if (value instanceof Float) return new Float(-value.value);
    return typeof value === "bigint" || typeof value === "number" ? (value === 0 ? 0 : -value) : undefined;
  }

  #readNumber(): PythonValue | undefined {
    NUMBER.lastIndex = this.#at;
    const token = NUMBER.exec(this.#text)?.[0];
    if (token === undefined) return undefined;
    const after = this.#text[this.#at + token.length] ?? "";
    if (/[\p{L}\p{N}_]/u.test(after)) return undefined;
    const digits = token.replaceAll("_", "");
    const value = numberOf(digits);
    if (value !== undefined) this.#at += token.length;
    return value;
  }

  #readWord(): PythonValue | undefined {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0];
    if (word === undefined) return undefined;
    this.#at += word.length;
    if (word === "True") return true;
    if (word === "False") return false;
    return word === "None" ? null : undefined;
  }

  /** Strings beside each other are one string. */
  #readStrings(): string | undefined {
    let value: string | undefined;
    for (;;) {
      const start = this.#at;
      if (value !== undefined) this.#skip();
      if (!isTextStart(this.#text, this.#at)) {
        this.#at = start;
        return value;
      }
      const part = literalTextAt(this.#text, this.#at, "refused");
      if (part === undefined) return undefined;
      this.#at = part.end;
      value = (value ?? "") + part.value;
    }
  }

  #take(char: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #skip(): void {
    this.#at = passed(this.#open > 0 ? WHITE_OR_BREAK : WHITE, this.#text, this.#at);
  }

  #isAtEnd(): boolean {
    return passed(TAIL, this.#text, this.#at) === this.#text.length;
  }
}

function numberOf(digits: string): PythonValue | undefined {
  if (digits.length > MAX_DIGITS) return undefined;
  if (/^0[xXoObB]/.test(digits)) return int(BigInt(digits));
  if (/[.eE]/.test(digits)) return toFloat(Number(digits));
  // A leading zero is allowed before zeros only.
  return /^0+[1-9]/.test(digits) ? undefined : int(BigInt(digits));
}

function int(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function isHashable(value: PythonValue): boolean {
  if (value instanceof Sequence) return value.kind === "tuple" && value.items.every(isHashable);
  return typeof value !== "object" || value === null || value instanceof Float || value instanceof Int;
}
