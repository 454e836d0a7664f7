// Runs one of the installed tools under this same Node, and keeps what it printed.
// Knows nothing of what the tools are for.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The JavaScript file behind a tool's name. Not the entry in `.bin`: on Windows that is a shell script. */
export function toolPath(root, name) {
  for (const folder of [name, TOOL_PACKAGES[name]]) {
    if (folder === undefined) continue;
    const packageFolder = join(root, "node_modules", folder);
    if (!existsSync(packageFolder)) continue;
    const { bin } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
    const file = typeof bin === "string" ? bin : bin?.[name];
    if (typeof file === "string") return join(packageFolder, file);
  }
  throw new Error(`expected the name of an installed tool, got "${name}".`);
}

/** Tools whose package has another name. */
const TOOL_PACKAGES = { biome: "@biomejs/biome", tsc: "typescript" };

/** Runs a tool to its end; answers its exit code and everything it printed. */
export function runTool(root, name, args) {
  return collect(process.execPath, [toolPath(root, name), ...args], { cwd: root });
}

/** Runs a command to its end; answers its exit code, everything it printed, and its stdout alone. */
export function collect(file, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output, stdout }));
  });
}
