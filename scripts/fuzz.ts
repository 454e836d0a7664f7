// `npm run fuzz -- [--cases N] [--seed S] [--only TARGET] [--json]`: feeds every reader what it was not made for.
// Knows no reader; `test/fuzz` does.
import { parseArgs } from "node:util";
import { steepTexts } from "../test/fuzz/growth.ts";
import { runFuzz } from "../test/fuzz/run-fuzz.ts";
import { TARGETS } from "../test/fuzz/targets.ts";

const USAGE = `npm run fuzz -- [options]
  --cases N      cases to draw (default 200000)
  --seed S       the first case's seed (default: another one each time; printed)
  --only TARGET  one target: "signature string", "type text", schema, completion, value, prompt, "saved program", validation, template
  --json         print one JSON object and nothing else`;

try {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", default: "200000" },
      seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) process.stdout.write(`${USAGE}\n`);
  else fuzz(numberOf("cases", values.cases), numberOf("seed", values.seed), values.only, values.json);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}

function fuzz(cases: number, seed: number, only: string | undefined, json: boolean): void {
  const targets = TARGETS.filter(({ targetName }) => only === undefined || targetName === only);
  if (targets.length === 0) throw new Error(`There is no target "${only}".`);
  const report = runFuzz({ cases, seed, targets });
  const steep = only === undefined ? steepTexts() : [];
  if (json) process.stdout.write(`${JSON.stringify({ ...report, steep })}\n`);
  else {
    const rows = Object.entries(report.targets).map(
      ([name, { cases: own, refused }]) => `${name.padEnd(18)}${String(own).padStart(9)}${String(refused).padStart(9)}`,
    );
    const told = report.failures.map((each) => `\n--seed ${each.seed} --cases 1 (${each.targetName}): ${each.problem}`);
    const grown = steep.map(
      ({ what, unit, shortMs, longMs }) =>
        `\n${what}, ${JSON.stringify(unit)} repeated: ${shortMs.toFixed(1)} ms, four times as long ${longMs.toFixed(1)} ms`,
    );
    const lines = [
      `${"target".padEnd(18)}${"cases".padStart(9)}${"refused".padStart(9)}`,
      ...rows,
      "",
      `${report.cases} cases from seed ${seed}, the slowest ${report.slowestMs.toFixed(0)} ms; ${report.failures.length} failures, ${steep.length} texts whose reading grows faster than they do`,
    ];
    process.stdout.write(`${[...lines, ...told, ...grown].join("\n")}\n`);
  }
  process.exitCode = report.failures.length + steep.length > 0 ? 1 : 0;
}

function numberOf(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`Expected --${name} to be a whole number, got "${text}".`);
  return Number(text);
}
