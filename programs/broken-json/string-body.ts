// Where a text ends, character by character.
// Knows nothing of how it began.
import { isSpaceAt } from "./characters.ts";
import { Escapes } from "./escapes.ts";
import { isOneOf } from "./surroundings.ts";
import type { TextSoFar } from "./text-so-far.ts";

/** All that may mean something inside a text. */
const SIGNS = /["'“”„\\,:{}[\]()]/g;

/** The reading of a text's characters. */
export abstract class StringBody extends Escapes {
  /** Reads on to the end of a text: to its closing quote, or to where it must have been. */
  readBody(text: TextSoFar): void {
    while (!this.isAtEnd() && (this.char !== text.closes || text.lowQuotes > 0)) {
      if (this.#isBareEnd(text)) return;
      const step = this.#readLowQuote(text) || this.#readContainer(text) ? "taken" : this.#readSign(text);
      if (step === "end") return;
      if (step === "taken") continue;
      this.#takePlain(text);
      if (this.isAtEnd() || this.#readBehind(text) === "end") return;
    }
  }

  /** A bare key ends at its colon or white space, a bare item at a comma or the list's end. */
  #isBareEnd(text: TextSoFar): boolean {
    if (!text.isBare) return false;
    if (this.inside === "key") return this.char === ":" || isSpaceAt(this.text, this.at);
    return this.inside === "list" && isOneOf(this.char, "],");
  }

  /** Quotes that open low (`„`) close high, and what is between them is text. */
  #readLowQuote(text: TextSoFar): boolean {
    if (this.char === "„" && text.last !== "\\") text.lowQuotes++;
    else if (this.char === "”" && text.lowQuotes > 0) text.lowQuotes--;
    else return false;
    this.take(text);
    return true;
  }

  /** A list or dict that is part of the text, whole: behind a comma that is, or one with a bare key. */
  #readContainer(text: TextSoFar): boolean {
    if (!isOneOf(this.char, "{[(") || text.last === "\\") return false;
    const isOwn =
      text.awaitsContainer ||
      (this.inside === "value" &&
        this.char === "{" &&
        this.charAt(this.at - 1) !== "\\" &&
        this.isBareKeyAt(this.pastWhite(this.at + 1)));
    const end = isOwn ? this.pastContainer(this.at) : undefined;
    if (end === undefined) return false;
    text.awaitsContainer = false;
    text.containers.length = 0;
    text.add(this.text.slice(this.at, end));
    this.at = end;
    return true;
  }

  /** Commas and brackets, which may end a text that lacks its quote. */
  #readSign(text: TextSoFar): "taken" | "end" | "plain" {
    const { char } = this;
    const inValue = this.inside === "value";
    if (char === "," && inValue && !text.awaitsContainer && text.containers.length === 0) {
      const meaning = text.isCommaProof ? "text" : this.commaMeaning(text);
      if (meaning === "end") return "end";
      if (meaning === "text for good") text.isCommaProof = true;
      text.awaitsContainer = meaning === "container";
      this.take(text);
      return "taken";
    }
    if (text.closesContainer(char)) {
      this.take(text);
      return "taken";
    }
    if (char === "}" && inValue) return this.#readBrace(text);
    const isListEnd = char === "]" && this.isWithin("list") && text.last !== text.closes;
    return isListEnd && this.find(text.closes, this.at) === this.text.length ? "end" : "plain";
  }

  /** A brace in a dict's text. */
  #readBrace(text: TextSoFar): "taken" | "end" | "plain" {
    if (text.last !== text.closes) {
      if (text.openBraces > 0) {
        this.take(text);
        return "taken";
      }
      if (this.#isQuoteMissing(text)) return "end";
    }
    const next = this.pastWhite(this.at + 1);
    if (next === this.text.length) return "end";
    if (!this.text.startsWith("```", next)) return "plain";
    const { isText, keeps } = this.braceBeforeFence(next, text.closes);
    if (!isText) return "end";
    if (keeps) text.awaitsContainer = true;
    this.take(text);
    return "taken";
  }

  /** Whether the text's closing quote should have stood before the brace here. */
  #isQuoteMissing(text: TextSoFar): boolean {
    const isEscape = this.charAt(this.at + 1) === "\\";
    const quote = this.findFor(text, text.closes, this.at + 1);
    if (quote === this.text.length) {
      // No quote is left at all: either pairs follow, or this brace is followed at once by another or the end.
      if (this.find(":", this.at + 1) < this.text.length) return true;
      const start = this.pastWhite(this.at + 1);
      const width = (this.text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
      return !isEscape && this.find("}", start) - start <= width;
    }
    const behind = this.pastWhite(quote + 1);
    if (isEscape || behind === this.text.length || isOneOf(this.charAt(behind), ",}")) return false;
    const second = this.find(text.opens, behind);
    if (second === this.text.length) return false;
    const after = this.charPastWhite(second + 1);
    return after === "" || after === ":";
  }

  /** Takes the character here, and the plain ones behind it. */
  #takePlain(text: TextSoFar): void {
    // Of a bare key each character may be its last.
    if (this.char === "\\" || (text.isBare && this.inside === "key")) {
      this.take(text);
      return;
    }
    SIGNS.lastIndex = this.at + 1;
    const end = SIGNS.exec(this.text)?.index ?? this.text.length;
    text.add(this.text.slice(this.at, end));
    this.at = end;
  }

  /** What the character behind a plain one is: an escape, the colon of a key that lacks its quote, a quote. */
  #readBehind(text: TextSoFar): "on" | "end" {
    if (text.last === "\\" && this.readEscape(text)) return "on";
    const { char } = this;
    if (char === ":" && !text.isBare && this.inside === "key") return this.#isColonEnd(text) ? "end" : "on";
    if (char === '"' && text.lowQuotes > 0) {
      text.lowQuotes--;
      this.take(text);
      return "on";
    }
    if (char !== text.closes || char === "") return "on";
    if (this.inside === "value" && this.isInBrackets(text)) {
      this.take(text);
      return "on";
    }
    if (text.last === "\\" || text.last === "") return "on";
    return this.judgeQuote(text) === "end" ? "end" : "on";
  }

  /** Whether the colon here ends a key whose closing quote is missing: a value in quotes and what ends it follow, or no quote at all. */
  #isColonEnd(text: TextSoFar): boolean {
    const open = this.find(text.opens, this.at + 1);
    if (open === this.text.length) return true;
    const close = this.find(text.closes, open + 1);
    return close < this.text.length && isOneOf(this.charPastWhite(close + 1), ",}");
  }
}
