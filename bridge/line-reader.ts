// Text that comes in pieces, as lines; what has no end is cut, so that nothing grows without a bound.
// Knows nothing of where it comes from.

/** A longer line is handed on in parts of this length. */
const LONGEST_LINE = 64 * 1024;

/** Puts lines together. */
export class LineReader {
  readonly #take: (line: string) => void;
  #rest = "";

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  /** Takes the next piece. */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
    while (this.#rest.length > LONGEST_LINE) {
      this.#take(this.#rest.slice(0, LONGEST_LINE));
      this.#rest = this.#rest.slice(LONGEST_LINE);
    }
  }

  /** Hands on what was left without an end. */
  end(): void {
    if (this.#rest !== "") this.#take(this.#rest);
    this.#rest = "";
  }
}
