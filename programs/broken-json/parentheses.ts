// What parentheses are: a tuple, a value in brackets, or words of prose.
// Reads no values, and moves nowhere.
import { isDigitAt, isSpaceAt } from "./characters.ts";
import { Dicts } from "./dicts.ts";
import { isOneOf, isOneOfOrEnd, QUOTES } from "./surroundings.ts";

/** The meaning of parentheses. */
export abstract class Parentheses extends Dicts {
  /** Whether the parenthesis here opens a tuple: nothing is in it, or a comma. */
  isTuple(): boolean {
    let hasContent = false;
    const verdict = this.#walk(false, (at) => {
      const char = this.charAt(at);
      if (char === ")") return !hasContent;
      if (char === ",") return true;
      if (!isSpaceAt(this.text, at)) hasContent = true;
      return undefined;
    });
    return verdict ?? !hasContent;
  }

  /** Whether the parenthesis here, outside of all brackets, stands on lines of its own and begins with what a value begins with. */
  isValueInParentheses(): boolean {
    for (let at = this.at - 1; at >= 0 && !isOneOf(this.charAt(at), "\n\r"); at--) {
      if (!isSpaceAt(this.text, at)) return false;
    }
    const start = this.pastWhite(this.at + 1);
    const begins = isOneOf(this.charAt(start), `){[(${QUOTES}-.`) || isDigitAt(this.text, start);
    if (!begins && !/^(?:true|null|none|false)/i.test(this.text.slice(start, start + 5))) return false;
    const verdict = this.#walk(true, (at) => {
      if (this.charAt(at) !== ")") return undefined;
      let after = at + 1;
      while (isSpaceAt(this.text, after) && !isOneOf(this.charAt(after), "\n\r")) after++;
      return isOneOfOrEnd(this.charAt(after), "\n\r");
    });
    return verdict ?? true;
  }

  /** Tells of each character behind the parenthesis here that is in no quotes and no further brackets, until there is an answer. `mayFallBelow`: a closing parenthesis too many hides all that follows. */
  #walk(mayFallBelow: boolean, visit: (at: number) => boolean | undefined): boolean | undefined {
    const open = { "(": 0, "[": 0, "{": 0 };
    let quote = "";
    let isEscaped = false;
    for (let at = this.at + 1; at < this.text.length && this.spend(1); at++) {
      const char = this.charAt(at);
      const wasEscaped: boolean = isEscaped;
      isEscaped = char === "\\" && !wasEscaped;
      if (char === "\\") continue;
      if (quote !== "") {
        if (char === quote && !wasEscaped) quote = "";
        continue;
      }
      const isOuter = open["("] === 0 && open["["] === 0 && open["{"] === 0;
      const verdict = isOuter ? visit(at) : undefined;
      if (verdict !== undefined) return verdict;
      if (QUOTES.includes(char) && !wasEscaped) quote = char;
      else if (char === "(" || char === "[" || char === "{") open[char]++;
      else if (char === ")" && (mayFallBelow || open["("] > 0)) open["("]--;
      else if (char === "]" && open["["] > 0) open["["]--;
      else if (char === "}" && open["{"] > 0) open["{"]--;
    }
    return undefined;
  }
}
