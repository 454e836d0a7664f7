// What a comma inside a dict's text is: the end of a text that lacks its quote, or part of it.
// Reads no values, and moves nowhere.
import { isDigitAt, isLetterOrNumberAt, isSpaceAt } from "./characters.ts";
import { MemberAhead } from "./member-ahead.ts";
import { isOneOf, isOneOfOrEnd, QUOTES } from "./surroundings.ts";
import type { TextSoFar } from "./text-so-far.ts";

/** What a comma is. `container`: part of the text, as is the list or dict behind it. `text for good`: as will be all others. */
export type CommaMeaning = "end" | "text" | "text for good" | "container";

/** The meaning of commas. */
export abstract class CommaAhead extends MemberAhead {
  /** As {@link find}, but what was found for a text before is not looked for again: an escape that began between the two is not noticed. */
  findFor(text: TextSoFar, signs: string, from: number): number {
    const known = text.lookups.get(signs);
    if (known !== undefined && from >= known.from) {
      if (known.found === undefined) return this.text.length;
      if (from <= known.found) return known.found;
    }
    const found = this.find(signs, from);
    if (found >= this.text.length) text.lookups.set(signs, { from, found: undefined });
    else if (this.charAt(found - 1) !== "\\") text.lookups.set(signs, { from, found });
    return found;
  }

  /** The meaning of the comma at this place. */
  commaMeaning(text: TextSoFar): CommaMeaning {
    const next = this.pastWhite(this.at + 1);
    const char = this.charAt(next);
    if (isOneOfOrEnd(char, "}")) return "end";
    if (QUOTES.includes(char)) return this.isQuotedKeyAt(next, char) ? "end" : "text";
    if (char === "`") return this.charPastWhite(this.pastWord(next + 1)) === ":" ? "end" : "text";
    if (this.isBareKeyAt(next) && this.#isValueAt(text, this.pastWhite(this.pastWord(next)) + 1)) return "end";
    if (char === "{" || char === "[") return "container";
    const sign = this.findFor(text, `${QUOTES}{[`, next);
    const found = this.charAt(sign);
    if (found === "") return "text for good";
    if (found === "{" || found === "[") return "text";
    const end = this.findFor(text, found, sign + 1);
    return this.charAt(end) !== "" && this.charPastWhite(end + 1) === ":" ? "end" : "text";
  }

  /** Whether what follows a bare word and a colon is a value, or else stands before a brace and not a quote: prose has colons too. */
  #isValueAt(text: TextSoFar, place: number): boolean {
    const start = this.pastWhite(place);
    if (isOneOf(this.charAt(start), `${QUOTES}{[-`) || isDigitAt(this.text, start)) return true;
    const word = ["true", "false", "null"].find((each) => this.text.startsWith(each, start));
    if (word !== undefined) {
      const end = start + word.length;
      if (isOneOfOrEnd(this.charAt(end), ",}]") || isSpaceAt(this.text, end)) return true;
    }
    return this.charAt(this.findFor(text, `${QUOTES}}`, start)) === "}";
  }

  /** The first place from one on where a letter or number, or a quote, stands. */
  pastSigns(from: number): number {
    let at = from;
    while (at < this.text.length && !QUOTES.includes(this.charAt(at)) && !isLetterOrNumberAt(this.text, at)) at++;
    return at;
  }
}
