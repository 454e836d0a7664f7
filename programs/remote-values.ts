// Values on their way to a module in Python and back, where the field's type says more than the value does.
// Knows nothing of frames and of prompts.
import { coerce } from "./coerce.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import { type FieldType, typeName } from "./field-type.ts";
import { coercionReason, held } from "./parse-value.ts";
import { Float, Int, Sequence, toFloat, toPlain } from "./python/values.ts";
import { remoteAnswerInvalid, remoteValueInvalid } from "./remote-errors.ts";
import { isFloatType, itemType, MAX_DEPTH, memberOf, modelFor, toPython } from "./to-python.ts";

const ANY: FieldType = { kind: "any" };

/**
 * The value that is handed to Python: a whole number in a place of floats is a float, and a moment in the place of a day is the day.
 *
 * All else crosses as what it is: bytes, Sets, Maps and Dates too. What only Python can make, such as an enum's member, is made there.
 */
export function toRemote(value: unknown, type: FieldType = ANY, depth = 0): unknown {
  if (typeof value === "number") return isFloatType(type) ? toFloat(value) : value;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  // A cycle, or more than can cross: the codec says so, and where.
  if (depth > MAX_DEPTH) return value;
  if (value instanceof Float || value instanceof Int || value instanceof Sequence) return value;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => toRemote(item, itemType(type, index), depth + 1));
  if (value instanceof Date) return memberOf(type, "date") === undefined ? value : dayOf(value);
  if (value instanceof Set)
    return new Set([...value].map((item: unknown) => toRemote(item, itemType(type, 0), depth + 1)));
  if (value instanceof Map) return new Map(entriesToRemote([...value], type, value, depth));
  const prototype: unknown = Object.getPrototypeOf(value);
  // What a class's instance is in Python is the codec's business.
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entriesToRemote(entries, type, new Map<unknown, unknown>(entries), depth));
}

/** One that Python has no day for stays as it is: the codec says so, and where. */
function dayOf(value: Date): Date | string {
  const year = value.getUTCFullYear();
  return year >= 1 && year <= 9999 ? value.toISOString().slice(0, 10) : value;
}

function entriesToRemote<Key>(
  entries: readonly (readonly [Key, unknown])[],
  type: FieldType,
  given: ReadonlyMap<unknown, unknown>,
  depth: number,
): readonly (readonly [Key, unknown])[] {
  const model = modelFor(type, given);
  const value = memberOf(type, "dict")?.value;
  const typeOf = (key: unknown) => (model === undefined ? value : model.fields.find(({ name }) => name === key)?.type);
  return entries.map(([key, item]) => [key, toRemote(item, typeOf(key), depth + 1)]);
}

/** Whose answer it is. */
export interface RemotePlace {
  readonly path: string;
  readonly target: string;
}

/**
 * What the other side answered, its typed fields as programs of this side have them: code is text, bytes are the text that they spell in UTF-8.
 *
 * Throws PROGRAM_REMOTE_INVALID for a missing field and, unless under `compat`, where DSPy's own rules hold, for a value of another type.
 */
export function remoteOutputs(
  { path, target }: RemotePlace,
  fields: readonly Field[],
  outputs: object,
  compat: Compat | undefined,
): Record<string, unknown> {
  const fitted: Record<string, unknown> = { ...outputs };
  for (const { name, type, typed } of fields) {
    if (!Object.hasOwn(outputs, name)) throw remoteAnswerInvalid(path, target, name, Object.keys(outputs));
    if (!typed) continue;
    try {
      fitted[name] = fromRemote(fitted[name], type);
    } catch (error) {
      if (compat === undefined) throw remoteValueInvalid(path, target, name, typeName(type), reasonOf(error));
    }
  }
  return fitted;
}

function fromRemote(value: unknown, type: FieldType): unknown {
  if (typeof value === "string" && type.kind === "str") return value;
  return toPlain(held(coerce(type, toPython(value))));
}

/** Bytes that spell no text are a TypeError. */
function reasonOf(error: unknown): string {
  return error instanceof TypeError ? error.message : coercionReason(error);
}
