// Where strings end in JSON that is not quite JSON: inner quotes, missing quotes, bare words.
// Knows nothing of lists and dicts as values.
import { JsonCursor, LOOKAHEAD } from "./json-repair-cursor.ts";

const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["“", "”"],
  ["”", "”"],
]);
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
/** Where a string stands, which decides what may follow it. */
export type StringPlace = "key" | "value" | "list";

/** The reading of strings at a place in a text. */
export abstract class JsonStrings extends JsonCursor {
  isAtQuote(): boolean {
    return QUOTES.has(this.char);
  }

  /** Whether a quoted string and a colon stand here. */
  isAtKey(): boolean {
    const close = QUOTES.get(this.char) ?? "";
    const end = this.find(close, this.at + 1);
    return end !== -1 && this.after(end) === ":";
  }

  /** Whether what an opening brace holds has no colon before its first comma or its end. */
  looksLikeSet(): boolean {
    const start = this.at;
    this.skipWhite();
    if (this.isAtQuote()) {
      const end = this.find(QUOTES.get(this.char) ?? "", this.at + 1);
      // A key that was cut off counts as an item.
      const next = end === -1 ? (this.text.indexOf(":", this.at) === -1 ? "" : ":") : this.after(end);
      this.at = start;
      return next === "," || next === "}" || next === "";
    }
    const ahead = this.text.slice(this.at, this.at + LOOKAHEAD);
    this.at = start;
    const stop = /[,:}=]/.exec(ahead)?.[0];
    return ahead !== "" && !/^[{}[\]:,/#]/.test(ahead) && stop !== ":" && stop !== "=" && stop !== undefined;
  }

  /** The key at this place, in quotes or bare; undefined where none begins. */
  readKey(): string | undefined {
    if (this.isAtQuote()) return this.readQuoted("key");
    const start = this.at;
    this.match(/[^\p{L}\p{N}"'“”:,}\s=]*/uy);
    if (this.isAtQuote()) return this.readQuoted("key");
    let key = "";
    while (!this.isAtEnd() && !/[:,}"\s=]/.test(this.char))
      key += this.char === "\\" ? this.#readEscape() : this.take();
    if (this.at === start) {
      // A colon without a key: what it would name goes with it.
      if (this.char === ":") this.match(/[^,}]*/y);
      return undefined;
    }
    if (this.char === '"') this.at++;
    this.skipWhite();
    // Of several bare words the last is the key.
    if (!/[:=,}]/.test(this.char) && !this.isAtEnd()) return this.readKey();
    return key;
  }

  /** After a value: on to the next comma, key or end. */
  skipToPairEnd(): void {
    while (!this.isAtEnd() && !/[,}\];]/.test(this.char)) {
      if (this.char === "/" || this.char === "#") return;
      if (this.isAtQuote()) {
        if (this.isAtKey()) return;
        const end = this.find(QUOTES.get(this.char) ?? "", this.at + 1);
        this.at = end === -1 ? this.at + 1 : end + 1;
        continue;
      }
      if (/\n/.test(this.char)) {
        this.skipWhite();
        return;
      }
      this.at++;
    }
  }

  /** The string whose opening quote stands here. */
  readQuoted(place: StringPlace): string {
    const close = QUOTES.get(this.char) ?? '"';
    this.at++;
    if (this.char === close) {
      const next = this.after(this.at);
      const isApart = QUOTES.has(next) && next !== this.text[this.at + 1];
      if (
        isApart ||
        next === "" ||
        next === "," ||
        next === "[" ||
        next === "]" ||
        next === "}" ||
        next === ":" ||
        next === ")"
      ) {
        this.at++;
        return "";
      }
      this.at++;
    }
    const closed = this.#isClosedLater(close);
    let value = "";
    let isInner = false;
    while (!this.isAtEnd()) {
      const { char } = this;
      if (char === "\\") {
        value += this.#readEscape();
      } else if (char === close && value.endsWith("\\") && !this.#isDelimited(place)) {
        // Escaped twice: the backslash is the quote's.
        value = value.slice(0, -1) + this.take();
      } else if (char === close) {
        const verdict: "end" | "cut" | "inner" =
          isInner && !this.#isDelimited(place) ? "inner" : this.#judgeQuote(place, close, value);
        // The quote that a text was cut at opens the next key.
        if (verdict === "cut") return value.replace(/\s*,\s*$/, "");
        if (verdict === "end") {
          this.at++;
          if (place !== "list" && this.char === close && this.#isDelimitedAt(this.at + 1, place)) this.at++;
          return value;
        }
        isInner = !isInner;
        value += char;
        this.at++;
      } else if (place === "key" && char === ":" && this.#isValueOpen(close)) {
        return value.trimEnd();
      } else if (!closed && this.#endsUnclosed(place, char)) {
        return value.trimEnd();
      } else {
        value += char;
        this.at++;
      }
    }
    return closed ? value : value.trimEnd();
  }

  /** A string without quotes. */
  readBare(place: "value" | "list"): string {
    let value = "";
    let isSplit = true;
    while (!this.isAtEnd()) {
      const { char } = this;
      if (char === "\\") {
        value += this.#readEscape();
        continue;
      }
      if (char === "}" && place === "value") break;
      if (char === "]" && (place === "list" || this.dictDepth === 0)) break;
      if (char === ")" && this.parenDepth > 0) break;
      if (char === ",") {
        if (place === "list" || this.#isPairAhead(this.at + 1)) break;
        isSplit = false;
      }
      if (isSplit && char === '"' && (place === "list" || this.isAtKey() || this.find('"', this.at + 1) === -1)) break;
      value += this.take();
    }
    if (this.char === '"' && !this.isAtKey()) this.at++;
    return value.trimEnd();
  }

  /** Whether a quote that stands here ends its string. */
  #judgeQuote(place: StringPlace, close: string, value: string): "end" | "cut" | "inner" {
    if (this.#isDelimited(place)) return "end";
    const next = this.find(close, this.at + 1);
    if (next === -1) return "end";
    const between = this.text.slice(this.at + 1, next);
    if (place === "key") return this.after(next) === ":" && between.trim() !== "" ? "inner" : "end";
    if (between.trim() === "") return "end";
    if (this.after(next) === ":") return /,\s*$/.test(value) ? "cut" : "end";
    if (place === "list") {
      return between.includes(",") || this.#isDelimitedAt(next + 1, place) ? "end" : "inner";
    }
    if (/,\s*$/.test(between)) {
      const third = this.find(close, next + 1);
      if (third !== -1 && this.after(third) === ":") return "end";
    }
    return "inner";
  }

  #isDelimited(place: StringPlace): boolean {
    return this.#isDelimitedAt(this.at + 1, place);
  }

  #isDelimitedAt(from: number, place: StringPlace): boolean {
    const next = this.after(from - 1);
    if (next === "") return true;
    if (place === "key") return next === ":" || next === "=" || next === "}";
    if (next === "," || next === ";" || next === "/" || next === "#") return true;
    return place === "list"
      ? next === "]" || next === ")" || next === "}" || next === "["
      : next === "}" || (next === "]" && this.dictDepth === 0);
  }

  #endsUnclosed(place: StringPlace, char: string): boolean {
    if (place === "key") return char === ":";
    if (place === "list") return char === "]";
    return char === "}" && /^[}\]\s]*$/.test(this.text.slice(this.at, this.at + LOOKAHEAD));
  }

  /** Whether a quote that is not escaped follows anywhere: looked for from the end, which for all strings of a text is the same place. */
  #isClosedLater(close: string): boolean {
    let last = this.text.lastIndexOf(close);
    while (last > this.at && this.text[last - 1] === "\\") last = this.text.lastIndexOf(close, last - 1);
    return last >= this.at;
  }

  /** Whether the colon here opens a quoted value, so that the key before it lacks its closing quote. */
  #isValueOpen(close: string): boolean {
    const open = this.find(close, this.at + 1);
    if (open === -1 || this.text.slice(this.at + 1, open).trim() !== "") return false;
    const end = this.find(close, open + 1);
    return end !== -1 && this.after(open) !== ":" && this.after(end) !== ":";
  }

  /** Whether `name:` stands after a comma: then the comma ends a bare value. */
  #isPairAhead(from: number): boolean {
    const ahead = this.text.slice(from, from + LOOKAHEAD).trimStart();
    return /^[^,}\n]*:/.test(ahead) || /^[^}]*"[^"]*"\s*:/.test(ahead);
  }

  #readEscape(): string {
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
