// Where strings end in JSON that is not quite JSON: inner quotes, missing quotes, bare words.
// Knows nothing of lists and dicts as values.
import { JsonCursor } from "./json-repair-cursor.ts";
import { stripEnd } from "./python/text.ts";

export const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["“", "”"],
  ["”", "”"],
]);
const SPACED_KEY = / [\p{L}_][\p{L}\p{N}_]{0,100}\s{0,100}:/uy;
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

  /** After a value: on to the next comma, key or end. */
  skipToPairEnd(): void {
    while (!this.isAtEnd() && !/[,}\];]/.test(this.char)) {
      if (this.char === "/" || this.char === "#") return;
      if (this.isAtQuote()) {
        if (this.isAtKey()) return;
        // A quote too many behind a value.
        if (/[,}\]]/.test(this.after(this.at))) {
          this.at++;
          continue;
        }
        const end = this.find(QUOTES.get(this.char) ?? "", this.at + 1);
        this.at = end === -1 ? this.at + 1 : end + 1;
        continue;
      }
      if (/\n/.test(this.char)) {
        this.skipWhite();
        return;
      }
      // A key without quotes, and no comma before it.
      if (this.char === " " && this.isAt(SPACED_KEY)) return;
      this.at++;
    }
  }

  /** The string whose opening quote stands here. */
  readQuoted(place: StringPlace): string {
    const close = QUOTES.get(this.char) ?? '"';
    this.at++;
    const isDoubled = this.char === close;
    if (isDoubled) {
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
    // Of two opening quotes the second may be the text's own.
    let isInner = isDoubled && place === "value" && this.#isPairOpen(close);
    let value = isInner ? close : "";
    let closed = this.isLater(close);
    // Of a value that nothing closes: the braces that it opens are its own to close.
    let openBraces = 0;
    while (!this.isAtEnd()) {
      const { char } = this;
      if (char === "\\") {
        const escaped = this.readEscape();
        // Escaped twice: the backslash is the quote's.
        const isOfQuote = escaped === "\\" && this.char === close && !this.isDelimited(place);
        value += isOfQuote ? this.take() : escaped;
      } else if (char === close) {
        const isPaired = isInner && place !== "key" && !this.isDelimited(place);
        const verdict = isPaired ? "inner" : this.#judgeQuote(place, close, value);
        // The quote that a text was cut at opens the next key.
        if (verdict === "cut") return value.replace(/\s*,\s*$/, "");
        if (verdict === "end") {
          this.at++;
          const isTwice = this.char === close && this.#isDelimitedAt(this.at + 1, place);
          if (!isTwice || (place === "list" && !isDoubled)) return value;
          this.at++;
          return value;
        }
        isInner = !isInner;
        value += this.take();
        closed = this.isLater(close);
      } else if (place === "key" && char === ":" && this.#isValueOpen(close)) {
        return stripEnd(value);
      } else if (!closed && char === "}" && openBraces > 0) {
        openBraces--;
        value += this.take();
      } else if (!closed && this.#endsUnclosed(place, char)) {
        return stripEnd(value);
      } else {
        const plain = this.takePlain(isSign);
        if (!closed) openBraces += plain.split("{").length - 1;
        value += plain;
      }
    }
    return closed ? value : stripEnd(value);
  }

  /** Whether a quote that stands here ends its string. */
  #judgeQuote(place: StringPlace, close: string, value: string): "end" | "cut" | "inner" {
    if (this.isDelimited(place)) return "end";
    const next = this.find(close, this.at + 1);
    if (next === -1) return "end";
    const between = this.text.slice(this.at + 1, next);
    if (between.trim() === "") return "end";
    // A key without quotes, and no comma before it.
    if (place === "value" && /^\s+[\p{L}_][\p{L}\p{N}_]*\s*:/u.test(between)) return "end";
    if (place === "key") return this.#isKeyEnd(next, close) ? "inner" : "end";
    // The same answer begun anew.
    if (/^\s*\{\s*$/.test(between)) return "end";
    // Signs alone before the next key are no text.
    if (place === "value" && !/[\p{L}\p{N}]/u.test(between) && this.#isKeyAhead(next, close)) return "end";
    if (this.after(next) === ":") {
      return /,\s*$/.test(value) ? "cut" : "end";
    }
    if (place === "list") {
      return between.includes(",") || this.#isDelimitedAt(next + 1, place) ? "end" : "inner";
    }
    if (/,\s*$/.test(between)) {
      const third = this.find(close, next + 1);
      if (third !== -1 && this.after(third) === ":") return "end";
    }
    return "inner";
  }

  /** Whether the next quote closes a pair of the text's own: one more, apart from it, ends the text. */
  #isPairOpen(close: string): boolean {
    const inner = this.find(close, this.at);
    const outer = inner === -1 ? -1 : this.find(close, inner + 1);
    return outer > inner + 1 && /^[,}]?$/.test(this.after(outer));
  }

  /** Whether the quote at a place opens a key. */
  #isKeyAhead(open: number, close: string): boolean {
    const end = this.find(close, open + 1);
    return end !== -1 && this.after(end) === ":";
  }

  /** Whether a quote, or two of them, ends a key. */
  #isKeyEnd(at: number, close: string): boolean {
    return this.after(at) === ":" || (this.text[at + 1] === close && this.after(at + 1) === ":");
  }

  isDelimited(place: StringPlace): boolean {
    return this.#isDelimitedAt(this.at + 1, place);
  }

  #isDelimitedAt(from: number, place: StringPlace): boolean {
    const next = this.after(from - 1);
    if (next === "") return true;
    if (place === "key") return next === ":" || next === "=" || next === "}" || this.isColonBehind(from);
    if (next === "," || next === ";" || next === "/" || next === "#") return true;
    return place === "list"
      ? next === "]" || next === ")" || next === "}" || next === "["
      : next === "}" || (next === "]" && this.dictDepth === 0);
  }

  /** Whether one character that is nothing stands between a key's end and its colon, or a sign in the colon's place. */
  isColonBehind(at: number): boolean {
    const char = this.text[at] ?? "";
    const next = this.text[at + 1] ?? "";
    if (next === ":") return !/[\s"':=,{}]/.test(char);
    return next === " " && /[^\s\p{L}\p{N}"'“”:=,{}]/u.test(char);
  }

  #endsUnclosed(place: StringPlace, char: string): boolean {
    if (place === "key") return char === ":";
    if (place === "list") return char === "]";
    if (char !== "}" && (char !== "]" || this.listDepth === 0)) return false;
    return this.isBehindAll();
  }

  /** Whether the colon here opens a quoted value, or a list of such, so that the key before it lacks its closing quote. */
  #isValueOpen(close: string): boolean {
    const open = this.find(close, this.at + 1);
    if (open === -1) return false;
    const between = this.text.slice(this.at + 1, open).trim();
    if (between !== "" && between !== "[") return false;
    const end = this.find(close, open + 1);
    return end !== -1 && this.after(open) !== ":" && this.after(end) !== ":";
  }
}

/** Whether a character may mean something inside quotes. */
function isSign(code: number): boolean {
  switch (code) {
    case 0x22: // "
    case 0x27: // '
    case 0x3a: // :
    case 0x5c: // \
    case 0x5d: // ]
    case 0x7d: // }
    case 0x201c:
    case 0x201d:
      return true;
    default:
      return false;
  }
}
