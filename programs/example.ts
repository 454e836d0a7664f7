// A row of data: field values, some of them marked as inputs. Immutable.
// Knows nothing of programs.
import { BaseError, canonicalJson, nearest } from "../runtime/base/index.ts";
import type { Simplify } from "./signature-types.ts";

/** An example whatever its fields are. */
export interface AnyExample {
  readonly fields: object;
  readonly inputNames: readonly PropertyKey[] | undefined;
  toJSON(): object;
}

/** One example: what is given (inputs) and what is to be answered (labels). Every change is a new example. */
export class Example<Fields extends object = Record<string, unknown>, InputName extends keyof Fields = keyof Fields> {
  /** All field values, frozen. */
  readonly fields: Readonly<Fields>;
  /** Names marked by `withInputs`; undefined where nothing was marked. */
  readonly inputNames: readonly InputName[] | undefined;

  constructor(fields: Fields, inputNames?: readonly InputName[]) {
    this.fields = Object.freeze({ ...fields });
    this.inputNames = inputNames === undefined ? undefined : Object.freeze([...inputNames]);
    Object.freeze(this);
  }

  /** The same values with these names marked as inputs. Throws EXAMPLE_INVALID for a name that is not there. */
  withInputs<Name extends keyof Fields>(...names: readonly Name[]): Example<Fields, Name> {
    for (const name of names) {
      if (!Object.hasOwn(this.fields, name)) throw fieldUnknown(String(name), Object.keys(this.fields));
    }
    return new Example<Fields, Name>(this.fields, names);
  }

  /** The values marked as inputs. Throws EXAMPLE_INVALID where nothing was marked. */
  inputs(): Simplify<Pick<Fields, InputName>> {
    const names = this.#marked();
    return pick(this.fields, (name) => names.has(name)) as Simplify<Pick<Fields, InputName>>;
  }

  /** The other values. Throws EXAMPLE_INVALID where nothing was marked. */
  labels(): Simplify<Omit<Fields, InputName>> {
    const names = this.#marked();
    return pick(this.fields, (name) => !names.has(name)) as Simplify<Omit<Fields, InputName>>;
  }

  /** One value. Throws EXAMPLE_INVALID for a name that is not there. */
  get<Name extends keyof Fields>(name: Name): Fields[Name] {
    if (!Object.hasOwn(this.fields, name)) throw fieldUnknown(String(name), Object.keys(this.fields));
    return this.fields[name];
  }

  /** Whether there is a value of this name. */
  has(name: string): boolean {
    return Object.hasOwn(this.fields, name);
  }

  /** Whether two examples hold the same values; which of them are inputs does not count, as in DSPy. */
  equals(other: AnyExample): boolean {
    return canonicalJson(this.fields) === canonicalJson(other.fields);
  }

  /** The values alone. */
  toJSON(): Readonly<Fields> {
    return this.fields;
  }

  #marked(): ReadonlySet<string> {
    if (this.inputNames === undefined) {
      throw new BaseError(
        "EXAMPLE_INVALID",
        `It is not said which of ${Object.keys(this.fields).join(", ")} are inputs. Say so by \`example.withInputs(…)\`.`,
        { details: { fields: Object.keys(this.fields) } },
      );
    }
    return new Set(this.inputNames.map(String));
  }
}

/** Makes an example of field values: `example({ question: "…", answer: "…" }).withInputs("question")`. */
export function example<const Fields extends object>(fields: Fields): Example<Widened<Fields>> {
  return new Example<Widened<Fields>>(fields as Widened<Fields>);
}

/** Literal types of values widened, so that examples of one data set have one type. */
export type Widened<Fields> = {
  -readonly [Name in keyof Fields]: Fields[Name] extends string
    ? string
    : Fields[Name] extends number
      ? number
      : Fields[Name] extends boolean
        ? boolean
        : Fields[Name];
};

function pick(fields: object, keep: (name: string) => boolean): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => keep(name)));
}

function fieldUnknown(name: string, known: readonly string[]): BaseError {
  const near = nearest(name, known);
  return new BaseError(
    "EXAMPLE_INVALID",
    `The example has no field \`${name}\`.${near === undefined ? "" : ` Did you mean \`${near}\`?`} It has ${known.join(", ") || "none"}.`,
    { details: { name, known, ...(near === undefined ? {} : { nearest: near }) } },
  );
}
