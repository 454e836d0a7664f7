// What stands behind a backslash, where it means something.
// Knows nothing of values.
import { Quotes } from "./quotes.ts";
import { isOneOf, isOneOfOrEnd, QUOTES } from "./surroundings.ts";
import type { TextSoFar } from "./text-so-far.ts";

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", b: "\b", "\\": "\\" };
/** Stands for the closing quote while a low quote is open, when no quote closes. */
const NO_QUOTE = "\0";

/** The reading of escapes. */
export abstract class Escapes extends Quotes {
  /** Reads what follows a backslash, the text's last character. False where it is nothing: then the backslash stays. */
  readEscape(text: TextSoFar): boolean {
    const { char } = this;
    const isLow = text.lowQuotes > 0;
    const closes = isLow ? NO_QUOTE : text.closes;
    if (isLow && char === '"') {
      text.lowQuotes--;
      return this.#put(text, char);
    }
    if (char === "\\" && this.#readPairs(text, closes)) return true;
    if (char === closes || char in ESCAPES) {
      this.#put(text, ESCAPES[char] ?? char);
      while (text.last === "\\" && isOneOf(this.char, `${closes}\\`)) this.#put(text, this.char);
      return true;
    }
    if (char === "u" || char === "x") return this.#readHex(text, char === "u" ? 4 : 2);
    return char === "„" || isOneOf(char, QUOTES) ? this.#put(text, char) : false;
  }

  /** Backslashes in pairs, of which each is one; not before a quote that then would end the text too early. */
  #readPairs(text: TextSoFar, closes: string): boolean {
    let end = this.at + 1;
    while (this.charAt(end) === "\\") end++;
    const length = end - (this.at - 1);
    if (length % 2 === 1) return false;
    if (this.charAt(end) === closes && !isOneOfOrEnd(this.charPastWhite(end + 1), ",:}]")) return false;
    text.addEscaped("\\".repeat(length / 2));
    this.at = end;
    return true;
  }

  #readHex(text: TextSoFar, digits: number): boolean {
    const hex = this.text.slice(this.at + 1, this.at + 1 + digits);
    if (hex.length !== digits || !/^[0-9a-fA-F]+$/.test(hex)) return false;
    text.addEscaped(String.fromCharCode(Number.parseInt(hex, 16)));
    this.at += 1 + digits;
    return true;
  }

  #put(text: TextSoFar, content: string): true {
    text.addEscaped(content);
    this.at++;
    return true;
  }
}
