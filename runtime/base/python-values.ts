// Python's values where JavaScript's do not suffice: whole floats, dicts in order, tuples and sets.
// Plain data; knows no field types and no wire.

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
