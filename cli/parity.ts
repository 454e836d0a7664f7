// `npm run parity -- --fixtures DIR [--json]`: replays what the real DSPy did and says where we differ. With `--against-dspy [--cases N] [--seed S]` it asks it.
// `--may-differ PERCENT` lets so many of the drawn cases differ before the command fails. Knows no case by name.
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isBaseError } from "../runtime/base/index.ts";
import { usageWrong } from "./errors.ts";
import { type AgainstReport, compareAgainstDspy, type Difference } from "./parity/against/against-dspy.ts";
import type { ParityCase } from "./parity/case.ts";
import { replayFolder } from "./parity/replay.ts";

const OWN_FIXTURES = fileURLToPath(new URL("../test/fixtures/dspy-3.3.1/", import.meta.url));

function table(cases: readonly ParityCase[]): string {
  const statuses = ["equal", "different", "excluded", "not-yet"] as const;
  const rows = [...new Set(cases.map(({ group }) => group))].map((group) => {
    const counts = statuses.map(
      (status) => cases.filter((each) => each.group === group && each.status === status).length,
    );
    return [group, ...counts.map(String)];
  });
  const lines = [["group", ...statuses], ...rows].map((row) =>
    row.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(10))).join(""),
  );
  const excluded = cases
    .filter(({ status }) => status === "excluded")
    .map(({ group, name, reason }) => `  ${group} ${name}: ${reason ?? ""}`);
  const differing = cases
    .filter(({ status }) => status === "different")
    .map(({ group, name, reason }) => `  ${group} ${name}: ${reason ?? ""}`);
  const later = new Map<string, number>();
  for (const { status, reason = "" } of cases) {
    if (status === "not-yet") later.set(reason, (later.get(reason) ?? 0) + 1);
  }
  const laterLines = [...later].map(([reason, count]) => `  ${String(count).padStart(4)}  ${reason}`);
  return [
    ...lines,
    ...(laterLines.length === 0 ? [] : ["", "not yet:", ...laterLines]),
    ...(excluded.length === 0 ? [] : ["", "excluded:", ...excluded]),
    ...(differing.length === 0 ? [] : ["", "different:", ...differing]),
  ].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      fixtures: { type: "string" },
      json: { type: "boolean", default: false },
      "against-dspy": { type: "boolean", default: false },
      cases: { type: "string", default: "3000" },
      seed: { type: "string", default: "1" },
      "may-differ": { type: "string", default: "0" },
    },
  });
  if (values["against-dspy"]) {
    const drawn = { cases: count("cases", values.cases), seed: count("seed", values.seed), shrunk: MAX_SHRUNK };
    await against(drawn, percent("may-differ", values["may-differ"]), values.json);
    return;
  }
  const folder = values.fixtures ?? OWN_FIXTURES;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    refuse(
      `There is no folder ${folder}. Pass one with format.json, parse.json, flow.json or optimizers.json, misc.json, saved_program.json or saved_predict.json by --fixtures.`,
    );
    return;
  }
  const cases = await replayFolder(folder);
  process.stdout.write(values.json ? `${JSON.stringify({ cases })}\n` : `${table(cases)}\n`);
  process.exitCode = cases.some(({ status }) => status === "different") ? 1 : 0;
}

/** A difference is worth its shrinking only where somebody will look at it. */
const MAX_SHRUNK = 20;

async function against(
  options: Parameters<typeof compareAgainstDspy>[0],
  mayDiffer: number,
  json: boolean,
): Promise<void> {
  const report = await compareAgainstDspy(options);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${againstTable(report)}\n`);
  process.exitCode = (100 * report.differences.length) / options.cases > mayDiffer ? 1 : 0;
}

function againstTable({ seed, cases, differences }: AgainstReport): string {
  const groups = [...cases].sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0));
  // What differs is listed below, as small as it got.
  const counts = table(groups.map(({ reason: _, ...each }) => each));
  const told = differences.map(({ smallest, ...difference }: Difference) =>
    [
      `  ${difference.group}, --seed ${difference.seed} --cases 1: ${difference.reason}`,
      ...(smallest === undefined ? [] : [`    ${JSON.stringify(smallest)}`]),
    ].join("\n"),
  );
  const excluded = new Set(cases.filter(({ status }) => status === "excluded").map(({ reason = "" }) => reason));
  const share = ((100 * cases.filter(({ status }) => status === "equal").length) / Math.max(1, cases.length)).toFixed(
    2,
  );
  return [
    counts.split(/\n\n(?:excluded|different):/)[0],
    "",
    `${cases.length} cases from seed ${seed}, ${share} % equal`,
    ...(excluded.size === 0 ? [] : ["", "excluded:", ...[...excluded].map((reason) => `  ${reason}`)]),
    ...(told.length === 0 ? [] : ["", "different:", ...told]),
  ].join("\n");
}

function percent(name: string, text: string): number {
  const number = Number(text);
  if (!(number >= 0 && number <= 100)) throw usageWrong(`Expected --${name} to be 0 to 100 per cent, got "${text}".`);
  return number;
}

function count(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw usageWrong(`Expected --${name} to be a whole number, got "${text}".`);
  return Number(text);
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}

/** An option of the command line that is none. */
function isUsage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

await main().catch((error: unknown) => {
  if (isBaseError(error)) refuse(`${error.code}: ${error.message}`);
  else if (isUsage(error)) refuse(error.message);
  else throw error;
});
