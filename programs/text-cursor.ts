// A place in a signature's text that moves on, and the way to say what is wrong there.
// Knows no grammar.
import { BaseError } from "../runtime/base/index.ts";

// Matched again and again: the engine keeps a place on its stack for each turn of a group that repeats.
const WHITE = /[ \t\n\r\f]+|#[^\n]*|\\\r?\n/y;

/** Goes through a text up to an end. */
export class TextCursor {
  readonly text: string;
  /** Nothing is read from here on. */
  readonly end: number;
  at = 0;

  constructor(text: string, end: number) {
    this.text = text;
    this.end = end;
  }

  /** SIGNATURE_INVALID with the line in question and the place in it underlined. */
  fail(problem: string, position: number, length = 1, near?: string): BaseError {
    const lineStart = this.text.lastIndexOf("\n", position - 1) + 1;
    const lineEnd = this.text.indexOf("\n", position);
    const line = this.text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
    const caret = `${" ".repeat(position - lineStart)}${"^".repeat(Math.max(1, length))}`;
    return new BaseError(
      "SIGNATURE_INVALID",
      `The signature cannot be read at character ${position + 1}: ${problem}.\n  ${line}\n  ${caret}`,
      { details: { text: this.text, position, problem, ...(near === undefined ? {} : { nearest: near }) } },
    );
  }

  /** Passes over a character, where it is the next. */
  take(char: string): boolean {
    if (this.at >= this.end || this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  /** Passes over white space and comments. */
  skipWhite(): void {
    for (WHITE.lastIndex = this.at; this.at < this.end && WHITE.test(this.text); ) {
      this.at = Math.min(this.end, WHITE.lastIndex);
    }
  }

  /** Passes over what a sticky pattern finds here, and answers it; undefined where it finds nothing before the end. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined || this.at + found.length > this.end) return undefined;
    this.at += found.length;
    return found;
  }
}
