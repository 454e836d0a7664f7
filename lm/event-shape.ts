// The text of an event around the piece of answer in it: events of one answer differ in that piece alone, so the next ones need not be parsed.
// Knows nothing of what the pieces make up.

/** How a server writes an event down: what stands before its data, and how it ends a line. */
export interface EventFraming {
  readonly prefix: "data:" | "data: ";
  readonly lineEnd: "\n" | "\r\n";
}

/** Events that follow one another. */
export interface EventRun {
  /** What they bring, put together. */
  readonly text: string;
  /** Where the line after them begins. */
  readonly end: number;
}

/** Parsing each event costs a reply of 500 events more than all of its other work. */
export class EventShape {
  /** The choice that such events are of. */
  readonly choice: number;
  readonly #before: string;
  readonly #after: string;
  readonly #start: string;
  /** All that stands between the pieces of two events in a row. */
  readonly #between: string;

  constructor(before: string, after: string, choice: number, { prefix, lineEnd }: EventFraming) {
    this.choice = choice;
    this.#before = before;
    this.#after = after;
    this.#start = prefix + before;
    this.#between = `${after}${lineEnd}${lineEnd}${prefix}${before}`;
  }

  /** The piece in an event's data; undefined where the event is of another shape. */
  read(all: string, from: number, end: number): string | undefined {
    const textStart = from + this.#before.length;
    const textEnd = end - this.#after.length;
    if (textEnd < textStart || !isAt(all, this.#before, from) || !isAt(all, this.#after, textEnd)) return undefined;
    return unescaped(all.slice(textStart, textEnd));
  }

  /**
   * The events of this shape from a line's start on, but for the last; undefined where there is none.
   *
   * Rejected: line by line. A socket brings hundreds of events at once, and one search through all costs a third of a search for each.
   */
  readRun(all: string, start: number): EventRun | undefined {
    if (!isAt(all, this.#start, start)) return undefined;
    const textStart = start + this.#start.length;
    const lastBetween = all.lastIndexOf(this.#between);
    if (lastBetween < textStart) return undefined;
    let text = "";
    let end = start;
    for (const inside of all.slice(textStart, lastBetween).split(this.#between)) {
      const piece = unescaped(inside);
      if (piece === undefined) break;
      text += piece;
      end += inside.length + this.#between.length;
    }
    return end === start ? undefined : { text, end };
  }
}

/** Not `startsWith`: for texts of an event's length it takes V8 several times as long. */
function isAt(all: string, part: string, at: number): boolean {
  return all.slice(at, at + part.length) === part;
}

// A line's end, too: then it is not the inside of one event.
const NOT_PLAIN = /["\\\n]/;

/** What a JSON string's inside says; undefined where it is not one string's inside. */
function unescaped(inside: string): string | undefined {
  if (!NOT_PLAIN.test(inside)) return inside;
  try {
    return String(JSON.parse(`"${inside}"`));
  } catch {
    // Not the inside of one string: the event is of another shape after all, and is parsed whole.
    return undefined;
  }
}
