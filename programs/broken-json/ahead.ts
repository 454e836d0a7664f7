// A text, a place in it, and quick answers to what stands further on.
// Knows nothing of values.
import { isSpaceAt } from "./characters.ts";

/** Where a sign stands that no backslash escapes, as far as was looked. */
interface Found {
  readonly places: number[];
  /** Up to here, not included, all places are known. */
  until: number;
}

/** Limit: looks at so many characters per character of the text are made; beyond it a doubtful look finds nothing. It keeps the reading linear. */
const LOOKS_PER_CHARACTER = 60;
const LEAST_LOOKS = 20_000;

/** A text that is read from left to right. */
export abstract class Ahead {
  #text: string;
  #looksLeft: number;
  readonly #found = new Map<string, Found>();
  at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#looksLeft = LEAST_LOOKS + LOOKS_PER_CHARACTER * text.length;
  }

  get text(): string {
    return this.#text;
  }

  /** The character at this place; empty at the end. */
  get char(): string {
    return this.#text[this.at] ?? "";
  }

  /** The character at a place; empty outside of the text. */
  charAt(place: number): string {
    return this.#text[place] ?? "";
  }

  /** Passes over one character as Python counts them. */
  step(): void {
    this.at += (this.#text.codePointAt(this.at) ?? 0) > 0xffff ? 2 : 1;
  }

  isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  /** Takes so many looks of those that are left; false where there are not so many. */
  spend(looks: number): boolean {
    if (this.#looksLeft < looks) return false;
    this.#looksLeft -= looks;
    return true;
  }

  /** The first place from one on that is no white space. */
  pastWhite(from: number): number {
    let at = from;
    while (isSpaceAt(this.#text, at)) at++;
    return at;
  }

  /** What stands behind a place and the white space that follows it. */
  charPastWhite(from: number): string {
    return this.charAt(this.pastWhite(from));
  }

  skipWhite(): void {
    this.at = this.pastWhite(this.at);
  }

  /** The first place from one on where one of the signs stands unescaped; the text's end where none does. Backslashes before the place do not count. */
  find(signs: string, from: number): number {
    let nearest = this.#text.length;
    for (const sign of signs) nearest = Math.min(nearest, this.#findOne(sign, from));
    return nearest;
  }

  /** How often a sign stands unescaped from one place to another. */
  count(sign: string, from: number, to: number): number {
    const { places } = this.#foundUntil(sign, to);
    return indexOf(places, to) - indexOf(places, from);
  }

  /** Puts other text in the place of some that is not yet read; false where it was done too often. */
  replace(from: number, to: number, text: string): boolean {
    if (!this.spend(1 + (this.#text.length >> 4))) return false;
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(to);
    for (const found of this.#found.values()) {
      found.places.length = indexOf(found.places, from);
      found.until = Math.min(found.until, from);
    }
    return true;
  }

  #findOne(sign: string, from: number): number {
    const text = this.#text;
    if (text[from] === sign) return from;
    let start = from;
    if (text[from] === "\\" && text[from - 1] === "\\") {
      while (text[start] === "\\") start++;
      if (text[start] === sign) {
        if ((start - from) % 2 === 0) return start;
        start++;
      }
    }
    const known = this.#found.get(sign);
    const next = known?.places[indexOf(known.places, start)];
    if (next !== undefined) return next;
    const { places } = this.#foundUntil(sign, start);
    return places[indexOf(places, start)] ?? this.#findNext(sign);
  }

  /** Looks for the next place behind those that are known. */
  #findNext(sign: string): number {
    const found = this.#foundUntil(sign, 0);
    for (;;) {
      const at = this.#text.indexOf(sign, found.until);
      found.until = at === -1 ? this.#text.length : at + 1;
      if (at === -1) return this.#text.length;
      if (this.#isEscaped(at)) continue;
      found.places.push(at);
      return at;
    }
  }

  #foundUntil(sign: string, until: number): Found {
    let found = this.#found.get(sign);
    if (found === undefined) {
      found = { places: [], until: 0 };
      this.#found.set(sign, found);
    }
    while (found.until < until && found.until < this.#text.length) this.#findNext(sign);
    return found;
  }

  #isEscaped(at: number): boolean {
    let start = at;
    while (this.#text[start - 1] === "\\") start--;
    return (at - start) % 2 === 1;
  }
}

/** Where in a sorted list the first number stands that is not below another. */
function indexOf(sorted: readonly number[], number: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
