import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";

const folder = mkdtempSync(join(tmpdir(), "dspex-count-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Kept {
  readonly passed: number;
  readonly failures?: readonly { readonly test: string; readonly message: string }[];
  readonly running?: readonly string[];
}

function results(name: string, { passed, failures = [], running = [] }: Kept): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ passed, failures, running }));
  return path;
}

function count(...paths: readonly string[]): { readonly code: number | null; readonly lines: readonly string[] } {
  const { status, stdout } = spawnSync(process.execPath, [join(root, "scripts/count-tests.js"), ...paths], {
    encoding: "utf8",
  });
  return { code: status, lines: stdout.trimEnd().split("\n") };
}

const failure = { test: "test/a.test.ts > adds > one", message: "AssertionError: expected 1 to be 2\n    at here" };

describe("count-tests.js", () => {
  it("adds up several runs", () => {
    const counted = count(results("a", { passed: 3 }), results("b", { passed: 4 }));
    expect(counted).toEqual({ code: 0, lines: ["7 passed, 0 failed"] });
  });

  it("names each failed test and says what was wrong, before the last line", () => {
    expect(count(results("a", { passed: 3, failures: [failure] }))).toEqual({
      code: 1,
      lines: [
        "FAILED test/a.test.ts > adds > one",
        "    AssertionError: expected 1 to be 2",
        "        at here",
        "3 passed, 1 failed",
      ],
    });
  });

  it("keeps the beginning of a long message and says how much it leaves out", () => {
    const message = Array.from({ length: 100 }, (_, line) => `line ${line}`).join("\n");
    const { lines } = count(results("a", { passed: 0, failures: [{ test: "test/a.test.ts", message }] }));
    expect(lines.slice(0, 2)).toEqual(["FAILED test/a.test.ts", "    line 0"]);
    expect(lines.slice(-2)).toEqual(["    … and 76 lines more", "0 passed, 1 failed"]);
  });

  it("counts a file that had not ended, and a run that left no results", () => {
    const { code, lines } = count(results("a", { passed: 3, running: ["test/a.test.ts"] }), join(folder, "none"));
    expect({ code, last: lines.at(-1) }).toEqual({ code: 1, last: "3 passed, 2 failed" });
    expect(lines).toContain("FAILED test/a.test.ts");
    expect(lines).toContain("FAILED no test results");
  });

  it("fails where nothing ran", () => {
    expect(count(results("a", { passed: 0 }))).toEqual({ code: 1, lines: ["0 passed, 0 failed"] });
  });
});

const files = {
  "passes.test.ts": `it("is right", () => {});`,
  "fails.test.ts": `describe("adds", () => it("one", () => expect({ sum: 1 }).toEqual({ sum: 2 })));`,
  "unloaded.test.ts": `import "./absent.ts"; it("is right", () => {});`,
  "hook.test.ts": `describe("ends", () => { afterAll(() => { throw new Error("late"); }); it("is right", () => {}); });`,
  "outside.test.ts": `it("is right", () => void Promise.reject(new Error("nobody waits")));`,
};

describe("results-reporter.js", () => {
  it("keeps what count-tests.js says: failed tests, hooks, files that do not load, errors outside of tests", () => {
    const project = join(folder, "project");
    mkdirSync(project);
    symlinkSync(join(root, "node_modules"), join(project, "node_modules"), "junction");
    for (const [name, body] of Object.entries(files)) {
      writeFileSync(join(project, name), `import { afterAll, describe, expect, it } from "vitest";\n${body}\n`);
    }
    const kept = join(folder, "kept.json");
    const reporter = `--reporter=${join(root, "scripts/results-reporter.js")}`;
    const { status } = spawnSync(
      process.execPath,
      [join(root, "node_modules/vitest/vitest.mjs"), "run", reporter, `--outputFile=${kept}`],
      { cwd: project, encoding: "utf8" },
    );
    expect(status).toBe(1);
    const { code, lines } = count(kept);
    expect({ code, last: lines.at(-1) }).toEqual({ code: 1, last: "3 passed, 4 failed" });
    expect(lines.filter((line) => line.startsWith("FAILED")).sort()).toEqual([
      "FAILED fails.test.ts > adds > one",
      "FAILED hook.test.ts > ends",
      "FAILED outside the tests",
      "FAILED unloaded.test.ts",
    ]);
    for (const message of ["expected { sum: 1 } to deeply equal { sum: 2 }", "late", "nobody waits", "absent.ts"]) {
      expect(lines).toContainEqual(expect.stringMatching(`^ {4}\\w*Error: .*${message}`));
    }
  });
});
