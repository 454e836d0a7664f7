// What of a string has been read, and what in it is still open.
// Knows nothing of what follows.
import { isSpaceAt } from "./characters.ts";

/** A string that is being read. */
export class TextSoFar {
  /** The quotes it is in; a bare one counts as in plain ones. */
  readonly opens: string;
  readonly closes: string;
  readonly isBare: boolean;
  /** Two quotes opened it, and two will close it. */
  isDoubled = false;
  /** A quote of the text's own is open in it. */
  isQuoteOpen = false;
  /** How many low quotes (`„`) are open in it. */
  lowQuotes = 0;
  /** A comma has shown that a list or dict which comes next is part of it. */
  awaitsContainer = false;
  /** The brackets of such a one that are open. */
  readonly containers: string[] = [];
  /** No comma in it can end it: nothing behind would open a next key. */
  isCommaProof = false;
  /** Braces opened in it and not closed. */
  openBraces = 0;
  /** What was found ahead: by signs, from where, and the place or none. */
  readonly lookups = new Map<string, { readonly from: number; readonly found: number | undefined }>();
  /** Since an opening square bracket in it: nothing but letters and signs, or white space too. */
  #bracket: "none" | "compact" | "spaced" = "none";
  // The last character is held apart: to look at a text's end is to copy all of a text that grows.
  #start = "";
  #last = "";

  constructor(opens: string, closes: string, isBare: boolean) {
    this.opens = opens;
    this.closes = closes;
    this.isBare = isBare;
  }

  /** The last character; empty where there is none yet. */
  get last(): string {
    return this.#last;
  }

  /** Whether all since an opening square bracket is free of white space, as in a regular expression's class. */
  get isInCompactBracket(): boolean {
    return this.#bracket === "compact";
  }

  toString(): string {
    return this.#start + this.#last;
  }

  add(text: string): void {
    if (text === "") return;
    for (let at = 0; at < text.length; at++) {
      const char = text[at];
      if (char === "{") this.openBraces++;
      else if (char === "}") this.openBraces = Math.max(0, this.openBraces - 1);
      else if (char === "[") this.#bracket = "compact";
      else if (char === "]") this.#bracket = "none";
      else if (this.#bracket === "compact" && isSpaceAt(text, at)) this.#bracket = "spaced";
    }
    this.#start += this.#last + text.slice(0, -1);
    this.#last = text.slice(-1);
  }

  /** Adds what an escape stands for, in the place of its backslash, which is the last character. */
  addEscaped(text: string): void {
    this.#last = "";
    this.add(text);
  }

  /** What a bracket means to the list or dict inside the text: whether it closes one. */
  closesContainer(char: string): boolean {
    const isOpening = char === "{" || char === "[";
    if (isOpening && this.awaitsContainer) {
      this.containers.push(char);
      this.awaitsContainer = false;
      return false;
    }
    if (isOpening && this.containers.length > 0) this.containers.push(char);
    const innermost = this.containers.at(-1);
    if (!((char === "}" && innermost === "{") || (char === "]" && innermost === "["))) return false;
    this.containers.pop();
    return true;
  }
}
