// Reads the grammar of signature strings at run time: "question: str, n: int -> answer: list[str]".
// Knows nothing of prompts or defaults.
import { BaseError, nearest } from "../runtime/base/index.ts";
import { codeType } from "./custom-types.ts";
import { type FieldType, type LiteralValue, literalOf, STR, type UnionType, unionOf } from "./field-type.ts";
import { genericType, type TypeArguments } from "./generic-type.ts";
import { ESCAPES, FOREIGN_NAMES, GENERIC_TYPES, KEYWORDS, MODULES, PLAIN_TYPES } from "./signature-words.ts";

/** A field as the string says it. */
export interface TextField {
  readonly name: string;
  readonly type: FieldType;
  /** Whether the string named the type, rather than leaving it to be `str`. */
  readonly typed: boolean;
}

/** Both sides of a signature string. */
export interface SignatureText {
  readonly inputs: readonly TextField[];
  readonly outputs: readonly TextField[];
}

/** Types of one's own, by name. */
export type TypeNames = ReadonlyMap<string, FieldType>;

/** Reads a signature string; `names` are types of one's own. Throws SIGNATURE_INVALID with the place where it stops making sense. */
export function readSignatureText(text: string, names?: TypeNames): SignatureText {
  const arrow = text.indexOf("->");
  if (arrow === -1)
    throw new Reader(text, text.length).fail("there is no '->' between inputs and outputs", text.length);
  const second = text.indexOf("->", arrow + 2);
  if (second !== -1)
    throw new Reader(text, text.length).fail("there is a second '->'; a signature has exactly one", second, 2);
  const inputs = new Reader(text, arrow, names).readFields(0, []);
  const outputs = new Reader(text, text.length, names).readFields(arrow + 2, inputs);
  return { inputs, outputs };
}

/** Reads one type, such as `dict[str, list[int]]`; `names` are types of one's own. `pipe` says what `A | B` is called: `Union`, or `UnionType` as in Python's class syntax. */
export function readTypeText(text: string, pipe: UnionType["spelling"] = "Union", names?: TypeNames): FieldType {
  return new Reader(text, text.length, names, pipe).readWholeType();
}

const IDENTIFIER = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const WHITE = /(?:[ \t\n\r\f]|#[^\n]*)*/y;
const NUMBER = /-?\d+/y;
/** Deeper nesting than this is no type a person wrote; it would only overflow the stack. */
const MAX_DEPTH = 64;

class Reader {
  readonly #text: string;
  readonly #end: number;
  readonly #names: TypeNames | undefined;
  readonly #pipe: UnionType["spelling"];
  #at = 0;
  #depth = 0;

  constructor(text: string, end: number, names?: TypeNames, pipe: UnionType["spelling"] = "Union") {
    this.#text = text;
    this.#end = end;
    this.#names = names;
    this.#pipe = pipe;
  }

  readWholeType(): FieldType {
    const type = this.#readType();
    this.#skipWhite();
    if (this.#at < this.#end) throw this.fail("expected the end of the type", this.#at);
    return type;
  }

  readFields(start: number, others: readonly TextField[]): TextField[] {
    this.#at = start;
    const fields: TextField[] = [];
    for (;;) {
      this.#skipWhite();
      if (this.#at >= this.#end) return fields;
      fields.push(this.#readField([...others, ...fields]));
      this.#skipWhite();
      if (this.#at < this.#end && !this.#take(",")) {
        throw this.fail(`expected ',' or the end after \`${fields.at(-1)?.name}\``, this.#at);
      }
    }
  }

  fail(problem: string, position: number, length = 1, near?: string): BaseError {
    const lineStart = this.#text.lastIndexOf("\n", position - 1) + 1;
    const lineEnd = this.#text.indexOf("\n", position);
    const line = this.#text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
    const caret = `${" ".repeat(position - lineStart)}${"^".repeat(Math.max(1, length))}`;
    return new BaseError(
      "SIGNATURE_INVALID",
      `The signature cannot be read at character ${position + 1}: ${problem}.\n  ${line}\n  ${caret}`,
      { details: { text: this.#text, position, problem, ...(near === undefined ? {} : { nearest: near }) } },
    );
  }

  #readField(before: readonly TextField[]): TextField {
    const start = this.#at;
    const name = this.#match(IDENTIFIER);
    if (name === undefined) throw this.fail("expected a field name", start);
    if (KEYWORDS.has(name) || name === "__proto__") {
      throw this.fail(`\`${name}\` is a reserved word and cannot name a field`, start, name.length);
    }
    if (before.some((field) => field.name === name)) {
      throw this.fail(
        `the field \`${name}\` is there twice; inputs and outputs need names of their own`,
        start,
        name.length,
      );
    }
    this.#skipWhite();
    const typed = this.#take(":");
    const type = typed ? this.#readType() : STR;
    this.#skipWhite();
    if (this.#at < this.#end && this.#text[this.#at] === "=") {
      throw this.fail(`a default cannot be said here; pass it as \`fields: { ${name}: { default: … } }\``, this.#at);
    }
    return { name, type, typed };
  }

  #readType(): FieldType {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw this.fail(`the type is nested more than ${MAX_DEPTH} deep`, this.#at);
    const members = [this.#readTerm()];
    for (this.#skipWhite(); this.#take("|"); this.#skipWhite()) members.push(this.#readTerm());
    this.#depth--;
    return members.length === 1 ? (members[0] ?? STR) : unionOf(members, this.#pipe);
  }

  #readTerm(): FieldType {
    this.#skipWhite();
    const start = this.#at;
    let name = this.#match(IDENTIFIER);
    while (name !== undefined && MODULES.includes(name) && this.#take(".")) name = this.#match(IDENTIFIER);
    if (name === undefined) throw this.fail("expected a type", start);
    const { length } = this.#text.slice(start, this.#at);
    this.#skipWhite();
    const bracket = this.#at < this.#end && this.#text[this.#at] === "[";
    if (!bracket) {
      const plain = this.#names?.get(name) ?? PLAIN_TYPES.get(name);
      if (plain !== undefined) return plain;
      if (GENERIC_TYPES.includes(name))
        throw this.fail(`\`${name}\` needs its types in brackets, like ${name}[…]`, start, length);
      throw this.#unknownType(name, start, length);
    }
    this.#at++;
    if (name === "Literal") return this.#readLiteral(start);
    if (name === "Code") return this.#readCode(start);
    if (!PLAIN_TYPES.has(name) && !GENERIC_TYPES.includes(name)) throw this.#unknownType(name, start, length);
    const type = genericType(name, this.#readArguments());
    if ("problem" in type) throw this.fail(type.problem, start, length);
    return type;
  }

  #readArguments(): TypeArguments {
    const open = this.#at - 1;
    const types: FieldType[] = [];
    for (;;) {
      this.#skipWhite();
      if (types.length > 0 && this.#text.startsWith("...", this.#at)) {
        this.#at += 3;
        this.#skipWhite();
        if (this.#closes(open)) return { types, open: true };
        throw this.fail("expected ']' after '...'", this.#at);
      }
      types.push(this.#readType());
      this.#skipWhite();
      if (this.#closes(open)) return { types, open: false };
      if (!this.#take(",")) throw this.fail("expected ',' or ']'", this.#at);
      this.#skipWhite();
      if (this.#closes(open)) return { types, open: false };
    }
  }

  #readLiteral(start: number): FieldType {
    const open = this.#at - 1;
    const values: LiteralValue[] = [];
    for (;;) {
      this.#skipWhite();
      if (this.#closes(open)) break;
      values.push(this.#readConstant());
      this.#skipWhite();
      if (this.#closes(open)) break;
      if (!this.#take(",")) throw this.fail("expected ',' or ']'", this.#at);
    }
    if (values.length === 0) throw this.fail("`Literal` needs at least one value, like Literal['yes', 'no']", start, 7);
    return literalOf(values);
  }

  #readCode(start: number): FieldType {
    const literal = this.#readLiteral(start);
    const [language] = literal.kind === "literal" ? literal.values : [];
    if (typeof language !== "string")
      throw this.fail("`Code` takes a language in quotes, like Code['python']", start, 4);
    return codeType(language);
  }

  #readConstant(): LiteralValue {
    const start = this.#at;
    const quote = this.#text[start];
    if (quote === "'" || quote === '"') return this.#readQuoted(quote);
    const digits = this.#match(NUMBER);
    if (digits !== undefined) return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
    switch (this.#match(IDENTIFIER)) {
      case "True":
        return true;
      case "False":
        return false;
      case "None":
        return null;
      default:
        throw this.fail("expected a quoted string, a whole number, True, False or None", start);
    }
  }

  #readQuoted(quote: string): string {
    const start = this.#at;
    let value = "";
    for (this.#at++; this.#at < this.#end; this.#at++) {
      const char = this.#text[this.#at];
      if (char === quote) {
        this.#at++;
        return value;
      }
      if (char !== "\\") value += char;
      else {
        this.#at++;
        const escaped = this.#text[this.#at] ?? "";
        value += ESCAPES.get(escaped) ?? `\\${escaped}`;
      }
    }
    throw this.fail("the string is not closed", start);
  }

  #unknownType(name: string, start: number, length: number): BaseError {
    const foreign = FOREIGN_NAMES.get(name.toLowerCase());
    const near = foreign ?? nearest(name, [...(this.#names?.keys() ?? []), ...PLAIN_TYPES.keys(), ...GENERIC_TYPES]);
    const hint =
      near === undefined
        ? "use str, int, float, bool, None, Any, list[…], dict[str, …], Optional[…], Union[…] or Literal[…], or declare it in `types`"
        : `did you mean \`${near}\`?`;
    return this.fail(`\`${name}\` is not a type; ${hint}`, start, length, near);
  }

  #closes(open: number): boolean {
    if (this.#at >= this.#end) throw this.fail("this '[' is not closed", open);
    return this.#take("]");
  }

  #take(char: string): boolean {
    if (this.#at >= this.#end || this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #skipWhite(): void {
    WHITE.lastIndex = this.#at;
    this.#at = Math.min(this.#end, this.#at + (WHITE.exec(this.#text)?.[0].length ?? 0));
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || this.#at + found.length > this.#end) return undefined;
    this.#at += found.length;
    return found;
  }
}
