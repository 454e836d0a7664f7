import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dspex-examples-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an example in an empty folder, without keys, to its own end. */
function runExample(name: string): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "examples", name)], { cwd: folder, env: {} });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, lines: output.trim().split("\n") }));
  });
}

describe("examples/embed.ts", () => {
  it("loses the call of the killed actor, serves the next, and writes nothing", async () => {
    const { code, lines } = await runExample("embed.ts");
    expect(lines[0]).toBe("modules: self, judge, judge.predict");
    expect(lines.filter((line) => line.includes("queue: 'now'"))).toHaveLength(2);
    expect(lines).toContain("ACTOR_DOWN");
    expect(lines).toContain("  runtime.child.restarted judge.predict");
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("examples/experiment.ts", () => {
  it("shows what demonstrations are worth and lists its experiments, and writes nothing", async () => {
    const { code, lines } = await runExample("experiment.ts");
    const [before = 1, after = 0] = lines.slice(0, 2).map((line) => Number(/accuracy (\S+)/.exec(line)?.[1]));
    expect(after).toBeGreaterThan(before);
    expect(lines.slice(2).map((line) => line.replace(/^exp_\w+: /, ""))).toEqual([
      "bare, evaluation, 12 examples",
      "taught, evaluation, 12 examples",
      "bare, labeled-few-shot, 12 examples",
    ]);
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});
