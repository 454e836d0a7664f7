// `npm run parity -- --fixtures DIR [--json]`: replays what the real DSPy did and says where we differ.
// Knows no case by name.
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isBaseError } from "../runtime/base/index.ts";
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
    ...(differing.length === 0 ? [] : ["", "different:", ...differing]),
  ].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { fixtures: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const folder = values.fixtures ?? OWN_FIXTURES;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    refuse(
      `There is no folder ${folder}. Pass one with format.json, parse.json, flow.json or optimizers.json by --fixtures.`,
    );
    return;
  }
  const cases = await replayFolder(folder);
  process.stdout.write(values.json ? `${JSON.stringify({ cases })}\n` : `${table(cases)}\n`);
  process.exitCode = cases.some(({ status }) => status === "different") ? 1 : 0;
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
