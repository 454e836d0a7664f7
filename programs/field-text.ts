// The text of one field on its way out: white space at both ends is kept back, as it is cut off when the whole is parsed.
// Knows no format.
import type { FieldSink } from "./answer-reader.ts";
import { isSpace } from "./python/text.ts";

/** Passes one field's text on. */
export class FieldText {
  readonly field: string;
  readonly #sink: FieldSink;
  /** White space that is the value's only if more text follows. */
  #held = "";
  #told = "";

  constructor(field: string, sink: FieldSink) {
    this.field = field;
    this.#sink = sink;
  }

  /** All that was passed on, which is the field's text, stripped. */
  get told(): string {
    return this.#told;
  }

  /** Forgets the white space at the end of what came so far. */
  dropHeld(): void {
    this.#held = "";
  }

  /** Takes more of the text. */
  push(text: string): void {
    let start = 0;
    let end = text.length;
    if (this.#told === "") while (start < end && isSpace(text.charCodeAt(start))) start++;
    while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    if (start < end) {
      const whole = start === 0 && end === text.length ? text : text.slice(start, end);
      const told = this.#held === "" ? whole : this.#held + whole;
      this.#held = "";
      this.#told += told;
      this.#sink.onFieldText(this.field, told);
    }
    if (end < text.length && this.#told !== "") this.#held += text.slice(end);
  }
}
