// Python's values where JavaScript's do not suffice: whole floats, dicts in order, tuples and sets.
// Plain data; knows no field types.

/** A float that JavaScript would show as a whole number: Python tells `1.0` from `1`. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** An int, said to be one where the field it stands in would make it a float. */
export class Int {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** A tuple or a set, which read as lists but are not lists. */
export class Sequence {
  readonly kind: "tuple" | "set";
  readonly items: readonly PythonValue[];

  constructor(kind: "tuple" | "set", items: readonly PythonValue[]) {
    this.kind = kind;
    this.items = items;
  }

  toJSON(): readonly PythonValue[] {
    return this.items;
  }
}

/** A dict: any keys, in the order in which they came. */
export type Dict = Map<PythonValue, PythonValue>;

/**
 * What Python's literals and JSON can say.
 *
 * A `number` with a fraction, an infinity and NaN are floats, a whole `number` is an int, a whole float is a `Float`; ints beyond 2^53 are bigints.
 */
export type PythonValue = null | boolean | number | bigint | string | Float | Int | Sequence | PythonValue[] | Dict;

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
