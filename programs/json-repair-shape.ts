// What two repaired values have in common.
// Knows nothing of text.
import type { PythonValue } from "./python/values.ts";

/** Whether two values, of which at most one is a list or a dict, are of one kind. */
export type IsSameKind = (a: PythonValue, b: PythonValue) => boolean;

/** Whether a value is nothing: a text, list or dict without anything in it. */
export function isEmpty(value: PythonValue): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0) || (value instanceof Map && value.size === 0);
}

/** Whether two values are of one shape: dicts of the same keys, lists of the same length, all the way down to what is neither, of which `isSameKind` judges. */
export function hasSameShape(a: PythonValue, b: PythonValue, isSameKind: IsSameKind = isSameType): boolean {
  if (a instanceof Map && b instanceof Map) {
    return (
      a.size === b.size &&
      [...a].every(([key, value]) => b.has(key) && hasSameShape(value, b.get(key) ?? null, isSameKind))
    );
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => hasSameShape(item, b[index] ?? null, isSameKind));
  }
  return isSameKind(a, b);
}

function isSameType(a: PythonValue, b: PythonValue): boolean {
  return typeof a === typeof b && a instanceof Map === b instanceof Map && Array.isArray(a) === Array.isArray(b);
}
