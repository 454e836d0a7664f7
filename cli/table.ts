// Rows of text in aligned columns.
// Knows nothing of what they say.

/** A table with a heading; numbers and marks are aligned as text, trailing space is cut. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[], indent = ""): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ""))));
  return all
    .map(
      (row) =>
        indent +
        row.map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell)))).join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Code points, not UTF-16 units: what people type as one character counts as one. */
function width(text: string): number {
  return [...text].length;
}
