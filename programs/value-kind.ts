// What kind of thing a value is, in words for messages.
// Knows nothing of what was expected.

/** `a string`, `an array`, `null`. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
