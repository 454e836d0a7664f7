// Precision, recall and F1 for each class of a classification, beside the report's one number.
// Knows nothing of how predictions came about.

/** What an example should have been and what the program said; null where it said nothing. */
export interface LabelPair {
  readonly expected: string;
  readonly predicted: string | null;
}

/** One class. Precision is null where the class was never predicted, recall where it never occurs. */
export interface ClassRow {
  readonly label: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** How many examples are of this class. */
  readonly support: number;
  /** How many predictions said this class. */
  readonly predicted: number;
}

/** Every class by its support, the largest first, and the figures over all. */
export interface ClassTable {
  readonly classes: readonly ClassRow[];
  /** Share of the examples predicted right. */
  readonly accuracy: number | null;
  /** Plain mean of the F1 of the classes that occur, 0 for one never predicted right. */
  readonly macroF1: number | null;
  readonly support: number;
}

/** Counts classes over pairs. A prediction that is no class of the data gets a row with support 0; no prediction at all counts against recall only. */
export function classTable(pairs: Iterable<LabelPair>): ClassTable {
  const support = new Map<string, number>();
  const predicted = new Map<string, number>();
  const hits = new Map<string, number>();
  const count = (counts: Map<string, number>, label: string) => counts.set(label, (counts.get(label) ?? 0) + 1);
  let total = 0;
  for (const pair of pairs) {
    total++;
    count(support, pair.expected);
    if (pair.predicted === null) continue;
    count(predicted, pair.predicted);
    if (pair.predicted === pair.expected) count(hits, pair.expected);
  }
  const labels = [...new Set([...support.keys(), ...predicted.keys()])];
  const classes = labels
    .map((label) => classRow(label, hits.get(label) ?? 0, support.get(label) ?? 0, predicted.get(label) ?? 0))
    .sort((a, b) => b.support - a.support || (a.label < b.label ? -1 : 1));
  const occurring = classes.filter((row) => row.support > 0);
  const right = [...hits.values()].reduce((sum, hit) => sum + hit, 0);
  return {
    classes,
    accuracy: total === 0 ? null : right / total,
    macroF1: occurring.length === 0 ? null : occurring.reduce((sum, row) => sum + (row.f1 ?? 0), 0) / occurring.length,
    support: total,
  };
}

/** The table as text: one line per class, aligned, and a last line over all. */
export function renderClassTable(table: ClassTable): string {
  const figure = (value: number | null) => (value === null ? "–" : value.toFixed(2));
  const rows = [
    ["class", "precision", "recall", "f1", "examples"],
    ...table.classes.map((row) => [
      row.label,
      figure(row.precision),
      figure(row.recall),
      figure(row.f1),
      String(row.support),
    ]),
    ["all (accuracy, macro f1)", "", figure(table.accuracy), figure(table.macroF1), String(table.support)],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
    )
    .map((cells) => cells.join("  ").trimEnd())
    .join("\n");
}

function classRow(label: string, hits: number, support: number, predicted: number): ClassRow {
  return {
    label,
    precision: predicted === 0 ? null : hits / predicted,
    recall: support === 0 ? null : hits / support,
    // 2·hits / (predicted + support) is the harmonic mean without its division by zero.
    f1: predicted + support === 0 ? null : (2 * hits) / (predicted + support),
    support,
    predicted,
  };
}
