// Draws texts that readers have to survive: fragments of every grammar of the house, mixed, repeated, nested, cut and damaged.
// Knows no reader.
import { Random } from "../../runtime/base/index.ts";

/** The parts of which texts of one kind are put together. */
export type Grammar = "signature" | "completion" | "json" | "template" | "xml";

const COMMON = [
  "",
  " ",
  "\n",
  "\t",
  "\u0000",
  "\ud800",
  "\udc00",
  "é",
  "😀",
  "\u2028",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "0",
  "-1",
  "1e999",
  "9".repeat(40),
  "x".repeat(50),
];

const PARTS: Readonly<Record<Grammar, readonly string[]>> = {
  signature: [
    "->",
    ":",
    ",",
    "[",
    "]",
    "=",
    "|",
    "#",
    "'",
    '"',
    "\\",
    "(",
    ")",
    "{",
    "}",
    ".",
    "...",
    "q",
    "answer",
    "str",
    "int",
    "float",
    "bool",
    "list[str]",
    "dict[str, int]",
    "Optional[",
    "Union[",
    "Literal['a', \"b\"]",
    "tuple[int, ...]",
    "dspy.Image",
    "Any",
    "None",
    "class",
    "a: int = 5",
    "Foo",
  ],
  completion: [
    "[[ ## answer ## ]]\n",
    "[[ ## items ## ]]\n",
    "[[ ## who ## ]]\n",
    "[[ ## completed ## ]]",
    "[[## answer ##]]",
    "  [[ ## answer ## ]] x",
    "[[ ## __proto__ ## ]]\n",
    "```json\n",
    "```",
    "<answer>",
    "</answer>",
    "<items>",
    "<item>",
    "</item>",
    "</items>",
    "&amp;",
    "&#x0;",
    "&bogus;",
    "<![CDATA[",
    "]]>",
    "<!--",
    '{"answer": "x", "items": [1, 2]}',
    "true",
    "None",
    "1,2",
    "2024-01-02",
    "[1, 2",
  ],
  json: [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"',
    "'",
    "“",
    "\\",
    '"a"',
    '"answer"',
    "'b'",
    "true",
    "False",
    "None",
    "null",
    "1",
    "1.5",
    "-",
    "1e5",
    ".",
    "//",
    "/*",
    "*/",
    "#",
    "(",
    ")",
    '{"a": 1}',
    '{"__proto__": {"polluted": 1}}',
    '{"constructor": {"prototype": {"polluted": 1}}}',
    "\\u0041",
    "\\ud800",
    "\\x",
    "...",
    "NaN",
    "Infinity",
    "key: ",
  ],
  template: [
    "{{",
    "}}",
    "{{a}}",
    "{{a.b.c}}",
    "{{items[0]}}",
    "{{__proto__}}",
    "{{a.constructor}}",
    "{{a ?? 'x'}}",
    "{{a | json}}",
    "{{#if a}}",
    "{{else}}",
    "{{else if b}}",
    "{{/if}}",
    "{{#each items as x, i}}",
    "{{/each}}",
    "{{! note }}",
    '{{"{{"}}',
    "[",
    "]",
    "a",
    ".",
    "(",
    ")",
    "x",
  ],
  xml: [
    "<",
    ">",
    "</",
    "/>",
    "<a>",
    "</a>",
    "<answer>",
    "</answer>",
    "<items><item>1</item>",
    "</items>",
    '<entry key="__proto__">',
    "</entry>",
    "&",
    "&lt;",
    "&#0;",
    "&#xD800;",
    "<?xml?>",
    "<!DOCTYPE x>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "=",
    '"',
  ],
};

/** One seeded stream of draws. */
export class FuzzDraw {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  int(below: number): number {
    return this.#random.randrange(below);
  }

  pick<const Item>(items: readonly Item[]): Item {
    // An index that is in the list, which is not empty.
    return items[this.int(items.length)] as Item;
  }

  /** A text of a grammar: short ones mostly, now and then something long of one kind. */
  text(grammar: Grammar): string {
    const part = (): string =>
      this.int(6) === 0
        ? this.pick(COMMON)
        : this.pick(PARTS[this.int(8) === 0 ? this.pick(["completion", "json", "xml"]) : grammar]);
    if (this.int(40) === 0) return part() + part().repeat(this.int(3000)) + part();
    return Array.from({ length: this.int(14) }, part).join("");
  }

  /** A sound text with a few characters or parts of it changed. */
  damaged(text: string, grammar: Grammar): string {
    let changed = text;
    for (let count = this.int(4); count >= 0; count--) {
      const at = this.int(changed.length + 1);
      const length = this.int(4) === 0 ? this.int(20) : this.int(2);
      changed =
        changed.slice(0, at) + (this.int(2) === 0 ? this.text(grammar).slice(0, 40) : "") + changed.slice(at + length);
    }
    return changed;
  }

  /** JSON data, some of it with the names that pollute. */
  json(depth = 0): unknown {
    const kind = this.int(depth > 4 ? 5 : 8);
    switch (kind) {
      case 0:
        return null;
      case 1:
        return this.int(2) === 0;
      case 2:
        return this.pick([0, 1, -1, 0.5, 1e21, 1e-7, 2 ** 53, Number.MAX_VALUE]);
      case 3:
      case 4:
        return this.text("json").slice(0, 60);
      case 5:
        return Array.from({ length: this.int(4) }, () => this.json(depth + 1));
      default: {
        const keys = [
          "type",
          "properties",
          "items",
          "anyOf",
          "enum",
          "const",
          "$ref",
          "$defs",
          "required",
          "default",
          "a",
          "b",
          "__proto__",
          "constructor",
          "additionalProperties",
          "title",
        ];
        const entries = Array.from(
          { length: this.int(4) },
          () => `${JSON.stringify(this.pick(keys))}:${JSON.stringify(this.json(depth + 1))}`,
        );
        return JSON.parse(`{${entries.join(",")}}`);
      }
    }
  }
}
