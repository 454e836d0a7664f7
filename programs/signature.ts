// What goes in, what comes out, and what is to be done: immutable.
// Knows nothing of prompts, models or modules.
import { checkedField } from "./checked-field.ts";
import type { Compat } from "./compat.ts";
import { type DeclaredTypes, namedTypes } from "./declared-types.ts";
import { changedOptions, type Field, type FieldOptions, type FieldOptionsOf, fieldOf, isSameWording } from "./field.ts";
import { cleanDoc } from "./python/text.ts";
import type { SideCheck } from "./side-check.ts";
import { assertFieldWords, assertRecord, assertText, signatureInvalid } from "./signature-checks.ts";
import { type SignatureState, wordedFields } from "./signature-state.ts";
import { assertFieldName, readInputsText, readSignatureText, readTypeText, type TextField } from "./signature-text.ts";
import type { CheckedType, TypeOf } from "./signature-type-text.ts";
import type { CheckedSignature, InputsOf, NoTypes, OutputsOf, Simplify } from "./signature-types.ts";
import { signatureString, typeText } from "./type-text.ts";

/** What can be said of a signature beyond its string. */
export interface SignatureOptions<
  Fields extends object = Record<string, unknown>,
  Types extends DeclaredTypes = DeclaredTypes,
  As extends Compat | undefined = Compat | undefined,
> {
  /** What is to be done; indentation as in a docstring is taken off. Default: "Given the fields `a`, produce the fields `b`." */
  readonly instructions?: string;
  /** More about single fields, by name. */
  readonly fields?: { readonly [Name in keyof Fields]?: FieldOptionsOf<Fields[Name]> };
  /** Enums and models that the string names: `{ Color: enumOf(["red", "blue"]), Person: model({ name: "str" }) }`. Default: none. */
  readonly types?: Types;
  /** Reads the string as this DSPy release does: a signature needs no output, and defaults in the string are passed over. */
  readonly compat?: As;
}

/** A signature whatever its fields are. */
export type AnySignature = Signature<object, object>;

/** What can be said of a field that is added. */
export type AddedFieldOptions<Value, Types extends DeclaredTypes> = FieldOptionsOf<Value> & {
  /** Enums and models that the field's type names. Default: none. */
  readonly types?: Types;
};

/** Which side of `->` a field is on. */
export type Side = "input" | "output";

declare const FIELD_TYPES: unique symbol;

/** Inputs, outputs and instructions of one task. Every change is a new signature. */
export class Signature<Inputs extends object = object, Outputs extends object = object> {
  declare readonly [FIELD_TYPES]?: { readonly inputs: Inputs; readonly outputs: Outputs };
  readonly instructions: string;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  /** Schemas of several fields at once, which values are held against beside each field's own. */
  readonly checks: readonly SideCheck[];

  /** Takes the parts as they are; `signature("…")` and `signatureOf({ … })` are the ways to make one. */
  constructor(
    instructions: string,
    inputs: readonly Field[],
    outputs: readonly Field[],
    checks: readonly SideCheck[] = [],
  ) {
    this.instructions = instructions;
    this.inputs = Object.freeze([...inputs]);
    this.outputs = Object.freeze([...outputs]);
    this.checks = Object.freeze([...checks]);
    Object.freeze(this);
  }

  /** All fields, inputs first. */
  get fields(): readonly Field[] {
    return [...this.inputs, ...this.outputs];
  }

  /** The same fields with other instructions. */
  withInstructions(instructions: string): Signature<Inputs, Outputs> {
    assertText(instructions, "the instructions");
    return new Signature(cleanDoc(instructions), this.inputs, this.outputs, this.checks);
  }

  /** The same with a paragraph added to the instructions. */
  appendInstructions(text: string): Signature<Inputs, Outputs> {
    return this.withInstructions(`${this.instructions}\n\n${text}`);
  }

  /** One field said differently; its type stays. Throws SIGNATURE_INVALID where there is no such field, and for constraints that do not fit it. */
  withUpdatedFields<Name extends Extract<keyof Inputs | keyof Outputs, string>>(
    name: Name,
    options: FieldOptionsOf<(Inputs & Outputs)[Name]>,
  ): Signature<Inputs, Outputs> {
    this.#require(name);
    const update = (field: Field): Field => {
      if (field.name !== name) return field;
      return checkedField(name, field.type, field.typed, changedOptions(field, options));
    };
    return new Signature(this.instructions, this.inputs.map(update), this.outputs.map(update), this.checks);
  }

  /** With a further field at the end of its side. Throws SIGNATURE_INVALID for a name that is there already or a type that is none. */
  append<
    Of extends Side,
    Name extends string,
    const Type extends string = "str",
    const Types extends DeclaredTypes = NoTypes,
  >(
    side: Of,
    name: Name,
    type?: CheckedType<Type, Types>,
    options?: AddedFieldOptions<NoInfer<TypeOf<Type, Types>>, Types>,
  ): WithField<Inputs, Outputs, Of, Name, TypeOf<Type, Types>> {
    return this.#insertAt(side, side === "input" ? this.inputs.length : this.outputs.length, name, type, options);
  }

  /** With a further field at the start of its side. Throws as `append`. */
  prepend<
    Of extends Side,
    Name extends string,
    const Type extends string = "str",
    const Types extends DeclaredTypes = NoTypes,
  >(
    side: Of,
    name: Name,
    type?: CheckedType<Type, Types>,
    options?: AddedFieldOptions<NoInfer<TypeOf<Type, Types>>, Types>,
  ): WithField<Inputs, Outputs, Of, Name, TypeOf<Type, Types>> {
    return this.#insertAt(side, 0, name, type, options);
  }

  /** With a further field at a place of its side; -1 is the end. Throws as `append`, and for a place outside. */
  insert<
    Of extends Side,
    Name extends string,
    const Type extends string = "str",
    const Types extends DeclaredTypes = NoTypes,
  >(
    side: Of,
    index: number,
    name: Name,
    type?: CheckedType<Type, Types>,
    options?: AddedFieldOptions<NoInfer<TypeOf<Type, Types>>, Types>,
  ): WithField<Inputs, Outputs, Of, Name, TypeOf<Type, Types>> {
    const { length } = side === "input" ? this.inputs : this.outputs;
    const place = index < 0 ? index + length + 1 : index;
    if (!Number.isInteger(place) || place < 0 || place > length) {
      throw signatureInvalid(`\`${name}\` cannot be inserted at ${index}: the ${side}s have places 0 to ${length}`);
    }
    return this.#insertAt(side, place, name, type, options);
  }

  /** Without a field; one that is not there is no error. */
  delete<Name extends string>(name: Name): Signature<Simplify<Omit<Inputs, Name>>, Simplify<Omit<Outputs, Name>>> {
    const keep = (field: Field): boolean => field.name !== name;
    // A schema of several fields says nothing of what is left of them.
    const checks = this.checks.filter(({ names }) => !names.includes(name));
    return new Signature(this.instructions, this.inputs.filter(keep), this.outputs.filter(keep), checks);
  }

  /** Whether two signatures read alike: instructions and every field's wording. As in DSPy, types are not compared. */
  equals(other: AnySignature): boolean {
    const fields = new Map(other.fields.map((field) => [field.name, field]));
    return (
      this.instructions === other.instructions &&
      this.fields.length === fields.size &&
      this.inputs.length === other.inputs.length &&
      this.fields.every((field) => {
        const twin = fields.get(field.name);
        return twin !== undefined && isSameWording(field, twin);
      })
    );
  }

  /** What files keep of it. */
  state(): SignatureState {
    const fields = this.fields.map(({ prefix, desc }) => ({ prefix, description: desc }));
    return { instructions: this.instructions, fields };
  }

  /** With saved wording. Throws PROGRAM_STATE_INVALID for what is no wording, and where the number of fields differs, since they are told apart by position only. */
  withState(state: SignatureState): Signature<Inputs, Outputs> {
    const worded = wordedFields(this.fields, state);
    const { length } = this.inputs;
    return new Signature(state.instructions, worded.slice(0, length), worded.slice(length), this.checks);
  }

  /** Names and types as a string that `signature` reads, given the enums and models that it names. Defaults and wording are not in it. */
  toString(): string {
    return signatureString(this, typeText);
  }

  #insertAt<Of extends Side, Name extends string, Type>(
    side: Of,
    index: number,
    name: Name,
    type: string | undefined,
    { types, ...options }: FieldOptions & { readonly types?: DeclaredTypes } = {},
  ): WithField<Inputs, Outputs, Of, Name, Type> {
    if (side !== "input" && side !== "output")
      throw signatureInvalid(`a side is "input" or "output", not ${String(side)}`);
    assertFieldName(name);
    if (this.fields.some((field) => field.name === name))
      throw signatureInvalid(`the field \`${name}\` is there already`);
    const read = readTypeText(type ?? "str", "Union", types === undefined ? undefined : namedTypes(types));
    const field = checkedField(name, read, type !== undefined, options);
    const inputs = side === "input" ? this.inputs.toSpliced(index, 0, field) : this.inputs;
    const outputs = side === "output" ? this.outputs.toSpliced(index, 0, field) : this.outputs;
    // The field was put on the side that `Of` names.
    return new Signature(this.instructions, inputs, outputs, this.checks) as WithField<Inputs, Outputs, Of, Name, Type>;
  }

  #require(name: string): void {
    if (!this.fields.some((field) => field.name === name)) {
      throw signatureInvalid(`there is no field \`${name}\` in "${this.toString()}"`);
    }
  }
}

/** A signature with one more field on one side. */
export type WithField<
  Inputs extends object,
  Outputs extends object,
  Of extends Side,
  Name extends string,
  Type,
> = Of extends "input"
  ? Signature<Simplify<Inputs & { [Key in Name]: Type }>, Outputs>
  : Signature<Inputs, Simplify<Outputs & { [Key in Name]: Type }>>;

/**
 * Makes a signature of a string: `signature("question: str -> answer: str, sure: float")`.
 *
 * Field types are Python's: `str` (also where none is said), `int`, `float`, `bool`, `bytes`, `datetime`, `date`, `time`, `timedelta`, `None`, `Any`,
 * `list[…]`, `dict[…, …]`, `tuple[…]`, `set[…]`, `Optional[…]`, `A | B`, `Literal[…]`, and what `types` declares.
 * A default stands behind `=`: `n: int = 3`. Comments run from `#` to the end of the line.
 * A misspelt type or no output is a compile error; in a string that is only known at run time it throws SIGNATURE_INVALID with the place.
 */
export function signature<
  const Text extends string,
  const Types extends DeclaredTypes = NoTypes,
  const As extends Compat | undefined = undefined,
>(
  text: CheckedSignature<Text, Types, As>,
  options: SignatureOptions<NoInfer<Required<InputsOf<Text, Types>> & OutputsOf<Text, Types>>, Types, As> = {},
): Signature<InputsOf<Text, Types>, OutputsOf<Text, Types>> {
  return signatureFromText(text, options);
}

/** `signature` for texts that no compiler has seen. */
export function signatureFromText<Inputs extends object, Outputs extends object>(
  text: string,
  options: SignatureOptions = {},
): Signature<Inputs, Outputs> {
  assertRecord(options, "its options as an object");
  const { compat, types } = options;
  const own = types === undefined ? undefined : namedTypes(types);
  const sides = readSignatureText(text, own, compat === undefined ? "kept" : "passed-over");
  if (sides.outputs.length === 0 && compat === undefined)
    throw signatureInvalid(`"${text}" has no output; name one behind '->', as "question -> answer" does`);
  const names = new Set([...sides.inputs, ...sides.outputs].map((field) => field.name));
  const more = options.fields ?? {};
  assertRecord(more, "`fields` as an object");
  if (options.instructions !== undefined) assertText(options.instructions, "the instructions");
  for (const name of Object.keys(more)) {
    if (!names.has(name)) throw signatureInvalid(`\`fields\` speaks of \`${name}\`, which "${text}" does not have`);
  }
  // DSPy takes any bounds, which it only words, and any default.
  const makeField = compat === undefined ? checkedField : fieldOf;
  const make = (field: TextField): Field =>
    fieldOfText(field, Object.hasOwn(more, field.name) ? more[field.name] : undefined, makeField);
  const inputs = sides.inputs.map(make);
  const outputs = sides.outputs.map(make);
  const instructions =
    options.instructions === undefined || options.instructions === ""
      ? defaultInstructions(inputs, outputs)
      : cleanDoc(options.instructions);
  return new Signature(instructions, inputs, outputs);
}

/** The inputs that a text names, such as `question: str, k: int = 3`. Throws SIGNATURE_INVALID with the place. */
export function inputsFromText(text: string): readonly Field[] {
  return readInputsText(text).map((field) => fieldOfText(field, undefined, fieldOf));
}

function fieldOfText(
  { name, type, typed, default: fallback }: TextField,
  more: FieldOptions | undefined,
  makeField: typeof fieldOf,
): Field {
  if (more !== undefined) assertFieldWords(name, more);
  return makeField(name, type, typed, { ...(fallback === undefined ? {} : { default: fallback.value }), ...more });
}

/** The instructions of a signature that was given none. */
export function defaultInstructions(inputs: readonly Field[], outputs: readonly Field[]): string {
  const list = (fields: readonly Field[]): string => fields.map((field) => `\`${field.name}\``).join(", ");
  return `Given the fields ${list(inputs)}, produce the fields ${list(outputs)}.`;
}
