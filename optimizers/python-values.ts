// Values between Python and programs: examples, outputs and demonstrations, with floats kept apart from ints.
// Knows nothing of frames or of who asks.
import {
  Example,
  type FieldType,
  type FieldValues,
  holdsKind,
  type Signature,
  toPython,
  toRemote,
} from "../programs/index.ts";
import { Float, Int, type JsonObject, Sequence } from "../runtime/base/index.ts";

type Values = Readonly<Record<string, unknown>>;

/** The value that a program's user sees: numbers are numbers, tuples and sets arrays, dicts objects. */
export function plainValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (value instanceof Float || value instanceof Int) return value.value;
  if (value instanceof Sequence) return value.items.map(plainValue);
  if (Array.isArray(value)) return value.map(plainValue);
  const entries =
    value instanceof Map ? [...value].map(([key, item]) => [String(plainValue(key)), item]) : entriesOf(value);
  return recordOf(entries.map(([name, item]) => [String(name), plainValue(item)]));
}

/** Field values as a program's user sees them. */
export function plainRecord(values: unknown): Values {
  return plainValue(values) as Values;
}

/** Field values as Python's; where the signature says what a field is, by that. */
export function toPythonRecord(values: Values, signature?: Signature): Values {
  const types = new Map(signature?.fields.map(({ name, type }) => [name, type]));
  return recordOf(entriesOf(values).map(([name, value]) => [name, valueToPython(value, types.get(name))]));
}

/** Images and their like as the objects that they are: a prompt's marks for them mean nothing to anybody else. */
function valueToPython(value: unknown, type: FieldType | undefined): unknown {
  return type !== undefined && holdsKind(type, ["custom"]) ? toRemote(value, type) : toPython(value, type);
}

/** A demonstration as a predictor of this signature keeps it: plain where its type says all, as Python's value where it does not. */
export function demoOf(values: Values, signature: Signature): FieldValues {
  const types = new Map(signature.fields.map(({ name, type }) => [name, type]));
  return recordOf(
    entriesOf(values).map(([name, value]) => [name, saysAll(types.get(name)) ? plainValue(value) : value]),
  );
}

/** An example as Python makes one of it. */
export function exampleToPython(example: Example): object {
  const inputs = example.inputNames ?? [];
  return { fields: toPythonRecord(example.fields), inputs: [...inputs] };
}

/** An example of Python's that is none of ours. */
export function exampleOf(fields: unknown, inputs: readonly string[]): Example {
  const values = plainRecord(fields);
  return new Example(values).withInputs(...inputs.filter((name) => Object.hasOwn(values, name)));
}

/** A value as JSON, to be compared by its hash. */
export function comparable(value: unknown): JsonObject {
  const text = JSON.stringify(plainValue(value), (_key, item: unknown) =>
    typeof item === "bigint" ? `${item}n` : item,
  );
  return { value: JSON.parse(text ?? "null") };
}

/** What is in these may be anything. */
const OPEN: ReadonlySet<string> = new Set(["History", "Tool", "ToolCalls"]);

function saysAll(type: FieldType | undefined): boolean {
  if (type === undefined) return false;
  if (type.kind === "list" || type.kind === "set") return saysAll(type.item);
  if (type.kind === "dict") return saysAll(type.key) && saysAll(type.value);
  if (type.kind === "custom") return !OPEN.has(type.custom);
  return type.kind !== "any" && type.kind !== "union" && type.kind !== "tuple";
}

function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value);
}

function recordOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    // Defined, not assigned: a field `__proto__` out of Python is a field and nothing more.
    Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return record;
}
