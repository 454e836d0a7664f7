// Reads the constants of a `Literal[…]` in a signature's text.
// Knows no fields and no types.
import type { LiteralValue } from "./field-type.ts";
import { ESCAPES } from "./signature-words.ts";
import { TextCursor } from "./text-cursor.ts";

export const IDENTIFIER = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
// Python's whole numbers: 16, 1_000, 0x10, 0o20, 0b1_0000.
const NUMBER = /-?(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|\d+(?:_\d+)*)/y;

/** Goes through a text that may hold constants. */
export class LiteralCursor extends TextCursor {
  /** Reads the constant that stands here. Throws SIGNATURE_INVALID with the place where none does. */
  readConstant(): LiteralValue {
    const start = this.at;
    const quote = this.text[start];
    if (quote === "'" || quote === '"') return this.#readQuoted(quote);
    const digits = this.match(NUMBER);
    if (digits !== undefined) return numberOf(digits);
    switch (this.match(IDENTIFIER)) {
      case "True":
        return true;
      case "False":
        return false;
      case "None":
        return null;
      default:
        throw this.fail("expected a quoted string, a whole number, True, False or None", start);
    }
  }

  #readQuoted(quote: string): string {
    const start = this.at;
    let value = "";
    for (this.at++; this.at < this.end; this.at++) {
      const char = this.text[this.at];
      if (char === quote) {
        this.at++;
        return value;
      }
      if (char !== "\\") value += char;
      else {
        this.at++;
        const escaped = this.text[this.at] ?? "";
        value += ESCAPES.get(escaped) ?? `\\${escaped}`;
      }
    }
    throw this.fail("the string is not closed", start);
  }
}

function numberOf(digits: string): number | bigint {
  const isNegative = digits.startsWith("-");
  const size = BigInt(digits.slice(isNegative ? 1 : 0).replaceAll("_", ""));
  const whole = isNegative ? -size : size;
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}
