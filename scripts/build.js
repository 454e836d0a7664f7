// Makes dist/: the JavaScript and the declarations that are published, for Node 22 and later.
// Knows nothing of what is in the rooms; tsconfig.build.json says which are published.

import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleRuntime } from "./bundle-runtime.js";
import { runTool } from "./tool.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
const { code, output } = await runTool(root, "tsc", ["-p", "tsconfig.build.json"]);
if (code !== 0) {
  process.stderr.write(`${output}\nThe sources do not compile; mend the errors above.\n`);
  process.exit(1);
}

await bundleRuntime(dist);

// What is read or started as it is: the bridge finds both beside its compiled files.
cpSync(join(root, "proto", "dspex.proto"), join(dist, "proto", "dspex.proto"));
cpSync(join(root, "python", "requirements.txt"), join(dist, "python", "requirements.txt"));
cpSync(join(root, "python", "src"), join(dist, "python", "src"), {
  recursive: true,
  filter: (path) => basename(path) !== "__pycache__",
});

const problems = [
  ...promised()
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => `${path} is missing`),
  ...left(),
  ...foreign(),
];
if (problems.length > 0) {
  process.stderr.write(`The build is not what package.json promises:\n  ${problems.join("\n  ")}\n`);
  process.exit(1);
}
chmodSync(join(dist, "cli", "main.js"), 0o755);
process.stderr.write("built dist/\n");

/** Every file that package.json names in `exports` and `bin`. */
function promised() {
  const { exports, bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return [
    ...Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry))),
    ...Object.values(bin),
  ];
}

/**
 * What the compiler leaves as it was. It rewrites `.ts` in imports, not in the paths of workers, and it compiles
 * `await using` away only for the target it is given.
 */
function left() {
  return readdirSync(dist, { recursive: true })
    .map((name) => join(dist, String(name)))
    .filter((path) => path.endsWith(".js"))
    .flatMap((path) => {
      const code = readFileSync(path, "utf8").replace(/^\s*(\/?\*|\/\/).*$/gm, "");
      const found = [];
      if (/new URL\(\s*["'`][^"'`]*\.ts["'`]/.test(code))
        found.push(`${relative(root, path)} starts a .ts file that is not published`);
      if (/^\s*await using\s/m.test(code))
        found.push(`${relative(root, path)} has "await using", which Node 22 does not parse`);
      return found;
    });
}

/**
 * What the declarations import from other packages: a user's compiler would need those too, under options they may not compile with.
 * Only what the entries reach counts.
 */
function foreign() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const open = Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [join(root, types)]));
  const seen = new Set(open);
  const found = [];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const [, specifier] of readFileSync(file, "utf8").matchAll(/(?:from |import\()["']([^"']+)["']/g)) {
      if (specifier.startsWith(".")) {
        const path = join(dirname(file), specifier.replace(/\.[jt]s$/, ".d.ts"));
        if (!seen.has(path) && existsSync(path)) open.push(path);
        seen.add(path);
      } else if (!specifier.startsWith("node:")) found.push(`${relative(root, file)} needs the types of ${specifier}`);
    }
  }
  return found;
}
