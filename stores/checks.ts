// Small checks that say what they expect: the walls through which records come in and go out.
// Knows nothing of any particular record.
import type { ErrorRecord, JsonObject, JsonValue } from "../runtime/base/index.ts";

/** Decides whether a value is of a type, and says in words what it wants. */
export interface Check<T> {
  /** What is wanted, to be read after "expected … to be". */
  readonly expected: string;
  /** Whether the field may be absent. */
  readonly presence: "required" | "optional";
  accepts(value: unknown): value is T;
}

function check<T>(expected: string, accepts: (value: unknown) => boolean): Check<T> {
  // The one place where a predicate is taken at its word: each use below states the type beside the test.
  return { expected, presence: "required", accepts: accepts as Check<T>["accepts"] };
}

/** A check of a field that may be absent. */
export function optional<T>(inner: Check<T>): Check<T> {
  return { ...inner, presence: "optional" };
}

/** Any text. */
export const text: Check<string> = check("a text", (value) => typeof value === "string");

const ID = /^[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,199}$/;

// Thousands of records in a row are of one run: the same id is not looked at again.
let lastGoodId: string | undefined;

/** An id: safe in a path, a URL and a shell. */
export const id: Check<string> = check(
  "an id of 1 to 200 letters, digits or _ . : @ + - that starts with a letter or digit and has no ..",
  (value) => {
    if (typeof value !== "string") return false;
    if (value === lastGoodId) return true;
    if (!ID.test(value) || value.includes("..")) return false;
    lastGoodId = value;
    return true;
  },
);

const HASH = /^[0-9a-f]{64}$/;

/** A SHA-256 as 64 hexadecimal digits. */
export const hash: Check<string> = check(
  "64 hexadecimal digits",
  (value) => typeof value === "string" && HASH.test(value),
);

/** A whole number from 0. */
export const count: Check<number> = check(
  "a whole number from 0",
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);

/** Any finite number. */
export const finite: Check<number> = check("a finite number", Number.isFinite);

/** A price that may be unknown, which is not 0. */
export const cost: Check<number | "unknown"> = check('a number of US dollars from 0 or "unknown"', (value) =>
  typeof value === "number" ? value >= 0 && value < Number.POSITIVE_INFINITY : value === "unknown",
);

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Check<Word> {
  return check(`one of ${words.join(", ")}`, (value) => words.some((word) => word === value));
}

/** A list whose items pass. */
export function listOf<T>(item: Check<T>): Check<readonly T[]> {
  return check(
    `a list, each item ${item.expected}`,
    (value) => Array.isArray(value) && value.every((one) => item.accepts(one)),
  );
}

/** An object with at least these fields. */
export function shape<T extends object>(
  fields: { readonly [Field in keyof Required<T>]: Check<Exclude<T[Field], undefined>> },
): Check<T> {
  const entries = Object.entries<Check<unknown>>(fields);
  const words = entries.map(([name, field]) => `${name}${field.presence === "optional" ? "?" : ""}: ${field.expected}`);
  return check(`{ ${words.join("; ")} }`, (value) => {
    if (!isPlainObject(value)) return false;
    for (const [name, field] of entries) if (!passes(field, value[name])) return false;
    return true;
  });
}

/** A value that passes one of the checks. */
export function eitherOf<A, B>(first: Check<A>, second: Check<B>): Check<A | B> {
  return check(`${first.expected} or ${second.expected}`, (value) => first.accepts(value) || second.accepts(value));
}

/** Deeper than any record needs; a cycle ends here instead of in a stack overflow. */
const MAX_DEPTH = 200;

/** Anything JSON can say; NaN, infinities, dates and functions it cannot. */
export const json: Check<JsonValue> = check(
  `JSON (no NaN, no infinity, no class instances, at most ${MAX_DEPTH} levels)`,
  isJson,
);

/** A JSON object. */
export const jsonObject: Check<JsonObject> = check(
  `a JSON object of at most ${MAX_DEPTH} levels`,
  (value) => isPlainObject(value) && isJson(value),
);

/** An error as `toErrorRecord` writes it. */
export const errorRecord: Check<ErrorRecord> = check(
  "an error record",
  (value) =>
    isPlainObject(value) && typeof value["name"] === "string" && typeof value["message"] === "string" && isJson(value),
);

/** Whether a field's value passes, an absent one included. */
export function passes(field: Check<unknown>, value: unknown): boolean {
  return value === undefined ? field.presence === "optional" : field.accepts(value);
}

/** Whether a value is an object such as JSON makes. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isJson(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  if (!isPlainObject(value)) return false;
  for (const name in value) {
    const item = value[name];
    if (item !== undefined && !isJson(item, depth + 1)) return false;
  }
  return true;
}
