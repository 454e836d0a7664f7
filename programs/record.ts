// Whether something is an object with fields, as callers without a compiler and files may or may not give one.
// Pure.

/** Whether it is an object, neither a list nor null. Does not look inside. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
