// Reads what stands between {{ and }}.
// Knows nothing of the tags around it.
import { nearest } from "../runtime/base/index.ts";
import { templateInvalid } from "./template-errors.ts";

/** A value that a tag names: a path into the context, or a text written in the template. */
export type TemplateOperand =
  | { readonly kind: "path"; readonly text: string; readonly keys: readonly string[] }
  | { readonly kind: "literal"; readonly text: string };

/** What a tag says. */
export type TemplateTag =
  | { readonly kind: "comment" }
  | {
      readonly kind: "value";
      readonly operand: TemplateOperand;
      readonly fallback: TemplateOperand | undefined;
      readonly form: "plain" | "json";
    }
  | { readonly kind: "if"; readonly operand: TemplateOperand }
  | {
      readonly kind: "each";
      readonly operand: TemplateOperand;
      readonly itemName: string;
      readonly indexName: string | undefined;
    }
  | { readonly kind: "else"; readonly operand: TemplateOperand | undefined }
  | { readonly kind: "close"; readonly name: string };

const NAME = /[A-Za-z_$][\w$]*/y;
const INDEX = /\d{1,9}/y;
/** A path as long as this is no path; the bound keeps a hostile one from costing at every rendering. */
const MAX_KEYS = 64;

/** Reads the tag that starts at `{{`, and where it ends. Throws TEMPLATE_INVALID. */
export function readTag(text: string, start: number): { readonly tag: TemplateTag; readonly end: number } {
  const reader = new TagReader(text, start + 2);
  const tag = reader.tag(start);
  return { tag, end: reader.position };
}

class TagReader {
  readonly #text: string;
  position: number;

  constructor(text: string, position: number) {
    this.#text = text;
    this.position = position;
  }

  tag(start: number): TemplateTag {
    this.#space();
    if (this.#take("!")) {
      const end = this.#text.indexOf("}}", this.position);
      if (end === -1) throw templateInvalid(this.#text, start, "{{! is not closed by }}");
      this.position = end + 2;
      return { kind: "comment" };
    }
    const tag = this.#take("#") ? this.#block() : this.#take("/") ? this.#close() : this.#value();
    this.#space();
    if (!this.#take("}}")) throw this.#unexpected(start);
    return tag;
  }

  #block(): TemplateTag {
    const at = this.position;
    const word = this.#name("`if` or `each`");
    if (word === "if") return { kind: "if", operand: this.#path() };
    if (word !== "each") {
      const near = nearest(word, ["if", "each"]);
      const remedy = near === undefined ? "the blocks are {{#if …}} and {{#each …}}" : `did you mean {{#${near} …}}?`;
      throw templateInvalid(this.#text, at, `there is no block \`${word}\`; ${remedy}`);
    }
    const operand = this.#path();
    this.#space();
    const asAt = this.position;
    if (this.#word() !== "as") {
      throw templateInvalid(this.#text, asAt, "{{#each …}} names its items: {{#each passages as passage}}");
    }
    const itemName = this.#name("a name for the items");
    this.#space();
    const indexName = this.#take(",") ? this.#name("a name for the index") : undefined;
    return { kind: "each", operand, itemName, indexName };
  }

  #close(): TemplateTag {
    return { kind: "close", name: this.#name("the name of the block to close") };
  }

  #value(): TemplateTag {
    const at = this.position;
    if (this.#word() === "else") {
      this.#space();
      const ifAt = this.position;
      const word = this.#word();
      if (word === undefined) return { kind: "else", operand: undefined };
      if (word === "if") return { kind: "else", operand: this.#path() };
      throw templateInvalid(this.#text, ifAt, "behind `else` stands nothing, or `if` and a path");
    }
    this.position = at;
    const operand = this.#operand();
    this.#space();
    const fallback = this.#take("??") ? this.#operand() : undefined;
    this.#space();
    if (!this.#take("|")) return { kind: "value", operand, fallback, form: "plain" };
    this.#space();
    const formAt = this.position;
    const form = this.#word();
    if (form === "json") return { kind: "value", operand, fallback, form: "json" };
    throw templateInvalid(this.#text, formAt, "the one form behind `|` is `json`");
  }

  #operand(): TemplateOperand {
    this.#space();
    const quote = this.#text[this.position];
    if (quote !== '"' && quote !== "'") return this.#path();
    const end = this.#text.indexOf(quote, this.position + 1);
    if (end === -1) throw templateInvalid(this.#text, this.position, `the text is not closed by ${quote}`);
    const text = this.#text.slice(this.position + 1, end);
    this.position = end + 1;
    return { kind: "literal", text };
  }

  #path(): TemplateOperand {
    this.#space();
    const start = this.position;
    const keys = [this.#name("the name of a value")];
    for (;;) {
      if (this.#take(".")) keys.push(this.#match(NAME) ?? this.#match(INDEX) ?? this.#fail("a name behind the dot"));
      else if (this.#take("[")) {
        keys.push(this.#match(INDEX) ?? this.#fail("a place like [0]"));
        if (!this.#take("]")) this.#fail("`]`");
      } else break;
      if (keys.length > MAX_KEYS) throw templateInvalid(this.#text, start, `a path has at most ${MAX_KEYS} steps`);
    }
    return { kind: "path", text: this.#text.slice(start, this.position), keys };
  }

  #name(expected: string): string {
    this.#space();
    return this.#match(NAME) ?? this.#fail(expected);
  }

  #word(): string | undefined {
    return this.#match(NAME);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.position] ?? "")) this.position += 1;
  }

  #fail(expected: string): never {
    throw templateInvalid(
      this.#text,
      Math.min(this.position, this.#text.length),
      `expected ${expected}, found ${this.#found()}`,
    );
  }

  #unexpected(start: number): Error {
    if (this.position >= this.#text.length) return templateInvalid(this.#text, start, "{{ is not closed by }}");
    const hint = this.#text[this.position] === "(" ? ": templates call no functions" : "";
    return templateInvalid(this.#text, this.position, `expected }}, found ${this.#found()}${hint}`);
  }

  #found(): string {
    return this.position >= this.#text.length
      ? "the end"
      : `\`${this.#text.slice(this.position, this.position + 12).split("\n")[0]}\``;
  }
}
