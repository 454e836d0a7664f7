// Whether the next pair of a dict begins at a place ahead, and where a list or dict that stands there ends.
// Reads no values, and moves nowhere.
import { isDigitAt, isLetterOrNumberAt, isSpaceAt } from "./characters.ts";
import { isOneOf, isOneOfOrEnd, QUOTES, Surroundings } from "./surroundings.ts";

const CLOSING: Readonly<Record<string, string>> = { "[": "]", "{": "}", "(": ")" };
const OPENING = "[{(";

/** What can be told of pairs ahead. */
export abstract class MemberAhead extends Surroundings {
  /** Behind a bare word that begins at a place: a colon. */
  isBareKeyAt(place: number): boolean {
    const isWord = isLetterOrNumberAt(this.text, place) || this.charAt(place) === "_";
    return isWord && this.charPastWhite(this.pastWord(place)) === ":";
  }

  /** The end of a bare word. */
  pastWord(place: number): number {
    let at = place;
    while (isLetterOrNumberAt(this.text, at) || isOneOf(this.charAt(at), "_-")) at++;
    return at;
  }

  /** Behind a text in quotes that begins at a place: a colon. */
  isQuotedKeyAt(place: number, closes: string): boolean {
    const end = this.find(closes, place + 1);
    return this.charAt(end) === closes && this.charPastWhite(end + 1) === ":";
  }

  /** Behind a quote: a comma and the next pair. */
  isPairBehindQuote(quote: number): boolean {
    const comma = this.pastWhite(quote + 1);
    return this.charAt(comma) === "," && this.isPairAt(this.pastComments(comma + 1));
  }

  isPairAt(place: number): boolean {
    const char = this.charAt(place);
    if (isOneOf(char, QUOTES)) return this.isQuotedKeyAt(place, closingQuote(char));
    return this.isBareKeyAt(place);
  }

  /** The first place from one on that is neither white space nor in a comment. */
  pastComments(place: number): number {
    let at = this.pastWhite(place);
    for (;;) {
      const start = at;
      const next = this.charAt(at + 1);
      if (this.charAt(at) === "#" || (this.charAt(at) === "/" && next === "/")) {
        while (!isOneOfOrEnd(this.charAt(at), "\n\r")) at++;
      } else if (this.charAt(at) === "/" && next === "*") {
        const end = this.text.indexOf("*/", at + 2);
        at = end === -1 ? this.text.length : end + 2;
      } else {
        return at;
      }
      if (!this.spend(at - start)) return at;
      at = this.pastWhite(at);
    }
  }

  /** Behind the list or dict that begins at a place, brackets in texts not counted; undefined where nothing closes it. */
  pastContainer(place: number): number | undefined {
    const awaited = [CLOSING[this.charAt(place)]];
    let at = place + 1;
    for (; at < this.text.length && this.spend(1); at++) {
      const char = this.charAt(at);
      if (QUOTES.includes(char)) {
        const closes = closingQuote(char);
        at = this.find(closes, at + 1);
        if (this.charAt(at) !== closes) return undefined;
      } else if (OPENING.includes(char) && this.#isNested(place, at)) {
        awaited.push(CLOSING[char]);
      } else if (char === awaited.at(-1)) {
        awaited.pop();
        if (awaited.length === 0) return at + 1;
      }
    }
    return undefined;
  }

  /** Whether a brace with three backticks behind it belongs to a text: one in which a fenced snippet stands, not one whose end is missing. `keeps`: a list or dict behind the fence is the text's too. */
  braceBeforeFence(fence: number, closes: string): { readonly isText: boolean; readonly keeps: boolean } {
    let from = fence + 3;
    let keeps = false;
    const next = this.pastComments(from);
    if (isOneOf(this.charAt(next), OPENING)) {
      const end = this.pastContainer(next);
      if (end !== undefined && this.#isPairBehindContainer(end)) return { isText: false, keeps };
      if (end !== undefined) {
        keeps = true;
        from = end;
      }
    }
    for (let quote = this.find(closes, from); quote < this.text.length; quote = this.find(closes, quote + 1)) {
      if (isOneOfOrEnd(this.charPastWhite(quote + 1), ",}]")) return { isText: true, keeps };
      if (!this.spend(10)) break;
    }
    return { isText: false, keeps: false };
  }

  #isPairBehindContainer(end: number): boolean {
    const after = this.pastWhite(end);
    if (isOneOfOrEnd(this.charAt(after), "}")) return true;
    if (this.charAt(after) !== ",") return false;
    const next = this.pastComments(after + 1);
    return isOneOfOrEnd(this.charAt(next), "}") || this.isPairAt(next);
  }

  /** Whether a bracket inside a list or dict opens one in it, and is not a sign among words. */
  #isNested(outer: number, place: number): boolean {
    let before = place - 1;
    while (before >= outer && isSpaceAt(this.text, before)) before--;
    const previous = this.charAt(before);
    if (OPENING.includes(previous)) return true;
    if (previous !== "," && previous !== ":") return false;
    const next = this.pastWhite(place + 1);
    const char = this.charAt(next);
    if (this.charAt(place) !== "{") return isOneOf(char, `])${QUOTES}-${OPENING}tfn`) || isDigitAt(this.text, next);
    if (isOneOf(char, `}${QUOTES}`)) return true;
    return previous === ":" && this.isBareKeyAt(next);
  }
}

/** The quote that closes what another opens, as it should be. */
function closingQuote(opens: string): string {
  return opens === "“" ? "”" : opens;
}
