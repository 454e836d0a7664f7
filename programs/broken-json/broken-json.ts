// Reads JSON that is broken by the rules of the reader that DSPy uses, `json_repair` 0.64.5: what it loses is lost here too.
// Knows nothing of field types.
import { isEmpty } from "../json-repair-shape.ts";
import { jsonLoads, jsonPrefix } from "../python/json-loads.ts";
import type { PythonValue } from "../python/values.ts";
import { isDigitAt, isLetterAt, isSpaceAt } from "./characters.ts";
import { numberOf } from "./numbers.ts";
import { Parentheses } from "./parentheses.ts";
import { isAlike, isNothing } from "./shape.ts";
import { isOneOf, isOneOfOrEnd, QUOTES } from "./surroundings.ts";

/** The value that DSPy makes of a text which is not JSON: of the lists and dicts in it; `""` where there are none. Throws a Mismatch where DSPy fails at it. */
export function readBrokenJson(text: string): PythonValue {
  return new BrokenJson(text).readAll();
}

class BrokenJson extends Parentheses {
  #hasTriedStrict = false;

  /** Values beside each other are a list of them, but one of the shape of the one before, with no comma between, replaces it. */
  readAll(): PythonValue {
    const values: PythonValue[] = [this.readValue()];
    while (!this.isAtEnd()) {
      this.takeLeft();
      const isBehindComma = this.#isBehindComma();
      const value = this.readValue();
      if (isNothing(value)) {
        this.step();
        continue;
      }
      const last = values.at(-1) ?? null;
      if ((!isBehindComma && isAlike(last, value)) || isNothing(last)) values.pop();
      values.push(value);
    }
    return values.length === 1 ? (values[0] ?? null) : values;
  }

  /** The next value: what cannot begin one is passed over. Empty at the end, and for a comment. */
  override readValue(): PythonValue {
    const left = this.takeLeft();
    return left > 0 ? this.#readInKeys(left) : this.#readNext();
  }

  #readInKeys(count: number): PythonValue {
    return count === 0 ? this.readValue() : this.within("key", () => this.#readInKeys(count - 1));
  }

  #readNext(): PythonValue {
    let mayLackBrace = this.at === 0 && this.inside === undefined;
    for (; !this.isAtEnd(); this.at++) {
      const { char } = this;
      if (char === "{" || char === "[") {
        const strict = this.#readStrict();
        if (strict !== undefined) return strict;
        this.at++;
        return char === "{" ? this.readDict() : this.readList("]");
      }
      if (char === "(" && (this.inside !== undefined || this.isValueInParentheses())) return this.#readParentheses();
      if (char === "#" || char === "/") return this.#readBehindComment();
      if (this.inside !== undefined) {
        if (QUOTES.includes(char) || isLetterAt(this.text, this.at)) return this.readString();
        if (char === "-" || char === "." || isDigitAt(this.text, this.at)) return this.#readNumber();
      } else if (mayLackBrace && QUOTES.includes(char)) {
        mayLackBrace = false;
        const dict = this.#readWithBrace(char);
        if (dict !== undefined) return dict;
      }
    }
    return "";
  }

  override readList(close: string): PythonValue[] {
    const isValue = this.inside === "value";
    return this.within("list", () => this.#readItems(close, isValue));
  }

  #readItems(close: string, isValue: boolean): PythonValue[] {
    const items: PythonValue[] = [];
    for (;;) {
      this.skipWhiteAndComments();
      const { char } = this;
      if (isOneOfOrEnd(char, `${close}}`)) break;
      if (char === ",") {
        this.at++;
        continue;
      }
      const isKey = QUOTES.includes(char) && this.isKeyBehind(char);
      // The next key of the dict around a list of plain items that nothing closed.
      if (isKey && isValue && items.length > 0 && !items.some(isContainer)) return items;
      const item = isKey ? this.readDict() : QUOTES.includes(char) ? this.readString() : this.readValue();
      if (isEmpty(item) && !isOneOf(this.char, `${close},`)) this.step();
      else if (item !== "..." || this.charAt(this.at - 1) !== ".") items.push(item);
    }
    this.at++;
    return items;
  }

  #readParentheses(): PythonValue {
    const isTuple = this.isTuple();
    this.at++;
    const items = this.readList(")");
    const [only = null] = items;
    return isTuple || items.length !== 1 ? items : only;
  }

  #readNumber(): PythonValue {
    const start = this.at;
    let token = "";
    for (; ; this.at++) {
      const { char } = this;
      const isSign = isOneOf(char, "0123456789-.eE/,_") || (char === "+" && /[eE]$/.test(token));
      if (!isSign || (char === "," && this.inside === "list")) break;
      if (char !== "_") token += char;
    }
    if (isLetterAt(this.text, this.at)) {
      this.at = start;
      return this.readString();
    }
    if (/[-+eE/,]$/.test(token)) {
      token = token.slice(0, -1);
      this.at--;
    }
    return numberOf(token);
  }

  /** Behind comments: inside of brackets nothing, outside of all the next value. */
  #readBehindComment(): PythonValue {
    for (;;) {
      this.skipComment();
      if (this.inside !== undefined) return "";
      this.skipWhite();
      if (this.char !== "#" && this.char !== "/") return this.deeper(() => this.readValue());
    }
  }

  /** The first list or dict outside of all others, where it is JSON as it stands. */
  #readStrict(): PythonValue | undefined {
    if (this.inside !== undefined || this.#hasTriedStrict) return undefined;
    if (this.at === 0 && !this.#isMoreBehindFirst()) return undefined;
    this.#hasTriedStrict = true;
    const found = jsonPrefix(this.text, this.at);
    if (found === undefined) return undefined;
    this.at = found.end;
    return found.value;
  }

  /** Whether behind the brackets that open the text, and are balanced, something follows that is no comma. */
  #isMoreBehindFirst(): boolean {
    const open: string[] = [];
    for (let at = 0; at < this.text.length; at++) {
      const char = this.charAt(at);
      if (char === '"') {
        at = this.find('"', at + 1);
      } else if (char === "{" || char === "[") {
        open.push(char === "{" ? "}" : "]");
      } else if (char === "}" || char === "]") {
        if (open.pop() !== char) return false;
        if (open.length === 0) return !isOneOfOrEnd(this.charPastWhite(at + 1), ",");
      }
    }
    return false;
  }

  /** A dict that lacks nothing but its first brace, and is all there is. */
  #readWithBrace(quote: string): PythonValue | undefined {
    if (this.pastWhite(0) !== this.at || !this.isKeyBehind(quote)) return undefined;
    const dict = jsonLoads(`{${this.text}`);
    if (dict !== undefined) this.at = this.text.length;
    return dict;
  }

  /** Whether behind the next such quote a colon follows. */
  isKeyBehind(quote: string): boolean {
    return this.charPastWhite(this.find(quote, this.at + 1) + 1) === ":";
  }

  #isBehindComma(): boolean {
    if (this.charPastWhite(this.at) === ",") return true;
    let before = this.at - 1;
    while (isSpaceAt(this.text, before)) before--;
    return this.charAt(before) === ",";
  }
}

function isContainer(value: PythonValue): boolean {
  return Array.isArray(value) || value instanceof Map;
}
