// Fields as plain data, which is all that crosses to a thread.
// Knows nothing of threads.

/** Fields by name. */
export type PlainFields = Readonly<Record<string, unknown>>;

/** A copy of fields whose values of classes of their own are as JSON would write them. Functions stay: whoever sends them is told. */
export function plainFields(fields: object): PlainFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return plainFields(value);
  if (value instanceof Date || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) return value;
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}
