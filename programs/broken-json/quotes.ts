// Whether a quote inside a text ends it or is the text's own.
// Reads no values.

import { isLetterAt } from "./characters.ts";
import { CommaAhead } from "./comma-ahead.ts";
import { isOneOf } from "./surroundings.ts";
import type { TextSoFar } from "./text-so-far.ts";

/** What a closing quote comes to. `kept`: it is in the text now. `perhaps`: it ends the text unless a low quote is open. */
export type QuoteVerdict = "end" | "perhaps" | "kept";

/** The meaning of closing quotes, and of escapes. */
export abstract class Quotes extends CommaAhead {
  /** Adds the character at this place to a text. */
  take(text: TextSoFar): void {
    text.add(this.char);
    this.at++;
  }

  /** Decides on the closing quote at this place, behind at least one character of the text. */
  judgeQuote(text: TextSoFar): QuoteVerdict {
    if (text.isDoubled && this.charAt(this.at + 1) === text.closes) {
      this.at++;
      return "kept";
    }
    if (text.isBare && this.inside === "value") return this.#judgeBehindBare(text);
    if (text.isQuoteOpen) {
      text.isQuoteOpen = false;
      return this.#keep(text);
    }
    const stop = this.#nextStop(text);
    const char = this.charAt(stop);
    if (char === "," && this.inside === "value") {
      const next = this.find(text.closes, stop + 1);
      return isOneOf(this.charPastWhite(next + 1), "},") ? this.#keep(text) : "perhaps";
    }
    if (char !== text.closes || this.charAt(stop - 1) === "\\") return "perhaps";
    return this.#judgePaired(text, stop);
  }

  /** A quote behind a bare value opens the next key, or ends the value. */
  #judgeBehindBare(text: TextSoFar): QuoteVerdict {
    let next = this.at + 1;
    while (next < this.text.length && this.charAt(next) !== text.closes && this.charAt(next) !== text.opens) next++;
    if (next >= this.text.length || this.charPastWhite(next + 1) !== ":") return "perhaps";
    this.at--;
    return "end";
  }

  /** The next place that tells: a quote, or what ends something that is open. */
  #nextStop(text: TextSoFar): number {
    const inKey = this.isWithin("key");
    const ends = `${inKey ? ":}" : ""}${this.isWithin("value") ? "}" : ""}${this.isWithin("list") ? "]," : ""}`;
    let isComma = this.inside === "value";
    for (let at = this.at + 1; at < this.text.length; at++) {
      const char = this.charAt(at);
      if (char === text.closes || char === text.opens || ends.includes(char)) return at;
      if (isComma && char === ",") return at;
      if (isComma && isLetterAt(this.text, at)) isComma = false;
    }
    return this.text.length;
  }

  /** Decides where nothing but text stands between this quote and the next. */
  #judgePaired(text: TextSoFar, next: number): QuoteVerdict {
    const isBlank = this.pastWhite(this.at + 1) >= next;
    const { inside } = this;
    if (inside === "value") {
      if (this.isPairBehindQuote(next)) return this.#keep(text);
      if (isBlank) return "end";
      return this.#isColonBehindThird(text, next) ? "perhaps" : this.#keepOpening(text);
    }
    if (isBlank) return "end";
    if (inside === "key") return this.#keep(text);
    if (inside !== "list") return "perhaps";
    // Quotes that come in pairs up to the list's end are the text's own.
    const quotes = this.count(text.closes, next, this.find("]", next + 1));
    return quotes % 2 === 0 ? this.#keepOpening(text) : "end";
  }

  /** Whether behind the quote after the next a colon comes, before anything that ends a value. */
  #isColonBehindThird(text: TextSoFar, next: number): boolean {
    let at = this.find(text.closes, next + 1) + 1;
    for (; at < this.text.length && this.charAt(at) !== ":"; at++) {
      if (isOneOf(this.charAt(at), ",]}")) return false;
      if (this.charAt(at) === text.closes && this.charAt(at - 1) !== "\\") return false;
    }
    return at < this.text.length;
  }

  #keepOpening(text: TextSoFar): QuoteVerdict {
    text.isQuoteOpen = true;
    return this.#keep(text);
  }

  #keep(text: TextSoFar): QuoteVerdict {
    this.take(text);
    return "kept";
  }

  /** Whether the closing quote at this place stands in brackets without white space, as in a regular expression's class. */
  isInBrackets(text: TextSoFar): boolean {
    return text.isInCompactBracket && this.find("]", this.at + 1) < this.text.length;
  }
}
