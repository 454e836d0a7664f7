// Makes a label out of a field's name, as DSPy does: "someAttributeName42" reads "Some Attribute Name 42".
// Knows nothing of fields.

/**
 * The label of a field's name as DSPy makes it, without a colon: what `prefix` of a field is by default, with one. Takes any text and never throws.
 * @example
 * inferPrefix("someAttributeName42"); // "Some Attribute Name 42"
 */
export function inferPrefix(name: string): string {
  return name
    .replace(/([^\n])([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([a-zA-Z])(\p{Nd})/gu, "$1_$2")
    .replace(/(\p{Nd})([a-zA-Z])/gu, "$1_$2")
    .split("_")
    .map((word) => (isUpper(word) ? word : capitalize(word)))
    .join(" ");
}

/** Python's `isupper`: at least one cased letter, and none that is not upper case. */
function isUpper(word: string): boolean {
  return /\p{Lu}/u.test(word) && !/[\p{Ll}\p{Lt}]/u.test(word);
}

function capitalize(word: string): string {
  const [first = "", ...rest] = word;
  return first.toUpperCase() + rest.join("").toLowerCase();
}
