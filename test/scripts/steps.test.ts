import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";

const folder = mkdtempSync(join(tmpdir(), "dspex-steps-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Stands for vitest: keeps results where the reporter's option says, as a run with one failed test would.
const fakeTests = join(folder, "tests.sh");
writeFileSync(
  fakeTests,
  `for argument; do case "$argument" in --outputFile=*) kept="\${argument#*=}" ;; esac; done
printf '{"passed":3,"failures":%s,"running":[]}' "$FAILURES" >"$kept"
[ "$FAILURES" = "[]" ]
`,
);

const script = (...steps: readonly string[]) => `set -uo pipefail\nsource .ci/steps.sh\n${steps.join("\n")}\nfinish`;

function run(FAILURES: string, ...steps: readonly string[]) {
  const env = { ...process.env, FAILURES };
  const { status, stdout } = spawnSync("bash", ["-c", script(...steps)], { cwd: root, encoding: "utf8", env });
  return { status, lines: stdout.trimEnd().split("\n") };
}

describe(".ci/steps.sh", () => {
  it("runs every step and counts the tests in the last line", () => {
    const { status, lines } = run("[]", "step one echo first", `test_step two bash ${fakeTests}`);
    expect({ status, last: lines.at(-1) }).toEqual({ status: 0, last: "3 passed, 0 failed" });
    expect(lines).toEqual(expect.arrayContaining(["=== one: echo first", "first"]));
  });

  it("goes on after a failed step, and ends with what failed and the last it said", () => {
    const failures = JSON.stringify([{ test: "test/a.test.ts > adds", message: "Error: wrong" }]);
    const { status, lines } = run(
      failures,
      "step one bash -c 'seq 100; echo bad >&2; exit 3'",
      `test_step two bash ${fakeTests}`,
      "step three echo third",
    );
    expect(status).toBe(1);
    expect(lines).toContain("third");
    const end = lines.slice(lines.indexOf("=== one FAILED; the last it said:"));
    expect(end.slice(1, 41)).toEqual([...Array.from({ length: 39 }, (_, n) => `${n + 62}`), "bad"]);
    expect(end.slice(-5)).toEqual([
      "failed step: one",
      "failed step: two",
      "FAILED test/a.test.ts > adds",
      "    Error: wrong",
      "3 passed, 1 failed",
    ]);
  });

  it("fails where a step failed and no test did", () => {
    const { status, lines } = run("[]", `test_step one bash ${fakeTests}`, "step two false");
    expect({ status, end: lines.slice(-2) }).toEqual({ status: 1, end: ["failed step: two", "3 passed, 0 failed"] });
  });

  it("ends although a step left a process behind that holds its output open", () => {
    const { status } = run("[]", `test_step one bash ${fakeTests}`, "step two bash -c 'sleep 300 & echo $! >&2'");
    expect(status).toBe(0);
  });

  it("says what was running when it is ended from outside", async () => {
    const child = spawn("bash", ["-c", script("step one echo first", "step two bash -c 'echo begun; sleep 300'")], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (text.includes("begun\n")) child.kill();
    });
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    expect(output).toContain("=== two FAILED; the last it said:\nbegun\n");
    expect(output).toMatch(/failed step: two\n/);
    expect(output).not.toContain("failed step: one");
  });
});
