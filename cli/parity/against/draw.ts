// Draws: choices, counts and texts from one seeded stream.
// Knows nothing of what is drawn for.
import { Random } from "../../../runtime/base/index.ts";

const WORDS: readonly string[] = [
  "Paris",
  "the quick brown fox",
  "yes",
  "No",
  "42",
  "3.0",
  "true",
  "None",
  "null",
  "",
  " ",
  "a, b",
  'say "hi"',
  "it's",
  "C:\\temp\\new",
  "line one\nline two",
  "tab\tand\rreturn",
  "{curly}",
  "[1] «x»",
  "[[ ## answer ## ]]",
  "```json\n{}\n```",
  "<tag>&amp;</tag>",
  "é漢😀",
  "\u2028sep\u0085",
  "\u00a0wide\u3000",
  "key: value",
  "# not a comment",
  "// nor this",
  "https://example.org/a?b=c#d",
  "100%",
  "1,000",
  "$5",
  "-",
  "...",
];

/** One seeded stream of draws. The same seed draws the same. */
export class Draw {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** Whether something that happens so often happens. */
  chance(probability: number): boolean {
    return this.#random.random() < probability;
  }

  /** A whole number from one to another, both included. */
  int(from: number, to: number): number {
    return this.#random.randrange(from, to + 1);
  }

  /** One of a list that is not empty. */
  pick<const Item>(items: readonly Item[]): Item {
    // An index that is in the list.
    return items[this.#random.randrange(items.length)] as Item;
  }

  /** So many items, each made anew. */
  many<Item>(from: number, to: number, make: (index: number) => Item): Item[] {
    return Array.from({ length: this.int(from, to) }, (_, index) => make(index));
  }

  /** A text, the odd ones more often than in life. */
  text(): string {
    if (this.chance(0.8)) return this.pick(WORDS);
    return this.many(1, 3, () => this.pick(WORDS)).join(this.pick([" ", "\n", ", "]));
  }
}
