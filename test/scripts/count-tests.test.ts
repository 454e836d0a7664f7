import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";

const folder = mkdtempSync(join(tmpdir(), "dspex-count-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function results(name: string, passed: number, failed: number, unloaded = 0): string {
  const path = join(folder, name);
  const testResults = Array.from({ length: unloaded }, () => ({ status: "failed", assertionResults: [] }));
  writeFileSync(path, JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults }));
  return path;
}

function count(...paths: readonly string[]): { readonly code: number | null; readonly last: string | undefined } {
  const { status, stdout } = spawnSync(process.execPath, [join(root, "scripts/count-tests.js"), ...paths], {
    encoding: "utf8",
  });
  return { code: status, last: stdout.trimEnd().split("\n").at(-1) };
}

describe("count-tests.js", () => {
  it("adds up several runs", () => {
    expect(count(results("a", 3, 0), results("b", 4, 0))).toEqual({ code: 0, last: "7 passed, 0 failed" });
  });

  it("fails where a test failed", () => {
    expect(count(results("a", 3, 1))).toEqual({ code: 1, last: "3 passed, 1 failed" });
  });

  it("counts a file that did not load, and a run that left no results", () => {
    expect(count(results("a", 3, 0, 1), join(folder, "none"))).toEqual({ code: 1, last: "3 passed, 2 failed" });
  });

  it("fails where nothing ran", () => {
    expect(count(results("a", 0, 0))).toEqual({ code: 1, last: "0 passed, 0 failed" });
  });
});
