// How DSPy quotes the strings of a Literal in a type's name.
// Not Python's repr: backslashes are left alone.

/** Quotes a string: single quotes, or double ones where the text has only single ones, or escaped single ones where it has both. */
export function quoteLiteral(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  return text.includes('"') ? `'${text.replaceAll("'", "\\'")}'` : `"${text}"`;
}
