// Strings without quotes in JSON that is not quite JSON, and where they end.
// Knows nothing of lists and dicts as values.
import { LOOKAHEAD } from "./json-repair-cursor.ts";
import { JsonKeys } from "./json-repair-keys.ts";
import { stripEnd } from "./python/text.ts";

/** The reading of bare strings at a place in a text. */
export abstract class JsonBare extends JsonKeys {
  /** A string without quotes. */
  readBare(place: "value" | "list"): string {
    let value = "";
    let isSplit = true;
    let isPastBrace = false;
    let openBraces = 0;
    while (!this.isAtEnd()) {
      const { char } = this;
      if (char === "\\") {
        value += this.readEscape();
        continue;
      }
      if (char === "}" && openBraces === 0 && place === "list" && this.isInSet) break;
      if (char === "{") openBraces++;
      if (char === "}" && openBraces > 0) openBraces--;
      else if (char === "}" && place === "value") {
        if (!isPastBrace) break;
        isPastBrace = true;
      }
      if (char === "]" && this.listDepth > 0 && this.isBehindAll()) break;
      if (char === "]" && (place === "list" || this.dictDepth === 0 || isPastBrace)) break;
      if (char === ")" && this.parenDepth > 0) break;
      if (char === ",") {
        if (place === "list" || this.#isPairAhead(this.at + 1)) break;
        isSplit = false;
      }
      if (isSplit && char === '"' && this.#isQuoteEnd(place)) break;
      value += this.takePlain(isSign);
    }
    if (this.char === '"' && !this.isAtKey()) this.at++;
    const text = stripEnd(value);
    // The quote that closes it where a comma in it had hidden that.
    return isSplit || !text.endsWith('"') ? text : text.slice(0, -1);
  }

  /** Whether the quote here ends a string that it did not open. */
  #isQuoteEnd(place: "value" | "list"): boolean {
    if (place === "list" || this.isAtKey() || this.isDelimited(place)) return true;
    return this.after(this.at) === '"' || this.find('"', this.at + 1) === -1;
  }

  /** Whether `name:` stands after a comma: then the comma ends a bare value. */
  #isPairAhead(from: number): boolean {
    const ahead = this.text.slice(from, from + LOOKAHEAD).trimStart();
    return /^[\p{L}\p{N}_-]+\s*:/u.test(ahead) || /^[^}"]*"[^"]*"\s*:/.test(ahead) || /^'[^']*'\s*:/.test(ahead);
  }
}

/** Whether a character may end a bare string. */
function isSign(code: number): boolean {
  switch (code) {
    case 0x22: // "
    case 0x29: // )
    case 0x2c: // ,
    case 0x5c: // \
    case 0x5d: // ]
    case 0x7b: // {
    case 0x7d: // }
      return true;
    default:
      return false;
  }
}
