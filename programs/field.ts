// One field of a signature: its name, type, and how a prompt speaks of it.
// Knows nothing of the fields beside it.
import type { FieldType } from "./field-type.ts";
import { inferPrefix } from "./infer-prefix.ts";
import { floatRepr } from "./python/repr.ts";
import { signatureInvalid } from "./signature-checks.ts";
import type { StandardSchema } from "./standard-schema.ts";

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
  /** A regular expression that a text matches somewhere. DSPy has no such constraint. */
  readonly pattern?: string;
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
  /** What a value is held against beside its type, and made into, also under `compat`: any Standard Schema that answers at once. */
  readonly schema?: StandardSchema;
}

/** What can be said of a field whose values are of this type. Beside a schema a default is what the schema takes. */
export type FieldOptionsOf<Value> =
  | (Omit<FieldOptions, "default" | "schema"> & { readonly default?: ReadonlyDeep<Value>; readonly schema?: never })
  | (FieldOptions & { readonly schema: StandardSchema });

/** A type and all inside it as a literal has them under `const`. */
export type ReadonlyDeep<Type> = Type extends object ? { readonly [Key in keyof Type]: ReadonlyDeep<Type[Key]> } : Type;

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
  /** Absent: the type and the constraints say all. */
  readonly schema?: StandardSchema;
}

const WORDS: Readonly<Record<keyof FieldConstraints, string>> = {
  gt: "greater than: ",
  ge: "greater than or equal to: ",
  lt: "less than: ",
  le: "less than or equal to: ",
  multipleOf: "a multiple of the given number: ",
  minLength: "minimum length: ",
  maxLength: "maximum length: ",
  pattern: "matching the pattern: ",
};

/** All constraints there are. */
// The keys of a literal that has no others.
export const CONSTRAINT_NAMES = Object.keys(WORDS) as readonly (keyof FieldConstraints)[];

/** Makes a field, with DSPy's defaults for what is not said. */
export function fieldOf(name: string, type: FieldType, typed: boolean, options: FieldOptions = {}): Field {
  const { desc, prefix, constraints, constraintsText, schema } = options;
  if (constraints?.pattern !== undefined) assertPattern(name, constraints.pattern);
  return {
    name,
    type,
    typed,
    desc: desc ?? `\${${name}}`,
    prefix: prefix ?? `${inferPrefix(name)}:`,
    ...("default" in options ? { default: { value: options.default } } : {}),
    ...(constraints === undefined ? {} : { constraints }),
    constraintsText: constraintsText ?? (constraints === undefined ? "" : wordConstraints(constraints)),
    ...(schema === undefined ? {} : { schema }),
  };
}

/** What a field was made with, and what is said of it anew. New bounds are worded anew, unless words come with them. */
export function changedOptions(field: Field, changes: FieldOptions): FieldOptions {
  const { desc, prefix, constraints, constraintsText, schema, default: fallback } = field;
  const isReworded = changes.constraints !== undefined && changes.constraintsText === undefined;
  return {
    desc,
    prefix,
    ...(isReworded ? {} : { constraintsText }),
    ...(schema === undefined ? {} : { schema }),
    ...(fallback === undefined ? {} : { default: fallback.value }),
    ...(constraints === undefined ? {} : { constraints }),
    ...changes,
  };
}

/** Whether two fields read alike: DSPy compares how they are spoken of, never their types. */
export function isSameWording(a: Field, b: Field): boolean {
  return a.name === b.name && a.desc === b.desc && a.prefix === b.prefix && a.constraintsText === b.constraintsText;
}

/** Constraints in words, in the order in which they are given. */
export function wordConstraints(constraints: FieldConstraints): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(constraints)) {
    // Only keys of `WORDS` pass, and every value of FieldConstraints is a number or a text.
    const words = WORDS[name as keyof FieldConstraints];
    if (words === undefined || value === undefined) continue;
    parts.push(words + (typeof value !== "number" || Number.isInteger(value) ? String(value) : floatRepr(value)));
  }
  return parts.join(", ");
}

function assertPattern(field: string, pattern: string): void {
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    const problem = `the pattern of \`${field}\` is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
    throw signatureInvalid(problem);
  }
}
