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
      // A key that was cut off counts as an item, unless nothing is left of it.
      const isCut = end === -1 && this.at + 1 < this.text.length && this.text.indexOf(":", this.at) === -1;
      const next = end === -1 ? (isCut ? "" : ":") : this.after(end);
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
        key += this.char === "\\" ? this.readEscape() : this.take();
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
    while (!this.isAtEnd()) {
      const { char } = this;
      if (char === "\\") {
        const escaped = this.readEscape();
        // Escaped twice: the backslash is the quote's.
        const isOfQuote = escaped === "\\" && this.char === close && !this.isDelimited(place);
        value += isOfQuote ? this.take() : escaped;
      } else if (char === close) {
        const isPaired = isInner && place !== "key" && !this.#isOuterEnd(place);
        const verdict = isPaired ? "inner" : this.#judgeQuote(place, close, value);
        // The quote that a text was cut at opens the next key.
        if (this.#isKeptQuote(place, close, value)) return value + this.take();
        if (verdict === "cut") return value.replace(/\s*,\s*$/, "");
        if (verdict === "end") {
          const sign = this.take();
          const isTwice = this.char === close && this.#isDelimitedAt(this.at + 1, place);
          if (!isTwice || (place === "list" && !isDoubled)) return value;
          this.at++;
          return this.#isOwnQuote(place, isDoubled, value, close) ? value + sign : value;
        }
        isInner = !isInner;
        value += this.take();
        closed = this.isLater(close);
      } else if (place === "key" && char === ":" && this.#isValueOpen(close)) {
        return value.trimEnd();
      } else if (!closed && this.#endsUnclosed(place, char)) {
        return value.trimEnd();
      } else {
        value += this.takePlain(isSign);
      }
    }
    return closed ? value : value.trimEnd();
  }

  /** Whether a quote that stands here ends its string. */
  #judgeQuote(place: StringPlace, close: string, value: string): "end" | "cut" | "inner" {
    if (this.isDelimited(place)) return "end";
    const next = this.find(close, this.at + 1);
    if (next === -1) return "end";
    const between = this.text.slice(this.at + 1, next);
    if (between.trim() === "") return "end";
    if (place === "key") return this.compat !== undefined || this.#isKeyEnd(next, close) ? "inner" : "end";
    // The same answer begun anew.
    if (/^\s*\{\s*$/.test(between)) return "end";
    // Signs alone before the next key are no text.
    if (place === "value" && !/[\p{L}\p{N}]/u.test(between) && this.#isKeyAhead(next, close)) return "end";
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

  /** Whether the quote here ends its string although inner quotes are not yet paired; DSPy takes it for their second before a closing brace and at the end of all. */
  #isOuterEnd(place: StringPlace): boolean {
    const next = this.after(this.at);
    const isLost = next === "" || (place === "value" && next === "}");
    return this.isDelimited(place) && !(isLost && this.compat !== undefined);
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

  /** Whether DSPy counts the first of two closing quotes among the text: not where the text began with two, unless others stand in it. */
  #isOwnQuote(place: StringPlace, isDoubled: boolean, value: string, close: string): boolean {
    if (this.compat === undefined || place === "key" || this.char === "}") return false;
    return !isDoubled || value.includes(close);
  }

  /** Whether DSPy takes a closing quote for text: one that looks otherwise than its opening one, where another such value follows. */
  #isKeptQuote(place: StringPlace, close: string, value: string): boolean {
    if (this.compat === undefined || place !== "value" || close !== "”") return false;
    if (value.endsWith('"') || this.after(this.at) !== ",") return false;
    const next = this.find(close, this.at + 1);
    return next !== -1 && /[,}]/.test(this.after(next));
  }

  isDelimited(place: StringPlace): boolean {
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

  /** Whether the colon here opens a quoted value, so that the key before it lacks its closing quote. */
  #isValueOpen(close: string): boolean {
    const open = this.find(close, this.at + 1);
    if (open === -1 || this.text.slice(this.at + 1, open).trim() !== "") return false;
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
