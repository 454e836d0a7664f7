// Reads the grammar of signature strings at run time: "question: str, n: int = 3 -> answer: list[str]".
// Knows nothing of prompts.
import type { BaseError } from "../runtime/base/index.ts";
import { coerce } from "./coerce.ts";
import { codeType } from "./custom-types.ts";
import { readDefaultText } from "./default-text.ts";
import { type FieldType, literalOf, STR, type UnionType, unionOf } from "./field-type.ts";
import { genericType, type TypeArguments } from "./generic-type.ts";
import { IDENTIFIER, LiteralCursor } from "./literal-cursor.ts";
import { Mismatch } from "./mismatch.ts";
import { isTextStart } from "./python/literal-text.ts";
import { toPlain } from "./python/values.ts";
import { GENERIC_TYPES, KEYWORDS, MODULES, PLAIN_TYPES } from "./signature-words.ts";
import { unknownType } from "./unknown-type.ts";

/** A field as the string says it. */
export interface TextField {
  readonly name: string;
  readonly type: FieldType;
  /** Whether the string named the type, rather than leaving it to be `str`. */
  readonly typed: boolean;
  /** What the string says behind `=`. */
  readonly default?: { readonly value: unknown };
}

/** Both sides of a signature string. */
export interface SignatureText {
  readonly inputs: readonly TextField[];
  readonly outputs: readonly TextField[];
}

/** Types of one's own, by name. */
export type TypeNames = ReadonlyMap<string, FieldType>;

/** Reads a signature string; `names` are types of one's own, and `defaults` says whether what stands behind `=` is kept, or passed over. Throws SIGNATURE_INVALID with the place where it stops making sense. */
export function readSignatureText(
  text: string,
  names?: TypeNames,
  defaults: "kept" | "passed-over" = "kept",
): SignatureText {
  if (typeof text !== "string")
    throw new Reader("", 0).fail(`expected a text like "question -> answer", got ${typeof text}`, 0);
  const arrow = text.indexOf("->");
  if (arrow === -1)
    throw new Reader(text, text.length).fail("there is no '->' between inputs and outputs", text.length);
  const second = text.indexOf("->", arrow + 2);
  if (second !== -1)
    throw new Reader(text, text.length).fail("there is a second '->'; a signature has exactly one", second, 2);
  const inputs = new Reader(text, arrow, names).readFields(0, [], defaults);
  const outputs = new Reader(text, text.length, names).readFields(arrow + 2, inputs, defaults);
  return { inputs, outputs };
}

/** Reads the inputs of a signature, where a text names nothing else. Throws SIGNATURE_INVALID with the place. */
export function readInputsText(text: string): readonly TextField[] {
  return new Reader(text, text.length).readFields(0, [], "kept");
}

/** Reads one type, such as `dict[str, list[int]]`; `names` are types of one's own. `pipe` says what `A | B` is called: `Union`, or `UnionType` as in Python's class syntax. */
export function readTypeText(text: string, pipe: UnionType["spelling"] = "Union", names?: TypeNames): FieldType {
  if (typeof text !== "string") throw new Reader("", 0).fail(`expected a type like "list[str]", got ${typeof text}`, 0);
  return new Reader(text, text.length, names, pipe).readWholeType();
}

/** Throws SIGNATURE_INVALID for what cannot name a field. */
export function assertFieldName(name: string): void {
  if (typeof name !== "string") throw new Reader("", 0).fail(`expected the name of a field, got ${typeof name}`, 0);
  new Reader(name, name.length).readWholeName();
}

const ANY: FieldType = { kind: "any" };
const NOTHING = /\(\s*\)\s*\]/y;
/** Deeper nesting than this is no type a person wrote; it would only overflow the stack. */
const MAX_DEPTH = 64;

class Reader extends LiteralCursor {
  readonly #names: TypeNames | undefined;
  readonly #pipe: UnionType["spelling"];
  #depth: number;
  #isAfterDefault = false;

  constructor(text: string, end: number, names?: TypeNames, pipe: UnionType["spelling"] = "Union", depth = 0) {
    super(text, end);
    this.#names = names;
    this.#pipe = pipe;
    this.#depth = depth;
  }

  readWholeType(): FieldType {
    const type = this.#readType();
    this.skipWhite();
    if (this.at < this.end) throw this.fail("expected the end of the type", this.at);
    return type;
  }

  readWholeName(): void {
    this.#readName();
    if (this.at < this.end) throw this.fail("expected letters, digits and '_' only", this.at);
  }

  readFields(start: number, others: readonly TextField[], defaults: "kept" | "passed-over"): TextField[] {
    this.at = start;
    this.#isAfterDefault = false;
    const taken = new Set(others.map(({ name }) => name));
    const fields = new Map<string, TextField>();
    for (;;) {
      this.skipWhite();
      if (this.at >= this.end) return [...fields.values()];
      const field = this.#readField(taken, defaults);
      if (defaults === "kept") taken.add(field.name);
      // Python's parser takes a name twice, and the later one counts, at the place of the first.
      fields.set(field.name, field);
      this.skipWhite();
      if (this.at < this.end && !this.take(",")) {
        throw this.fail(`expected ',' or the end after \`${field.name}\``, this.at);
      }
    }
  }

  #readName(): string {
    const start = this.at;
    const name = this.match(IDENTIFIER);
    if (name === undefined) throw this.fail("expected a field name", start);
    if (KEYWORDS.has(name) || name === "__proto__") {
      throw this.fail(`\`${name}\` is a reserved word and cannot name a field`, start, name.length);
    }
    return name;
  }

  #readField(taken: ReadonlySet<string>, defaults: "kept" | "passed-over"): TextField {
    const start = this.at;
    const written = this.#readName();
    // To Python letters that only look otherwise are the same.
    const name = defaults === "kept" ? written : written.normalize("NFKC");
    if (taken.has(name)) {
      throw this.fail(`\`${name}\` is there twice; inputs and outputs need names of their own`, start, name.length);
    }
    this.skipWhite();
    const typed = this.take(":");
    const type = typed ? this.#readFieldType(defaults) : STR;
    this.skipWhite();
    if (!this.take("=")) {
      if (this.#isAfterDefault) throw this.fail(`\`${name}\` comes after a default, so it needs one`, start);
      return { name, type, typed };
    }
    // A side is read as the parameters of a Python function, of which those with a default come last.
    this.#isAfterDefault = defaults === "passed-over";
    if (defaults === "passed-over" && this.#passName()) return { name, type, typed };
    const fallback = this.#readDefault(name, defaults === "kept" ? type : ANY);
    return defaults === "kept" ? { name, type, typed, default: fallback } : { name, type, typed };
  }

  /** A field's type is not in quotes as a whole, and to DSPy one of None alone is none. */
  #readFieldType(defaults: "kept" | "passed-over"): FieldType {
    this.skipWhite();
    const start = this.at;
    const first = this.#readTerm();
    this.skipWhite();
    if (isTextStart(this.text, start) && this.text[this.at] !== "|")
      throw this.fail("expected a type; one in quotes stands only inside of another", start);
    const type = this.#readType(first);
    const isNone = defaults === "passed-over" && /^[\s(]*None[\s)]*$/.test(this.text.slice(start, this.at));
    return isNone ? STR : type;
  }

  /** Passes over a default that names something: DSPy reads it as Python, and drops it. */
  #passName(): boolean {
    this.skipWhite();
    const start = this.at;
    const name = this.match(IDENTIFIER);
    this.skipWhite();
    if (name !== undefined && !KEYWORDS.has(name) && /^(,|$)/.test(this.text.slice(this.at, this.end))) return true;
    this.at = start;
    return false;
  }

  #readDefault(name: string, type: FieldType): { readonly value: unknown } {
    this.skipWhite();
    const start = this.at;
    const { value, end } = readDefaultText(this.text, start, this.end);
    const length = end - start;
    if (value === undefined) {
      const problem = `expected the default of \`${name}\`: a number, a quoted text, True, False, None, or a list or dict of such`;
      throw this.fail(problem, start, length);
    }
    this.at = end;
    try {
      return { value: toPlain(coerce(type, value)) };
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      throw this.fail(`the default of \`${name}\` does not fit its type: ${error.toString()}`, start, length);
    }
  }

  #readType(begun?: FieldType): FieldType {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw this.fail(`the type is nested more than ${MAX_DEPTH} deep`, this.at);
    const members = [begun ?? this.#readTerm()];
    for (this.skipWhite(); this.take("|"); this.skipWhite()) members.push(this.#readTerm());
    this.#depth--;
    return members.length === 1 ? (members[0] ?? STR) : unionOf(members, this.#pipe);
  }

  #readTerm(): FieldType {
    this.skipWhite();
    const start = this.at;
    if (this.take("(")) return this.#readInParentheses(start);
    if (this.at < this.end && isTextStart(this.text, this.at)) return this.#readQuotedType();
    let name = this.match(IDENTIFIER);
    while (name !== undefined && MODULES.includes(name) && this.take(".")) name = this.match(IDENTIFIER);
    if (name === undefined) throw this.fail("expected a type", start);
    const { length } = this.text.slice(start, this.at);
    this.skipWhite();
    const bracket = this.at < this.end && this.text[this.at] === "[";
    if (!bracket) {
      const plain = this.#names?.get(name) ?? PLAIN_TYPES.get(name);
      if (plain !== undefined) return plain;
      if (GENERIC_TYPES.includes(name))
        throw this.fail(`\`${name}\` needs its types in brackets, like ${name}[…]`, start, length);
      throw this.#unknownType(name, start, length);
    }
    this.at++;
    if (name === "Literal") return literalOf(this.readConstants());
    if (name === "Code") return this.#readCode(start);
    if (!PLAIN_TYPES.has(name) && !GENERIC_TYPES.includes(name)) throw this.#unknownType(name, start, length);
    const type = genericType(name, this.#readArguments(name));
    if ("problem" in type) throw this.fail(type.problem, start, length);
    return type;
  }

  #readInParentheses(open: number): FieldType {
    const type = this.#readType();
    this.skipWhite();
    if (this.closes(")", open)) return type;
    throw this.fail("expected ')'", this.at);
  }

  #readArguments(name: string): TypeArguments {
    const open = this.at - 1;
    this.skipWhite();
    // As Python writes the type of the empty tuple.
    if ((name === "tuple" || name === "Tuple") && this.match(NOTHING) !== undefined) return { types: [], open: false };
    const start = this.at;
    if (!this.take("(")) return this.#readTypes("]", open, []);
    // A type in parentheses, or all of them.
    const first = this.#readType();
    this.skipWhite();
    if (!this.take(",")) {
      if (this.closes(")", start)) return this.#readTypes("]", open, [], first);
      throw this.fail("expected ',' or ')'", this.at);
    }
    const all = this.#readTypes(")", start, [first]);
    this.skipWhite();
    if (this.closes("]", open)) return all;
    throw this.fail("expected ']' behind the types in parentheses", this.at);
  }

  /** The types up to a closing bracket; behind those that are read there was a comma, and of the next one a first part may be `begun`. */
  #readTypes(close: string, open: number, types: FieldType[], begun?: FieldType): TypeArguments {
    for (let part = begun; ; part = undefined) {
      this.skipWhite();
      if (types.length > 0 && this.closes(close, open)) return { types, open: false };
      if (types.length > 0 && this.text.startsWith("...", this.at)) {
        this.at += 3;
        this.skipWhite();
        if (this.closes(close, open)) return { types, open: true };
        throw this.fail(`expected '${close}' after '...'`, this.at);
      }
      types.push(this.#readType(part));
      this.skipWhite();
      if (this.closes(close, open)) return { types, open: false };
      if (!this.take(",")) throw this.fail(`expected ',' or '${close}'`, this.at);
    }
  }

  #readCode(start: number): FieldType {
    const [language] = this.readConstants();
    if (typeof language !== "string")
      throw this.fail("`Code` takes a language in quotes, like Code['python']", start, 4);
    return codeType(language);
  }

  /** A type in quotes, as Python lets types be named before they are there. */
  #readQuotedType(): FieldType {
    const start = this.at;
    const text = this.readText();
    const written = this.text.slice(start + 1, start + 1 + text.length);
    // Within, the places are those of the whole text.
    if (written !== text) throw this.fail("expected a type in plain quotes", start);
    const end = start + 1 + text.length;
    const inner = new Reader(this.text, end, this.#names, this.#pipe, this.#depth);
    inner.at = start + 1;
    return inner.readWholeType();
  }

  #unknownType(name: string, start: number, length: number): BaseError {
    const { problem, near } = unknownType(name, this.#names?.keys() ?? []);
    return this.fail(problem, start, length, near);
  }
}
