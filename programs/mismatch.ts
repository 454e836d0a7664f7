// A value that does not fit its type: thrown and caught while one answer is read, never let out.
// Knows no error codes.

import { jsonDumps } from "./python/repr.ts";
import { Float, Int, type PythonValue, Sequence } from "./python/values.ts";

/** Why a value does not fit, and where inside it. */
export class Mismatch {
  readonly reason: string;
  readonly path: string;

  constructor(reason: string, path = "") {
    this.reason = reason;
    this.path = path;
  }

  /** The same, seen from the list or dict around it. */
  within(key: number | string): Mismatch {
    const step = typeof key === "number" ? `[${key}]` : `[${JSON.stringify(key)}]`;
    return new Mismatch(this.reason, step + this.path);
  }

  toString(): string {
    return this.path === "" ? this.reason : `at ${this.path}: ${this.reason}`;
  }
}

/** A mismatch of an expected type and a found value. */
export function expected(type: string, found: PythonValue): Mismatch {
  return new Mismatch(`expected ${type}, found ${describeValue(found)}`);
}

const MAX_SHOWN = 80;

/** A value in words. */
function describeValue(value: PythonValue): string {
  if (value === null) return "null";
  if (typeof value === "string") return value === "" ? "an empty text" : `the text ${shown(JSON.stringify(value))}`;
  if (Array.isArray(value) || value instanceof Sequence) return `the list ${shown(jsonDumps(value))}`;
  if (value instanceof Map) return `the dict ${shown(jsonDumps(value))}`;
  if (value instanceof Float || value instanceof Int) return jsonDumps(value);
  return String(value);
}

function shown(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}
