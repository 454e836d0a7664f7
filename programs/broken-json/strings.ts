// Texts in broken JSON: in quotes of any kind, in two of them, in none, or with their end missing.
// Knows nothing of lists and dicts.
import { stripEnd } from "../python/text.ts";
import type { PythonValue } from "../python/values.ts";
import { isLetterOrNumberAt, isSpaceAt } from "./characters.ts";
import { StringBody } from "./string-body.ts";
import { isOneOf, isOneOfOrEnd, QUOTES } from "./surroundings.ts";
import { TextSoFar } from "./text-so-far.ts";

const WORDS: readonly (readonly [string, PythonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
  ["none", null],
];

/** The reading of texts. */
export abstract class Strings extends StringBody {
  abstract readValue(): PythonValue;

  /** The text at this place, or the value of a bare word; empty where only signs are left. */
  readString(): PythonValue {
    if (this.char === "#" || this.char === "/") {
      this.skipComment();
      return "";
    }
    this.at = this.pastSigns(this.at);
    if (this.isAtEnd()) return "";
    const simple = this.#readSimple();
    if (simple !== undefined) return simple;
    const isBare = isLetterOrNumberAt(this.text, this.at);
    if (isBare && this.inside !== "key") {
      const word = this.#readWord();
      if (word !== undefined) return word;
    }
    const opens = this.char === "'" || this.char === "“" ? this.char : '"';
    const text = new TextSoFar(opens, opens === "“" ? "”" : opens, isBare);
    if (!isBare) this.at++;
    const fenced = this.#readFenced();
    if (fenced !== undefined) return fenced;
    const early = this.char === opens ? this.#readDoubled(text) : undefined;
    if (early !== undefined) return early;
    this.readBody(text);
    return this.#finish(text);
  }

  /** A text between plain quotes with nothing in it that could mean anything, and right behind it what must follow. */
  #readSimple(): string | undefined {
    if (this.char !== '"') return undefined;
    const end = this.text.indexOf('"', this.at + 1);
    if (end === -1 || !this.spend((end - this.at) >> 3)) return undefined;
    const value = this.text.slice(this.at + 1, end);
    if (/[\\\n\r]/.test(value)) return undefined;
    const next = this.charPastWhite(end + 1);
    const fits =
      this.inside === "key"
        ? next === ":"
        : isOneOfOrEnd(next, this.inside === "value" ? ",}" : this.inside === "list" ? ",]" : "");
    if (!fits) return undefined;
    this.at = end + 1;
    return value;
  }

  #readWord(): PythonValue | undefined {
    for (const [word, value] of WORDS) {
      const end = this.at + word.length;
      if (this.text.slice(this.at, end).toLowerCase() !== word) continue;
      if (!isOneOfOrEnd(this.charAt(end), ",)]}") && !isSpaceAt(this.text, end)) continue;
      this.at = end;
      return value;
    }
    return undefined;
  }

  /** A text that begins with a fence of JSON stands for the value inside; what is left of the text is read as something else. */
  #readFenced(): PythonValue | undefined {
    if (!this.text.startsWith("```json", this.at)) return undefined;
    if (!this.text.startsWith("```", this.find("`", this.at + 7))) return undefined;
    this.at += 7;
    const value = this.deeper(() => this.readValue());
    return value === false ? undefined : value;
  }

  /** Decides what the second of two opening quotes is, at which this place is. A text, where there is no more to it. */
  #readDoubled(text: TextSoFar): string | undefined {
    const { closes, opens } = text;
    const next = this.charAt(this.at + 1);
    const { inside } = this;
    if (isOneOf(next, inside === "key" ? ":" : inside === "value" ? ",}" : inside === "list" ? ",]" : "")) {
      this.at++;
      return "";
    }
    if (next === opens) return "";
    const inner = this.find(closes, this.at + 1);
    if (this.charAt(inner + 1) === closes) {
      text.isDoubled = true;
      this.at++;
      return undefined;
    }
    if (this.#isOwnQuote(text, inner)) {
      text.add(opens);
      text.isQuoteOpen = true;
      this.at++;
      return undefined;
    }
    const after = this.charPastWhite(this.at + 1);
    if (isOneOf(after, `${QUOTES}{[`)) {
      this.at++;
      return "";
    }
    if (!isOneOf(after, ",]}")) this.at++;
    return undefined;
  }

  /** Whether the second quote opens a pair of the text's own, which closes before the text does. */
  #isOwnQuote({ closes }: TextSoFar, inner: number): boolean {
    if (this.charAt(inner) !== closes || this.inside !== "value") return false;
    if (this.pastWhite(this.at + 1) >= inner) return false;
    const outer = this.find(closes, inner + 1);
    return this.charAt(outer) === closes && isOneOfOrEnd(this.charPastWhite(outer + 1), ",}");
  }

  #finish(text: TextSoFar): string {
    const isClosed = this.char === text.closes;
    if (text.isBare && this.inside === "key" && isSpaceAt(this.text, this.at)) {
      this.skipWhite();
      // A word among others is no key.
      if (!isOneOf(this.char, ":,")) return "";
    }
    if (isClosed) this.at++;
    const value = text.toString();
    return !isClosed || text.isBare || text.last === "\n" ? stripEnd(value) : value;
  }
}
