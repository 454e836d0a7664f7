// Dicts in broken JSON: keys without values, rows without brackets, keys that come twice, sets.
// Knows nothing of what stands outside of all brackets but that nothing is open there.
import { Mismatch } from "../mismatch.ts";
import type { Dict, PythonValue } from "../python/values.ts";
import { isSpaceAt } from "./characters.ts";
import { EmptyDict } from "./empty-dict.ts";
import { addRows } from "./rows.ts";
import { isOneOf, isOneOfOrEnd, QUOTES } from "./surroundings.ts";

interface Key {
  readonly name: string;
  /** Where its last attempt began. */
  readonly start: number;
}

/** The reading of dicts. */
export abstract class Dicts extends EmptyDict {
  /** The dict whose opening brace is behind this place; a list, where it turns out to be a set. */
  readDict(): PythonValue {
    const start = this.at;
    const dict: Dict = new Map();
    this.#readPairs(dict);
    this.at++;
    const other = dict.size === 0 ? this.readOtherwise(start) : undefined;
    if (other !== undefined) return other;
    if (this.inside === undefined) this.#readMorePairs(dict);
    // A brace too many.
    else if (this.char === "}" && this.inside === "list") this.at++;
    return dict;
  }

  #readPairs(dict: Dict): void {
    const isValue = this.inside === "value";
    let lastKey: string | undefined;
    for (;;) {
      this.skipWhiteAndComments();
      if (isOneOfOrEnd(this.char, "}")) return;
      if (this.char === ",") {
        this.at++;
        continue;
      }
      if (this.char === ":") this.at++;
      const rows = lastKey === undefined || lastKey === "" ? undefined : dict.get(lastKey);
      const { name, start } = this.within("key", () => this.#readKey(rows));
      // In a list of dicts that lacks braces, a key that comes again begins the next dict.
      const isAgain = this.isWithin("list") && dict.has(name) && !isValue;
      if (isAgain && this.#isNextDict(start) && this.replace(start, start, "{")) {
        this.at = start - 1;
        return;
      }
      this.skipWhiteAndComments();
      if (isOneOfOrEnd(this.char, "}")) continue;
      // Whatever stands in the place of the colon.
      this.step();
      const value = this.within("value", () => this.#readPairValue());
      if (!dict.has(name)) lastKey = name;
      dict.set(name, value);
      if (isOneOf(this.char, ",'\"")) this.at++;
      if (this.char === "]" && this.isWithin("list")) {
        this.at--;
        return;
      }
    }
  }

  /** The next key, which may be empty. A list in its place continues the list before it. */
  #readKey(rows: PythonValue | undefined): Key {
    let start = this.at;
    while (!this.isAtEnd()) {
      start = this.at;
      if (this.char === "[" && Array.isArray(rows) && this.spend(rows.length)) {
        this.#readRows(rows);
        continue;
      }
      const name = this.readString();
      if (typeof name !== "string") throw new Mismatch("its broken JSON has a key that is no text");
      if (name !== "") return { name, start };
      this.skipWhiteAndComments();
      if (isOneOf(this.char, ":}")) break;
    }
    return { name: "", start };
  }

  #readRows(rows: PythonValue[]): void {
    this.at++;
    addRows(rows, this.readList("]"));
    this.skipWhiteAndComments();
    if (this.char === ",") this.at++;
    this.skipWhiteAndComments();
  }

  #readPairValue(): PythonValue {
    this.skipWhiteAndComments();
    return isOneOf(this.char, ",}") ? "" : this.readValue();
  }

  /** Whether a key that comes again is another dict's: not where it is in quotes, between a comma and a colon. */
  #isNextDict(start: number): boolean {
    let before = start - 1;
    while (isSpaceAt(this.text, before)) before--;
    const isPair = this.charAt(before) === "," && this.charPastWhite(this.at) === ":";
    return !(isPair && isOneOf(this.charAt(start), QUOTES));
  }

  /** Pairs behind a brace that closed too early. */
  #readMorePairs(dict: Dict): void {
    this.skipWhite();
    if (this.char !== ",") return;
    this.at++;
    this.skipWhite();
    if (!isOneOf(this.char, QUOTES)) return;
    const more = this.deeper(() => this.readDict());
    if (more instanceof Map) for (const [key, value] of more) dict.set(key, value);
  }
}
