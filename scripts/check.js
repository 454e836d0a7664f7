// Runs every check that needs no test run, to the end, and says which failed and how to mend it: `npm run check`.
// Each check is independent: one that fails does not hide the next.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { collect, runTool } from "./tool.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const checks = [
  {
    name: "format and lint",
    run: () => runTool(root, "biome", ["check", "--error-on-warnings", "."]),
    mend: "npm run format mends the format and what can be mended safely; the rest is yours",
  },
  { name: "types", run: () => runTool(root, "tsc", []), mend: "mend the type errors above" },
  {
    name: "unused exports, files, dependencies",
    run: () => runTool(root, "knip", ["--no-progress"]),
    mend: "delete what nothing uses, or make it used; a file that is started by path is an entry in knip.json",
  },
  {
    name: "build",
    run: () => collect(process.execPath, ["scripts/build.js"], { cwd: root }),
    mend: "npm run build shows it alone",
  },
  {
    name: "package",
    run: () => runTool(root, "publint", ["run", "--strict", "--pack", "npm"]),
    mend: "package.json and dist/ disagree: see the message above",
  },
  {
    name: "architecture",
    run: () => runTool(root, "vitest", ["run", "test/architecture"]),
    mend: "CONTRIBUTING.md says which room may import which",
  },
];

const failed = [];
for (const check of checks) {
  const startedAt = performance.now();
  const { code, output } = await check.run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? "ok    " : "FAILED"}  ${check.name} (${seconds} s)\n`);
  if (code === 0) continue;
  failed.push(check);
  process.stdout.write(`${output.trimEnd().replace(/^/gm, "        ")}\n`);
}
if (failed.length > 0) {
  process.stdout.write(`\n${failed.length} of ${checks.length} checks failed:\n`);
  for (const { name, mend } of failed) process.stdout.write(`  ${name}: ${mend}\n`);
  process.exitCode = 1;
}
