// The table that `npm run bench:kernel` prints.
// Knows nothing of how its figures came about.
import type { RowSpec } from "./rows.ts";

/** A row with its figures. */
export interface KernelRow {
  readonly name: string;
  readonly unit: RowSpec["unit"] | "ms" | "ratio";
  readonly ours: number | null;
  readonly against: number | null;
  readonly whose: string;
  /** How many times better ours is. */
  readonly ratio: number | null;
  /** What the ratio is held to; null: printed. */
  readonly target: number | string | null;
  readonly stretch: number | string | null;
  readonly isStretched: boolean | null;
  readonly ok: boolean;
  /** Why there is no figure to compare with. */
  readonly notRun?: string;
}

/** Where and when it was measured. */
export type About = Readonly<Record<string, string | null>>;

/** Lines for people, as a table that Markdown understands. */
export function toTable(about: About, rows: readonly KernelRow[]): string {
  const head = ["row", "ours", "against", "whose", "times better", "target", "stretch", ""];
  const cells = rows.map(cellsOf);
  const widths = head.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  const facts = Object.entries(about).map(([what, value]) => `${what} ${value ?? "–"}`);
  return `${[facts.join(" · "), "", line(head), rule, ...cells.map(line)].join("\n")}\n`;
}

/** One row in a line of its own, for who watches. */
export function toLine(row: KernelRow): string {
  const [name, ours, against, whose, ratio, target, stretch, verdict] = cellsOf(row);
  return `${name}: ${ours}, ${whose} ${against}, ${ratio} times better (target ${target}, stretch ${stretch || "none"}) ${verdict}`;
}

function cellsOf(row: KernelRow): readonly string[] {
  return [
    row.name,
    withUnit(row.ours, row.unit),
    withUnit(row.against, row.unit),
    row.whose,
    figure(row.ratio),
    typeof row.target === "number" ? `≥ ${row.target}` : (row.target ?? "printed"),
    typeof row.stretch === "number"
      ? `${withUnit(row.stretch, row.unit)}${row.isStretched === true ? " reached" : ""}`
      : (row.stretch ?? ""),
    row.notRun ?? (row.ok ? "ok" : "MISSED"),
  ];
}

function withUnit(value: number | null, unit: KernelRow["unit"]): string {
  return value === null ? "–" : `${figure(value)} ${unit}`;
}

function figure(value: number | null): string {
  if (value === null) return "–";
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();
}
