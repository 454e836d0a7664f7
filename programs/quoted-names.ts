// A list of names as messages have it.
// Knows nothing of what is named.

/** `a`, `b`, each in backticks; `none` where there is no name. */
export function quotedNames(names: Iterable<string>, none = "(none)"): string {
  return [...names].map((name) => `\`${name}\``).join(", ") || none;
}
