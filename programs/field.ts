// One field of a signature: its name, type, and how a prompt speaks of it.
// Knows nothing of the fields beside it.
import type { FieldType } from "./field-type.ts";
import { inferPrefix } from "./infer-prefix.ts";
import { floatRepr } from "./python/repr.ts";

/** Bounds on a field's value, worded in the prompt and, unless `compat` is set, enforced on what comes back. */
export interface FieldConstraints {
  /** Greater than. */
  readonly gt?: number;
  /** Greater than or equal to. */
  readonly ge?: number;
  /** Less than. */
  readonly lt?: number;
  /** Less than or equal to. */
  readonly le?: number;
  /** A multiple of this number. */
  readonly multipleOf?: number;
  /** At least so many characters or items. */
  readonly minLength?: number;
  /** At most so many characters or items. */
  readonly maxLength?: number;
}

/** What can be said of a field beyond name and type. */
export interface FieldOptions {
  /** What the field means; stands in the prompt. Default: nothing. */
  readonly desc?: string;
  /** A label, kept in saved state; prompts do not show it. Default: made from the name. */
  readonly prefix?: string;
  /** An input that is not given, or an output that does not come, takes this value. Default: none. */
  readonly default?: unknown;
  readonly constraints?: FieldConstraints;
  /** The constraints in words, where the words made from `constraints` are not wanted. */
  readonly constraintsText?: string;
}

/** A field of a signature. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Whether the type was said, rather than being `str` for want of one. */
  readonly typed: boolean;
  /** `${name}` where nothing was said. */
  readonly desc: string;
  /** With its colon: `Question:`. */
  readonly prefix: string;
  /** Absent means required. */
  readonly default?: { readonly value: unknown };
  readonly constraints?: FieldConstraints;
  /** Empty where there are none. */
  readonly constraintsText: string;
}

const WORDS: Readonly<Record<keyof FieldConstraints, string>> = {
  gt: "greater than: ",
  ge: "greater than or equal to: ",
  lt: "less than: ",
  le: "less than or equal to: ",
  multipleOf: "a multiple of the given number: ",
  minLength: "minimum length: ",
  maxLength: "maximum length: ",
};

/** Makes a field, with DSPy's defaults for what is not said. */
export function fieldOf(name: string, type: FieldType, typed: boolean, options: FieldOptions = {}): Field {
  const { desc, prefix, constraints, constraintsText } = options;
  return {
    name,
    type,
    typed,
    desc: desc ?? `\${${name}}`,
    prefix: prefix ?? `${inferPrefix(name)}:`,
    ...("default" in options ? { default: { value: options.default } } : {}),
    ...(constraints === undefined ? {} : { constraints }),
    constraintsText: constraintsText ?? (constraints === undefined ? "" : wordConstraints(constraints)),
  };
}

/** Whether two fields read alike: DSPy compares how they are spoken of, never their types. */
export function isSameWording(a: Field, b: Field): boolean {
  return a.name === b.name && a.desc === b.desc && a.prefix === b.prefix && a.constraintsText === b.constraintsText;
}

function wordConstraints(constraints: FieldConstraints): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(constraints)) {
    // Only keys of `WORDS` pass, and every value of FieldConstraints is a number.
    const words = WORDS[name as keyof FieldConstraints];
    if (words !== undefined && value !== undefined) {
      parts.push(words + (Number.isInteger(value) ? String(value) : floatRepr(value as number)));
    }
  }
  return parts.join(", ");
}
