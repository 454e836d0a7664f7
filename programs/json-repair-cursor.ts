// A place in a text that is not quite JSON, and what can be told without reading on: what follows, and comments.
// Knows nothing of strings and values.

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
const LINE_END = /\n/g;
const LINE_OR_LIST_END = /[\n\]]/g;
const LINE_OR_DICT_END = /[\n}]/g;
const ANY_END = /[\n\]}]/g;
const WHITE = /\s*/y;
/** How far ahead a doubtful quote is judged. It keeps the whole linear; beyond it a quote counts as an end. */
export const LOOKAHEAD = 2_000;

/** A text and a place in it. */
export abstract class JsonCursor {
  readonly text: string;
  at = 0;
  /** How many dicts are open around this place. */
  dictDepth = 0;
  /** How many lists are open around this place. */
  listDepth = 0;
  /** Whether the items here are those of a set, which a brace closes. */
  isInSet = false;
  /** How many parentheses are open around this place. */
  parenDepth = 0;

  /** Where the last of a sign stands that is not escaped. */
  readonly #lastSigns = new Map<string, number>();

  /** Where the last character stands that is no closing bracket; looked for once. */
  #allEnd: number | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The character at this place; empty at the end. */
  get char(): string {
    return this.text[this.at] ?? "";
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  isAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  /** Passes over a comment, and says whether there was one. One of a line ends early where the list or dict around it does. */
  skipComment(): boolean {
    if (this.text.startsWith("/*", this.at)) {
      const end = this.text.indexOf("*/", this.at + 2);
      this.at = end === -1 ? this.text.length : end + 2;
      return true;
    }
    if (this.char !== "#" && !this.text.startsWith("//", this.at)) return false;
    if (this.listDepth === 0 && this.dictDepth === 0) this.skipTo(LINE_END);
    else if (this.dictDepth === 0) this.skipTo(LINE_OR_LIST_END);
    else this.skipTo(this.listDepth === 0 ? LINE_OR_DICT_END : ANY_END);
    return true;
  }

  /** On to the next match of a global pattern, or to the end. */
  skipTo(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    this.at = pattern.exec(this.text)?.index ?? this.text.length;
  }

  skipWhite(): void {
    this.match(WHITE);
  }

  /** The next quote that is not escaped, within the lookahead; -1 for none. */
  find(close: string, from: number): number {
    const end = Math.min(this.text.length, from + LOOKAHEAD);
    for (let at = from; at < end; at++) {
      const char = this.text[at];
      if (char === "\\") at++;
      else if (char === close) return at;
    }
    return -1;
  }

  /** The first character after a place that is no white space; empty at the end. */
  after(place: number): string {
    WHITE.lastIndex = place + 1;
    WHITE.exec(this.text);
    return this.text[WHITE.lastIndex] ?? "";
  }

  take(): string {
    const { char } = this;
    this.at++;
    return char;
  }

  /** Whether a sign that is not escaped follows anywhere: looked for from the end, once, since the last is the last for all strings. */
  isLater(sign: string): boolean {
    let last = this.#lastSigns.get(sign);
    if (last === undefined) {
      last = this.text.lastIndexOf(sign);
      while (last > 0 && this.text[last - 1] === "\\") last = this.text.lastIndexOf(sign, last - 1);
      this.#lastSigns.set(sign, last);
    }
    return last >= this.at;
  }

  /** Whether nothing but closing brackets and white space stands from here to the end. */
  isBehindAll(): boolean {
    if (this.#allEnd === undefined) {
      let end = this.text.length;
      while (end > 0 && /[}\]\s]/.test(this.text[end - 1] ?? "")) end--;
      this.#allEnd = end;
    }
    return this.at >= this.#allEnd;
  }

  /** What stands from here to the next sign that could mean something: this place's own character, whatever it is, and all plain ones behind it. */
  takePlain(isSign: (code: number) => boolean): string {
    const start = this.at++;
    while (this.at < this.text.length && !isSign(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  readEscape(): string {
    const char = this.text[this.at + 1] ?? "";
    const width = char === "u" ? 4 : char === "x" ? 2 : 0;
    const hex = this.text.slice(this.at + 2, this.at + 2 + width);
    if (width > 0 && hex.length === width && /^[0-9a-fA-F]+$/.test(hex)) {
      this.at += 2 + width;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const escaped = ESCAPES.get(char);
    this.at += escaped === undefined ? 1 : 2;
    return escaped ?? "\\";
  }
}
