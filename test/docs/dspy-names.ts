// Reads the tables of "Coming from DSPy": which of its names stand there, and which of ours beside them.
// Knows nothing of Python.

/** One row of the tables. */
export interface DspyRow {
  /** DSPy's names. */
  readonly theirs: readonly string[];
  /** What stands in code beside them. */
  readonly ours: readonly string[];
}

/** The rows of the part "Every name". */
export function dspyRows(page: string): readonly DspyRow[] {
  const part = page.split("\n## ").find((text) => text.startsWith("Every name")) ?? "";
  const rows = part.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) => {
    const [, theirs = "", ours = ""] = row.split(" | ").length > 1 ? ["", ...row.slice(2).split(" | ")] : [];
    return { theirs: codeIn(theirs), ours: codeIn(ours) };
  });
}

function codeIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}
