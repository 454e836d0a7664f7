// Where strings end in JSON that is not quite JSON: inner quotes, missing quotes, bare words.
// Knows nothing of lists and dicts as values.
import { JsonCursor, LOOKAHEAD } from "./json-repair-cursor.ts";
import { strip } from "./python/text.ts";

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
  /** Where the last of a sign stands that is not escaped. */
  readonly #lastSigns = new Map<string, number>();

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
    for (;;) {
      if (this.isAtQuote()) return this.readQuoted("key");
      const start = this.at;
      this.match(/[^\p{L}\p{N}"'“”:,}\s=]*/uy);
      if (this.isAtQuote()) return this.readQuoted("key");
      let key = "";
      while (!this.isAtEnd() && !/[:,}"\s=]/.test(this.char)) {
        key += this.char === "\\" ? this.#readEscape() : this.take();
      }
      if (this.at === start) {
        // A colon without a key: what it would name goes with it.
        if (this.char === ":") this.match(/[^,}]*/y);
        return undefined;
      }
      if (this.char === '"') this.at++;
      this.skipWhite();
      // Of several bare words the last is the key.
      if (/[:=,}]/.test(this.char) || this.isAtEnd()) return key;
    }
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

  /** The string whose opening quote stands here. DSPy takes white space off its end where that is a line break. */
  readQuoted(place: StringPlace): string {
    const value = this.#readInQuotes(place);
    return this.compat !== undefined && value.endsWith("\n") ? strip(`|${value}`).slice(1) : value;
  }

  #readInQuotes(place: StringPlace): string {
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
    let closed = this.#isLater(close);
    let value = "";
    let isInner = false;
    while (!this.isAtEnd()) {
      const { char } = this;
      if (char === "\\") {
        const escaped = this.#readEscape();
        // Escaped twice: the backslash is the quote's.
        const isOfQuote = escaped === "\\" && this.char === close && !this.#isDelimited(place);
        value += isOfQuote ? this.take() : escaped;
      } else if (char === close) {
        const verdict: "end" | "cut" | "inner" =
          isInner && !this.#isOuterEnd(place) ? "inner" : this.#judgeQuote(place, close, value);
        // The quote that a text was cut at opens the next key.
        if (verdict === "cut") return value.replace(/\s*,\s*$/, "");
        if (verdict === "end") {
          this.at++;
          if (place !== "list" && this.char === close && this.#isDelimitedAt(this.at + 1, place)) this.at++;
          return value;
        }
        isInner = !isInner;
        value += this.take();
        closed = this.#isLater(close);
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
    let isPastBrace = false;
    while (!this.isAtEnd()) {
      const { char } = this;
      if (char === "\\") {
        value += this.#readEscape();
        continue;
      }
      if (char === "}" && place === "value") {
        if (!isPastBrace && this.#isBraceEnd()) break;
        isPastBrace = true;
      }
      if (char === "]" && (place === "list" || this.dictDepth === 0 || isPastBrace)) break;
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

  /** Whether the quote here ends its string although inner quotes are not yet paired; DSPy takes it for their second before a closing brace. */
  #isOuterEnd(place: StringPlace): boolean {
    const isBrace = place === "value" && this.after(this.at) === "}";
    return this.#isDelimited(place) && !(isBrace && this.compat !== undefined);
  }

  /** Whether the brace here ends a bare value. To DSPy it does not where a comma but no further key follows. */
  #isBraceEnd(): boolean {
    return this.compat === undefined || this.after(this.at) !== "," || this.#isLater(":");
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
    if (char !== "}" && (char !== "]" || this.listDepth === 0)) return false;
    return /^[}\]\s]*$/.test(this.text.slice(this.at, this.at + LOOKAHEAD));
  }

  /** Whether a sign that is not escaped follows anywhere: looked for from the end, once, since the last is the last for all strings. */
  #isLater(sign: string): boolean {
    let last = this.#lastSigns.get(sign);
    if (last === undefined) {
      last = this.text.lastIndexOf(sign);
      while (last > 0 && this.text[last - 1] === "\\") last = this.text.lastIndexOf(sign, last - 1);
      this.#lastSigns.set(sign, last);
    }
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
    return /^[\p{L}\p{N}_-]+\s*:/u.test(ahead) || /^[^}"]*"[^"]*"\s*:/.test(ahead) || /^'[^']*'\s*:/.test(ahead);
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
