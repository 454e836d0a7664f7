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

describe("examples/manual-clock-test.ts", () => {
  it("passes all its tests", async () => {
    const { code, lines } = await runExample("manual-clock-test.ts");
    expect(lines.filter((line) => /^. (pass|fail) /.test(line)).map((line) => line.slice(2))).toEqual([
      "pass 4",
      "fail 0",
    ]);
    expect(code).toBe(0);
  });
});

describe("examples/embedding.ts", () => {
  it("answers over HTTP and stops in order at SIGTERM", async () => {
    const { code, lines } = await runExample("embedding.ts");
    expect(lines).toEqual([
      "listening on http://127.0.0.1:<port>",
      "billing",
      "SIGTERM: stopping, for at most 8000 ms.",
      "stopped, 0 actors left",
    ]);
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("examples/supervised-tree.ts", () => {
  it("starts the counter and what came after it anew, and says why", async () => {
    const { code, lines } = await runExample("supervised-tree.ts");
    expect(lines.filter((line) => /^\w+$/.test(line))).toEqual(["15", "ACTOR_DOWN", "15"]);
    expect(lines.some((line) => line.startsWith("    reason: TypeError: expected a whole number"))).toBe(true);
    expect(lines.slice(-4).map((line) => line.replace(/ · .*/, ""))).toEqual([
      "top",
      "├─ log",
      "├─ counter",
      "└─ pool",
    ]);
    expect(lines.at(-2)).toContain("restarts 1 · last exit TypeError");
    expect(code).toBe(0);
  });
});

describe("examples/machine-as-actor.ts", () => {
  it("goes on from its snapshot after a kill, and shows itself to an inspector", async () => {
    const { code, lines } = await runExample("machine-as-actor.ts");
    expect(lines).toEqual([
      "after a kill: [ 'ada' ]",
      "approved { order: 'A-17', approvedBy: [ 'ada', 'grace' ] }",
      "an inspector was told",
    ]);
    expect(code).toBe(0);
  });
});

describe("examples/thread-host.ts", () => {
  it("gets over an endless loop in a thread", async () => {
    const { code, lines } = await runExample("thread-host.ts");
    expect(lines.map((line) => line.replace(/[\d.]+ s,/, "a while,"))).toEqual([
      "primes below 100,000: 9592",
      "lost: threads/1, stuck",
      "stuck for a while, then: ACTOR_DOWN",
      "primes below 1,000: 168",
    ]);
    expect(code).toBe(0);
  });
});

describe("examples/rag.ts", () => {
  it("answers from what it finds, says so where it finds nothing, and scores retrieval apart", async () => {
    const { code, lines } = await runExample("rag.ts");
    expect(lines[0]).toBe("Jane Austen (supported: true), because: The first passage says so.");
    expect(lines[2]).toMatch(/^I do not know: retrieve,/);
    expect(lines.filter((line) => /^ {2}(answer|retrieval): mean 0\.750/.test(line))).toHaveLength(2);
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("examples/react-tools.ts", () => {
  it("shows the model a failing tool, and does not order twice when it is gone on with", async () => {
    const { code, lines } = await runExample("react-tools.ts");
    expect(lines).toEqual([
      "first run: PROGRAM_ABORTED, orders: 1",
      "calling in_stock",
      "calling in_stock",
      "calling order",
      'in_stock: "Execution error in in_stock: there is no book \\"Dublners\\" in the north branch"',
      'in_stock: {"title":"Dubliners","branch":"north","copies":3}',
      'order: "ordered 2 of Dubliners (keyed)"',
      'finish: "Completed."',
      "ordered 2 of Dubliners (keyed); orders: 1",
    ]);
    expect(code).toBe(0);
  });
});

describe("examples/own-module.ts", () => {
  it("drafts until its critic is content", async () => {
    const { code, lines } = await runExample("own-module.ts");
    expect(lines).toEqual([
      "modules: self, draft, criticise",
      "PredictionRecord { answer: 'James Joyce', drafts: 2 }",
      "temperatures: 0, 0.9",
      "3 Answer in three words at most.",
      "PROGRAM_FORWARD_FAILED: The code of `self` (Broken) failed: a slip",
    ]);
    expect(code).toBe(0);
  });
});
