// Packs the package, installs it into an empty project, and tries there what a user would: `npm run pack:test`.
// Needs the npm registry, for which reason it is no part of `npm test`.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmCommand, pinnedFile } from "./install.js";
import { collect, toolPath } from "./tool.js";

/** The Nodes that the package promises to run on. */
const MAJORS = [22, 24, 26];
/** What is published: nothing else may be in the package. */
const PUBLISHED =
  /^(dist\/.*\.(js|d\.ts|json|jsonl)|dist\/proto\/.*\.proto|dist\/python\/.*(\.pyi?|py\.typed|requirements\.txt)|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "dspex-pack-"));
const project = join(folder, "project");
const passed = { code: 0, output: "" };
let failures = 0;

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function main() {
  const tarball = await packed();
  if (tarball === undefined) return;
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }\n');
  if (!(await step("installs into an empty project", npm(["install", "--no-audit", "--no-fund", tarball], project))))
    return;
  for (const file of ["program.mjs", "program.ts", "hosted.mjs", "hosted-actor.mjs"])
    cpSync(join(root, "test/package/consumer", file), join(project, file));
  for (const major of MAJORS) await runsUnder(major);
  await compiles();
}

async function packed() {
  if (!(await step("builds", collect(process.execPath, [join(root, "scripts/build.js")], { cwd: root }))))
    return undefined;
  // The build has just run; npm would run it once more before packing.
  const pack = await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder], root);
  if (!(await step("packs", pack))) return undefined;
  // Foreign truth: up to npm 11 an array, from npm 12 an object by package name.
  const [entry] = Object.values(JSON.parse(pack.stdout));
  const strays = entry.files.map((file) => file.path).filter((path) => !PUBLISHED.test(path));
  await step(
    `holds only what is published (${entry.files.length} files, ${Math.round(entry.size / 1024)} kB packed)`,
    strays.length === 0 ? passed : { code: 1, output: `not expected in the package:\n${strays.join("\n")}` },
  );
  return join(folder, entry.filename);
}

async function runsUnder(major) {
  const prefix = join(folder, `node-${major}`);
  mkdirSync(prefix);
  const file = pinnedFile();
  const installed = await npm(
    ["install", "--no-audit", "--no-fund", "--prefix", prefix, `${file.split("/")[0]}@${major}`],
    prefix,
  );
  if (!(await step(`Node ${major} comes from npm`, installed))) return;
  const node = join(prefix, "node_modules", file);
  rmSync(join(project, ".dspex"), { recursive: true, force: true });
  await step(`runs the first program under Node ${major}`, collect(node, ["program.mjs"], { cwd: project }));
  await step(
    `runs actors in threads and processes under Node ${major}`,
    collect(node, ["hosted.mjs"], { cwd: project }),
  );
  const { bin } = JSON.parse(readFileSync(join(project, "node_modules/dspex/package.json"), "utf8"));
  const cli = join(project, "node_modules/dspex", bin.dspex);
  await step(`answers dspex --help under Node ${major}`, collect(node, [cli, "--help"], { cwd: project }));
}

/**
 * Once with the libraries checked too: a declaration that names a package users do not have is an error of ours. And once
 * with exact optional properties, the libraries not checked: xstate's own declarations do not hold under that option.
 */
async function compiles() {
  const types = await npm(["install", "--no-audit", "--no-fund", "--save-dev", `@types/node@${MAJORS[0]}`], project);
  if (!(await step("@types/node comes from npm", types))) return;
  const resolutions = { nodenext: "nodenext", bundler: "esnext" };
  const cases = Object.entries(resolutions).flatMap(([moduleResolution, module]) =>
    [true, false].map((exact) => ({ moduleResolution, module, exact })),
  );
  for (const { moduleResolution, module, exact } of cases) {
    const compilerOptions = {
      target: "es2022",
      module,
      moduleResolution,
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: exact,
      noUncheckedIndexedAccess: true,
      skipLibCheck: exact,
      noEmit: true,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const compiled = collect(process.execPath, [toolPath(root, "tsc"), "-p", project, "--pretty", "false"], {
      cwd: project,
    });
    await step(
      `compiles a user's program: moduleResolution ${moduleResolution}, ${exact ? "exact optional properties" : "libraries checked"}`,
      compiled,
    );
  }
}

function npm(args, cwd) {
  const { file, args: before, shell } = npmCommand();
  return collect(file, [...before, ...args], { cwd, shell });
}

async function step(what, running) {
  const { code, output } = await running;
  process.stdout.write(`${code === 0 ? "ok    " : "FAILED"}  ${what}\n`);
  if (code === 0) return true;
  failures += 1;
  process.stdout.write(`${output.trimEnd().replace(/^/gm, "        ")}\n`);
  return false;
}
