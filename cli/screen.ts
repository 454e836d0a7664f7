// A stream of lines with a block of live lines at its bottom: finished lines scroll away above, the block is redrawn.
// Knows nothing of what the lines say, or of time.

/** Where a screen writes. */
export interface TextSink {
  write(text: string): unknown;
}

const CLEAR_BELOW = "\x1b[J";

/** The lines of one output. Without a block it writes plain lines and no control character at all. */
export class Screen {
  readonly #sink: TextSink;
  #block: readonly string[] = [];

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  /** Writes finished lines, which are never redrawn; the block below stays, or becomes the one that is given. */
  line(text: string, block = this.#block): void {
    const erased = this.#erased();
    this.#block = block;
    this.#sink.write(`${erased}${text}\n${this.#drawn()}`);
  }

  /** Replaces the live block. An empty one takes it away. */
  block(lines: readonly string[]): void {
    const erased = this.#erased();
    this.#block = lines;
    const text = erased + this.#drawn();
    if (text !== "") this.#sink.write(text);
  }

  #erased(): string {
    const up = this.#block.length;
    return up === 0 ? "" : `\x1b[${up}A\r${CLEAR_BELOW}`;
  }

  #drawn(): string {
    return this.#block.map((line) => `${line}\n`).join("");
  }
}
