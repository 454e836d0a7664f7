// Reads the constants of a `Literal[…]` in a signature's text.
// Knows no fields and no types.
import type { LiteralValue } from "./field-type.ts";
import { isTextStart, literalTextAt } from "./python/literal-text.ts";
import { TextCursor } from "./text-cursor.ts";

export const IDENTIFIER = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
// Python's whole numbers: 16, 1_000, 0x10, 0o20, 0b1_0000.
const NUMBER = /-?(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|\d+(?:_\d+)*)/y;
/** Another Literal among the values, which are its. */
const NESTED = /(?:typing\s*\.\s*)?Literal\s*\[/y;
/** Deeper nesting than this is nothing that a person wrote. */
const MAX_DEPTH = 64;

/** Goes through a text that may hold constants. */
export class LiteralCursor extends TextCursor {
  /** Reads constants up to the bracket that closes the one before this place. Throws SIGNATURE_INVALID with the place where there is something else. */
  readConstants(depth = 0): LiteralValue[] {
    const open = this.at - 1;
    const start = this.at;
    if (depth > MAX_DEPTH) throw this.fail(`nested more than ${MAX_DEPTH} deep`, open);
    const values: LiteralValue[] = [];
    let tuple: number | undefined;
    for (let items = 0; ; items++) {
      this.skipWhite();
      if (this.closes("]", open)) break;
      const at = this.at;
      const { read, isTuple } = this.#readItem(depth);
      values.push(...read);
      if (isTuple) tuple = at;
      this.skipWhite();
      // Alone it is what stands in the brackets; beside others it would be a value itself.
      if (tuple !== undefined && (items > 0 || this.text[this.at] === ",")) {
        throw this.fail("a tuple is no value of a Literal; take the parentheses away", tuple);
      }
      if (this.closes("]", open)) break;
      if (!this.take(",")) throw this.fail("expected ',' or ']'", this.at);
    }
    if (values.length > 0) return values;
    throw this.fail("`Literal` needs at least one value, like Literal['yes', 'no']", Math.max(0, start - 8), 7);
  }

  /** Passes over a closing bracket, if it is the next. Throws SIGNATURE_INVALID at the end of all. */
  closes(bracket: string, open: number): boolean {
    if (this.at >= this.end) throw this.fail(`this '${this.text[open]}' is not closed`, open);
    return this.take(bracket);
  }

  #readItem(depth: number): { readonly read: readonly LiteralValue[]; readonly isTuple: boolean } {
    if (this.match(NESTED) !== undefined) return { read: this.readConstants(depth + 1), isTuple: false };
    if (!this.take("(")) return { read: [this.#readConstant()], isTuple: false };
    const open = this.at - 1;
    const read: LiteralValue[] = [];
    let isTuple = false;
    for (;;) {
      this.skipWhite();
      if (read.length > 0 && this.closes(")", open)) return { read, isTuple };
      if (depth >= MAX_DEPTH) throw this.fail(`nested more than ${MAX_DEPTH} deep`, open);
      const inner = this.#readItem(depth + 1);
      read.push(...inner.read);
      this.skipWhite();
      if (this.closes(")", open)) return { read, isTuple };
      if (!this.take(",")) throw this.fail("expected ',' or ')'", this.at);
      isTuple = true;
    }
  }

  #readConstant(): LiteralValue {
    const start = this.at;
    if (isTextStart(this.text, start)) return this.readText();
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

  /** The text in quotes here; such beside each other are one. Throws SIGNATURE_INVALID. */
  readText(): string {
    let value = "";
    while (this.at < this.end && isTextStart(this.text, this.at)) {
      const found = literalTextAt(this.text, this.at, "allowed");
      if (found === undefined || found.end > this.end) {
        throw this.fail("the string is not closed, or has an escape that Python does not know", this.at);
      }
      value += found.value;
      this.at = found.end;
      this.skipWhite();
    }
    return value;
  }
}

function numberOf(digits: string): number | bigint {
  const isNegative = digits.startsWith("-");
  const size = BigInt(digits.slice(isNegative ? 1 : 0).replaceAll("_", ""));
  const whole = isNegative ? -size : size;
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}
