// Python's values as programs see them: marked where a field does not say what they are, and made plain for users.
// The values' classes are the base's, because the bridge sends the same ones. Knows no field types.
import { type Dict, Float, Int, type PythonValue, Sequence } from "../../runtime/base/index.ts";

export { type Dict, Float, Int, type PythonValue, Sequence };

/** Marks a number as a float, so that `1` reads as `1.0` where no field type says so, as in a field of type Any. */
export function float(value: number): Float {
  return new Float(value);
}

/** Marks a number as an int, so that `1` stays `1` even in a field of floats. */
export function int(value: number): Int {
  return new Int(value);
}

/** The float of a number as a Python value: tagged only where JavaScript would lose that it is one. */
export function toFloat(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

/** The JavaScript value that a program's user sees: numbers are numbers, dicts are plain objects, tuples and sets are arrays. */
export function toPlain(value: PythonValue): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Float || value instanceof Int) return value.value;
  if (value instanceof Sequence) return value.items.map(toPlain);
  if (Array.isArray(value)) return value.map(toPlain);
  const plain: Record<string, unknown> = {};
  for (const [key, item] of value) {
    // Defined, not assigned: a key `__proto__` out of a model's mouth is a key and nothing more.
    Object.defineProperty(plain, keyText(key), {
      value: toPlain(item),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return plain;
}

function keyText(key: PythonValue): string {
  return key instanceof Float || key instanceof Int ? String(key.value) : String(key);
}
