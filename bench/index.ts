// Runs the bench modules one after another, each in its own process, and prints their rows: `npm run bench`.
// Knows nothing of what they measure.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BENCH_MODULES } from "./support/modules.ts";
import type { BenchRow } from "./support/rows.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, only: { type: "string" }, help: { type: "boolean" } },
});
const folder = import.meta.dirname;
const modules: readonly string[] = BENCH_MODULES;

if (values.help === true) {
  process.stdout.write(`npm run bench -- [--only name] [--json]\nnames: ${modules.join(", ")}\n`);
  process.exit(0);
}
if (values.only !== undefined && !modules.includes(values.only)) {
  process.stderr.write(`expected --only to be one of ${modules.join(", ")}; got "${values.only}"\n`);
  process.exit(2);
}

const rows: BenchRow[] = [];
const broken: string[] = [];
for (const name of values.only === undefined ? modules : [values.only]) {
  process.stderr.write(`bench ${name} …\n`);
  const { code, stdout } = await runModule(join(folder, `${name}.ts`));
  const found = rowsFrom(stdout);
  // A module may end with 1 because a row of its own is not ok; it is broken only where it left no rows.
  if (found.length === 0) broken.push(`${name} printed no rows and ended with code ${code}`);
  rows.push(...found);
}
process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
for (const line of broken) process.stderr.write(`${line}\n`);
process.exitCode = broken.length > 0 || rows.some((row) => !row.ok) ? 1 : 0;

/** One process each: what one bench leaves in the heap or in the JIT must not be another's figure. */
function runModule(path: string): Promise<{ readonly code: number; readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout }));
  });
}

function rowsFrom(stdout: string): readonly BenchRow[] {
  try {
    const parsed: unknown = JSON.parse(stdout);
    return Array.isArray(parsed) ? parsed.filter(isRow) : [];
  } catch {
    // Not JSON: said by the caller, with the module's exit code.
    return [];
  }
}

function isRow(value: unknown): value is BenchRow {
  return typeof value === "object" && value !== null && "name" in value && "ours" in value && "ok" in value;
}

function table(all: readonly BenchRow[]): string {
  const head = ["name", "ours", "against", "ratio", "target", "ok"];
  const cells = all.map((row) => [
    row.name,
    figure(row.ours),
    figure(row.against),
    figure(row.ratio),
    row.target === null ? "printed" : String(row.target),
    row.ok ? "ok" : "NO",
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return `${[head, ...cells].map((row) => line(row).trimEnd()).join("\n")}\n`;
}

function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();
}
