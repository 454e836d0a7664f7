// Brings what the project's own commands need, then runs one of them under the pinned Node. Plain JS for Node 18 and later.
// Must not import anything that an installation brings: it runs before there is one.

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installedNode, isRecentNode, withFirstInPath } from "./install.js";
import { toolPath } from "./tool.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const [command, ...args] = process.argv.slice(2);
if (command === undefined) fail("expected a command: node scripts/bootstrap.js node <file> | <tool> [arguments]");
if (Number(process.versions.node.split(".")[0]) < 18) {
  fail(
    `expected Node 18 or later, got ${process.version}. Install a current Node from https://nodejs.org, then try again.`,
  );
}

try {
  const nodePath = chosenNode(await installedNode(root, say));
  const file = command === "node" ? [] : [toolPath(root, command)];
  run(nodePath, [...file, ...args]);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

/** The pinned Node, or this one where there is no pinned one and this one is new enough. */
function chosenNode(pinned) {
  if (pinned !== null) return pinned;
  const platform = `${process.platform}-${process.arch}`;
  if (isRecentNode(process.versions.node)) {
    say(`no pinned Node runs on ${platform}; using ${process.execPath} (${process.version}).`);
    return process.execPath;
  }
  throw new Error(
    `no pinned Node runs on ${platform}, and this one is ${process.version}. Install Node 22.19 or later, then try again.`,
  );
}

function run(nodePath, nodeArgs) {
  const child = spawn(nodePath, nodeArgs, { cwd: root, stdio: "inherit", env: environment(nodePath) });
  // A terminal sends its interrupt to the whole foreground group, the child included; passed on once more it would read
  // as the second interrupt, which means "now". Without a terminal it reaches this process alone and is passed on.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on("SIGINT", () => terminal || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${nodePath} does not start: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

/** The pinned Node and the installed tools first in PATH, so that what the task starts runs under them too. */
function environment(nodePath) {
  return withFirstInPath(process.env, dirname(nodePath), join(root, "node_modules", ".bin"));
}

function say(message) {
  process.stderr.write(`dspex: ${message}\n`);
}

function fail(message) {
  say(message);
  process.exit(1);
}
