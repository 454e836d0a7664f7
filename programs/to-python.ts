// Takes a user's JavaScript value for a Python one, so that it can be written as Python writes it.
// The field's type tells `1` from `1.0`.
import type { FieldType } from "./field-type.ts";
import { type Dict, Float, Int, type PythonValue, Sequence, toFloat } from "./python/values.ts";

const ANY: FieldType = { kind: "any" };
/** Deeper values than this are a cycle or no value a prompt could hold. */
const MAX_DEPTH = 200;

/**
 * The Python value of a JavaScript one.
 *
 * Objects with `toJSON` (dates, examples) are what that answers; Maps and plain objects are dicts, other iterables lists. A whole number in a place
 * of floats is a float, unless it is marked by `int`. Throws a TypeError for functions, symbols and cycles.
 */
export function toPython(value: unknown, type: FieldType = ANY, depth = 0): PythonValue {
  if (depth > MAX_DEPTH) throw new TypeError(`it is nested more than ${MAX_DEPTH} deep, or holds itself`);
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return value;
    case "number":
      return isFloatType(type) ? toFloat(value) : value;
    case "undefined":
      return null;
    case "object":
      return value === null ? null : objectToPython(value, type, depth + 1);
    default:
      throw new TypeError(`a ${typeof value} has no textual form`);
  }
}

function objectToPython(value: object, type: FieldType, depth: number): PythonValue {
  if (value instanceof Float || value instanceof Int || value instanceof Sequence) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => toPython(item, itemType(type), depth));
  if (value instanceof Map) return toDict(value, type, depth);
  if ("toJSON" in value && typeof value.toJSON === "function") return toPython(value.toJSON(), type, depth);
  if (value instanceof Set) return [...value].map((item: unknown) => toPython(item, itemType(type), depth));
  return toDict(
    Object.entries(value).filter(([, item]) => item !== undefined),
    type,
    depth,
  );
}

function toDict(entries: Iterable<[unknown, unknown]>, type: FieldType, depth: number): Dict {
  const keyType = memberOf(type, "dict")?.key ?? ANY;
  const valueType = memberOf(type, "dict")?.value ?? ANY;
  const dict: Dict = new Map();
  for (const [key, item] of entries) dict.set(toPython(key, keyType, depth), toPython(item, valueType, depth));
  return dict;
}

function itemType(type: FieldType): FieldType {
  return memberOf(type, "list")?.item ?? ANY;
}

function memberOf<Kind extends FieldType["kind"]>(
  type: FieldType,
  kind: Kind,
): Extract<FieldType, { kind: Kind }> | undefined {
  const found = type.kind === "union" ? type.members.find((member) => member.kind === kind) : type;
  // `find` compared the kind just so.
  return found?.kind === kind ? (found as Extract<FieldType, { kind: Kind }>) : undefined;
}

/** Whether a whole number in this place is meant as a float: nothing beside float would take it. */
function isFloatType(type: FieldType): boolean {
  if (type.kind === "float") return true;
  return (
    type.kind === "union" &&
    type.members.some((member) => member.kind === "float") &&
    !type.members.some((member) => member.kind === "int" || member.kind === "any")
  );
}
