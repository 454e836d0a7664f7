// A place in broken JSON with what is open around it, and comments, which end where that does.
// Knows nothing of strings and values.
import { Mismatch } from "../mismatch.ts";
import { Ahead } from "./ahead.ts";

/** What a place is in. */
export type Surrounding = "key" | "value" | "list";

export const QUOTES = "\"'“”";

/** Limit: DSPy's reader gives up a little above 300 levels, where Python's stack ends. */
const MAX_DEPTH = 400;

/** Whether a character is one of some; the end is none. */
export function isOneOf(char: string, signs: string): boolean {
  return char !== "" && signs.includes(char);
}

/** Whether a character is one of some, or the end. */
export function isOneOfOrEnd(char: string, signs: string): boolean {
  return char === "" || signs.includes(char);
}

/** The surroundings of a place. */
export abstract class Surroundings extends Ahead {
  readonly #open: Surrounding[] = [];
  readonly #counts = { key: 0, value: 0, list: 0 };
  /** What a mended dict leaves open around the next value. */
  #left = 0;
  #depth = 0;

  /** The innermost of what is open; undefined outside of all. */
  get inside(): Surrounding | undefined {
    return this.#open.at(-1);
  }

  isWithin(surrounding: Surrounding): boolean {
    return this.#counts[surrounding] > 0;
  }

  within<Result>(surrounding: Surrounding, read: () => Result): Result {
    this.#open.push(surrounding);
    this.#counts[surrounding]++;
    try {
      return this.deeper(read);
    } finally {
      this.#open.pop();
      this.#counts[surrounding]--;
    }
  }

  /** Reads one level further down. */
  deeper<Result>(read: () => Result): Result {
    if (this.#depth >= MAX_DEPTH) throw new Mismatch("its broken JSON is nested too deep to be mended");
    this.#depth++;
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  /** The next value will be read as if it stood in a key. */
  leaveKeyOpen(): void {
    this.#left++;
  }

  /** How often it was so left. */
  takeLeft(): number {
    const left = this.#left;
    this.#left = 0;
    return left;
  }

  /** Passes over white space and comments. A single slash is neither. */
  skipWhiteAndComments(): void {
    for (;;) {
      this.skipWhite();
      const isComment = this.char === "#" || (this.char === "/" && isOneOf(this.charAt(this.at + 1), "/*"));
      if (!isComment) return;
      this.skipComment();
    }
  }

  /** Passes over a comment, or a single slash. */
  skipComment(): void {
    const next = this.charAt(this.at + 1);
    if (this.char === "#") {
      const ends = `${this.isWithin("list") ? "\\]" : ""}${this.isWithin("value") ? "}" : ""}${this.isWithin("key") ? ":" : ""}`;
      this.#skipTo(new RegExp(`[\\n\\r${ends}]`, "g"));
    } else if (next === "/") {
      this.#skipTo(/[\n\r]/g);
    } else if (next === "*") {
      // The sign that opens it may be half of the one that closes it.
      const end = this.text.indexOf("*/", this.at + 1);
      this.at = end === -1 ? this.text.length : end + 2;
    } else {
      this.at++;
    }
  }

  #skipTo(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    this.at = pattern.exec(this.text)?.index ?? this.text.length;
  }
}
