// What braces hold in which no pair was found: nothing, a set's items, or pairs whose quotes are all escaped.
// Knows nothing of how pairs are read.
import { stripStart } from "../python/text.ts";
import type { PythonValue } from "../python/values.ts";
import { countCharacters } from "./characters.ts";
import { Strings } from "./strings.ts";
import { QUOTES } from "./surroundings.ts";

/** The second reading of braces. */
export abstract class EmptyDict extends Strings {
  abstract readDict(): PythonValue;
  abstract readList(close: string): PythonValue[];

  /** Reads once more from behind an opening brace up to this place; undefined where the dict is an empty one. */
  readOtherwise(start: number): PythonValue | undefined {
    const whole = this.text.slice(start, this.at);
    if (this.at - start <= 4 && countCharacters(whole) + Math.max(0, this.at - this.text.length) <= 2) return undefined;
    if (this.charAt(this.at - 1) === "}" && this.#isEmpty(whole.slice(0, -1))) return undefined;
    // What was taken for the brace's content, and one character more.
    const tail = this.text.slice(start, this.at + 1);
    const body = stripStart(tail.endsWith("}") ? tail.slice(0, -1) : tail);
    if (body === "") return undefined;
    if (["'", '"'].some((quote) => body.startsWith(`\\${quote}`) && body.includes(`\\${quote}:`))) {
      return this.#readUnescaped(start, tail);
    }
    const plain = stripStart(withoutComments(body));
    // A second reading costs more than a look at each character.
    if (plain === "" || hasColon(plain) || !this.spend(4 * whole.length)) return undefined;
    this.at = start;
    const items = this.within("key", () => this.readList("]"));
    this.leaveKeyOpen();
    return items;
  }

  #isEmpty(body: string): boolean {
    return stripStart(withoutComments(body)) === "";
  }

  #readUnescaped(start: number, tail: string): PythonValue | undefined {
    if (!this.replace(start, start + tail.length, tail.replaceAll('\\"', '"').replaceAll("\\'", "'"))) return undefined;
    this.at = start;
    const value = this.within("key", () => this.readDict());
    this.leaveKeyOpen();
    return value;
  }
}

/** A text without its comments; in quotes there are none. */
function withoutComments(text: string): string {
  const kept: string[] = [];
  let quote = "";
  let isEscaped = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    const end = quote === "" && char !== "\\" && !(QUOTES.includes(char) && !isEscaped) ? pastComment(text, at) : at;
    if (end > at) at = end - 1;
    else kept.push(char);
    quote = quoteBehind(quote, char, isEscaped);
    isEscaped = char === "\\" && !isEscaped;
  }
  return kept.join("");
}

/** Whether a colon stands outside of quotes. */
function hasColon(text: string): boolean {
  let quote = "";
  let isEscaped = false;
  for (const char of text) {
    if (char === ":" && quote === "" && !isEscaped) return true;
    quote = quoteBehind(quote, char, isEscaped);
    isEscaped = char === "\\" && !isEscaped;
  }
  return false;
}

/** The quote that is open behind a character; empty for none. */
function quoteBehind(quote: string, char: string, isEscaped: boolean): string {
  if (isEscaped) return quote;
  if (quote === "") return QUOTES.includes(char) ? char : "";
  return char === quote ? "" : quote;
}

/** The end of the comment that begins at a place; the place itself where none does. */
function pastComment(text: string, at: number): number {
  if (text.startsWith("/*", at)) {
    const end = text.indexOf("*/", at + 2);
    return end === -1 ? text.length : end + 2;
  }
  if (text[at] !== "#" && !text.startsWith("//", at)) return at;
  let end = at;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
  return end;
}
