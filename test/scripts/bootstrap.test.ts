import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";
import { eventually } from "../support/eventually.ts";

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project whose one dependency is a folder of its own: `npm ci` installs it without a network. */
let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "dspex-bootstrap-"));
  mkdirSync(join(project, "scripts"));
  for (const file of ["bootstrap.js", "install.js", "lock.js", "tool.js"]) {
    cpSync(join(root, "scripts", file), join(project, "scripts", file));
  }
  mkdirSync(join(project, "near"));
  write("near/package.json", { name: "near", version: "1.0.0", type: "module", bin: { near: "main.js" } });
  writeFileSync(join(project, "near/main.js"), "console.log(JSON.stringify(process.argv.slice(2)));\n");
  const dependencies = { near: "file:near" };
  write("package.json", { name: "project", version: "1.0.0", type: "module", dependencies });
  writeLock("1.0.0");
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(path: string, value: unknown): void {
  writeFileSync(join(project, path), JSON.stringify(value, null, 2));
}

function writeLock(nearVersion: string): void {
  const front = { name: "project", version: "1.0.0", dependencies: { near: "file:near" } };
  const near = { version: nearVersion, bin: { near: "main.js" } };
  const packages = { "": front, near, "node_modules/near": { resolved: "near", link: true } };
  write("package-lock.json", { name: "project", version: "1.0.0", lockfileVersion: 3, requires: true, packages });
}

function start(args: readonly string[]): {
  readonly ended: Promise<Ended>;
  readonly kill: (signal: NodeJS.Signals) => void;
} {
  const child = spawn(process.execPath, [join(project, "scripts/bootstrap.js"), ...args], { cwd: project });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { ended, kill: (signal) => child.kill(signal) };
}

function bootstrap(...args: readonly string[]): Promise<Ended> {
  return start(args).ended;
}

describe("bootstrap.js", () => {
  it("installs what is missing, says so on stderr, and leaves stdout to the task", async () => {
    const first = await bootstrap("near", "--json", "a b");
    expect(first).toMatchObject({ code: 0, stdout: '["--json","a b"]\n' });
    expect(first.stderr).toContain("dspex: node_modules is missing: installing");
  });

  it("does not install again what is there", async () => {
    await bootstrap("near");
    expect((await bootstrap("near")).stderr).not.toContain("installing");
  });

  it("installs again when the lock file has changed", async () => {
    await bootstrap("near");
    rmSync(join(project, "node_modules/.package-lock.json"));
    writeLock("1.0.1");
    write("near/package.json", { name: "near", version: "1.0.1", type: "module", bin: { near: "main.js" } });
    const again = await bootstrap("near");
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("node_modules is out of date: installing");
  });

  it("says which Node it uses where none is pinned for the platform", async () => {
    const { stdout, stderr } = await bootstrap("node", "-p", "process.execPath");
    expect(stdout.trim()).toBe(process.execPath);
    expect(stderr).toMatch(/no pinned Node runs on \S+; using /);
  });

  it("ends with the task's exit code", async () => {
    expect(await bootstrap("node", "-e", "process.exit(7)")).toMatchObject({ code: 7 });
  });

  it("passes a signal on to the task", async () => {
    await bootstrap("near");
    const script =
      'process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1000); require("fs").writeFileSync("up", "")';
    const task = start(["node", "-e", script]);
    await eventually(() => existsSync(join(project, "up")));
    task.kill("SIGTERM");
    expect(await task.ended).toMatchObject({ code: 9 });
  });

  it("names an unknown tool", async () => {
    const { code, stderr } = await bootstrap("nearr");
    expect(code).toBe(1);
    expect(stderr).toContain('expected the name of an installed tool, got "nearr"');
  });

  it("says what to do when npm ci fails, and lets the next one try", async () => {
    write("package.json", {
      name: "project",
      version: "1.0.0",
      type: "module",
      dependencies: { near: "file:near", far: "file:far" },
    });
    const { code, stderr } = await bootstrap("near");
    expect(code).toBe(1);
    expect(stderr).toContain("npm ci failed");
    expect(readdirSync(project).filter((name) => name.startsWith(".install-lock"))).toEqual([]);
  });

  it("installs once when several start at the same moment", async () => {
    const all = await Promise.all([bootstrap("near", "1"), bootstrap("near", "2"), bootstrap("near", "3")]);
    expect(all.map(({ code, stdout }) => ({ code, stdout }))).toEqual([
      { code: 0, stdout: '["1"]\n' },
      { code: 0, stdout: '["2"]\n' },
      { code: 0, stdout: '["3"]\n' },
    ]);
    expect(all.filter(({ stderr }) => stderr.includes("installing what"))).toHaveLength(1);
    expect(readdirSync(project).filter((name) => name.startsWith(".install-lock"))).toEqual([]);
  });

  it("takes over from an installation whose process was killed", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => dead.on("close", resolve));
    mkdirSync(join(project, ".install-lock"));
    write(".install-lock/holder.json", { pid: dead.pid, host: hostname() });
    expect(await bootstrap("near")).toMatchObject({ code: 0, stdout: "[]\n" });
    expect(existsSync(join(project, ".install-lock"))).toBe(false);
  });

  it("leaves a note of what was installed", async () => {
    await bootstrap("near");
    expect(JSON.parse(readFileSync(join(project, "node_modules/.dspex-installed.json"), "utf8"))).toMatchObject({
      lock: expect.stringMatching(/^[0-9a-f]{64}$/),
      platform: `${process.platform}-${process.arch}`,
    });
  });
});
