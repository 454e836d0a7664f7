// The rows that every bench command prints.
// Knows nothing of what is measured.

/** Two figures measured in one run, and what their ratio is held to. */
export interface BenchRow {
  readonly name: string;
  readonly ours: number;
  readonly against: number | null;
  readonly ratio: number | null;
  /** Null: printed only. */
  readonly target: string | number | null;
  readonly ok: boolean;
}

/** A row whose ratio may not exceed `limit`; without one it is printed only. */
export function ratioRow(name: string, ours: number, against: number, limit?: number): BenchRow {
  const ratio = ours / against;
  return {
    name,
    ours,
    against,
    ratio,
    target: limit === undefined ? null : `≤ ${limit}`,
    ok: limit === undefined || ratio <= limit,
  };
}

/** A row of figures taken in pairs: the middle of the ratios, beside the middle of each side. What disturbs the machine falls on both of a pair. */
export function pairedRow(
  name: string,
  pairs: readonly { readonly ours: number; readonly against: number }[],
  limit?: number,
): BenchRow {
  const ratio = median(pairs.map(({ ours, against }) => ours / against));
  const row = ratioRow(name, median(pairs.map(({ ours }) => ours)), median(pairs.map(({ against }) => against)), limit);
  return { ...row, ratio, ok: limit === undefined || ratio <= limit };
}

/** The middle of several figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Prints rows as JSON where `--json` is given, else one line each, and sets the exit code. */
export function printRows(rows: readonly BenchRow[]): void {
  const text = process.argv.includes("--json")
    ? JSON.stringify(rows, null, 2)
    : rows
        .map(
          (row) =>
            `${row.ok ? "ok" : "NO"}  ${row.name}: ${round(row.ours)} against ${round(row.against)}, ratio ${round(row.ratio)}, target ${row.target ?? "printed"}`,
        )
        .join("\n");
  process.stdout.write(`${text}\n`);
  process.exitCode = rows.every((row) => row.ok) ? 0 : 1;
}

function round(figure: number | null): string {
  return figure === null ? "–" : Number(figure.toPrecision(4)).toString();
}
