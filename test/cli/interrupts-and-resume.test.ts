import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askedTimes, CliFolder, gatedProgram, type Running } from "./cli-process.ts";

const eachOnce = { q1: 1, q2: 1, q3: 1, q4: 1, q5: 1, q6: 1 };

/** Evaluates with two in flight; two answers are free, so that the command then waits at the gate with two more. */
async function stuckEvaluation(folder: CliFolder): Promise<Running> {
  folder.write("qa.ts", gatedProgram(2));
  const running = folder.start(["eval", "qa.ts", "--window", "2"]);
  await running.says("asked 4");
  return running;
}

/** An evaluation that was cancelled with two answers recorded and two calls given up. */
async function cancelledEvaluation(folder: CliFolder): Promise<string> {
  const running = await stuckEvaluation(folder);
  running.child.kill("SIGTERM");
  const { code, stderr } = await running.finished;
  expect(code).toBe(130);
  return /dspex resume (run_\w+)/.exec(stderr)?.[1] ?? "";
}

describe("Ctrl-C", () => {
  it("once finishes what is in flight, ends with 130, and says how to go on", async () => {
    using folder = new CliFolder();
    const running = await stuckEvaluation(folder);
    running.child.kill("SIGINT");
    await running.says("Finishing what is in flight");
    folder.write("gate", "");
    const { code, stdout, stderr } = await running.finished;
    expect(stderr).toMatch(/Go on with: dspex resume run_\w+\n/);
    expect([code, stdout]).toEqual([130, ""]);
    expect(askedTimes(folder)).toEqual({ q1: 1, q2: 1, q3: 1, q4: 1 });
  });

  it("twice cancels what is in flight", async () => {
    using folder = new CliFolder();
    const running = await stuckEvaluation(folder);
    running.child.kill("SIGINT");
    await running.says("Finishing what is in flight");
    running.child.kill("SIGINT");
    const { code, stderr } = await running.finished;
    expect(stderr).toContain("RUN_CANCELLED");
    expect(code).toBe(130);
  });

  it("three times leaves although a metric never comes back", async () => {
    using folder = new CliFolder();
    folder.write(
      "stuck.ts",
      `${gatedProgram(6)}\nexport const stuck = 1;`.replace(
        /exactMatch\("answer"\)/,
        "() => new Promise(() => { setInterval(() => {}, 1000); console.error('judging'); })",
      ),
    );
    const running = folder.start(["eval", "stuck.ts", "--window", "1"]);
    await running.says("judging");
    running.child.kill("SIGINT");
    await running.says("Finishing what is in flight");
    running.child.kill("SIGINT");
    await running.says("Cancelling what is in flight");
    running.child.kill("SIGINT");
    expect((await running.finished).code).toBe(130);
  });

  it("cancels a call of a program, whose record says so", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", gatedProgram(0));
    const running = folder.start(["run", "qa.ts", "question=q1", "--json"]);
    await running.says("asked 1");
    running.child.kill("SIGTERM");
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(JSON.parse(stdout).error.code).toBe("PROGRAM_ABORTED");
    expect(stderr).toMatch(/dspex resume call_/);
  });
});

describe("dspex resume", () => {
  it("goes on with a cancelled evaluation and asks nothing twice that was answered", async () => {
    using folder = new CliFolder();
    const runId = await cancelledEvaluation(folder);
    folder.write("gate", "");
    const { code, stdout, stderr } = await folder.run(["resume", runId, "--json"]);
    expect(code).toBe(0);
    expect(stderr).toContain(`To start afresh: dspex eval ${join(folder.path, "qa.ts")} --new\n`);
    expect(JSON.parse(stdout)).toMatchObject({
      runId,
      runKind: "evaluation",
      results: { score: 1, status: "complete" },
    });
    expect(askedTimes(folder)).toEqual({ ...eachOnce, q3: 2, q4: 2 });
  });

  it("goes on after kill -9", async () => {
    using folder = new CliFolder();
    const running = await stuckEvaluation(folder);
    running.child.kill("SIGKILL");
    await running.finished;
    folder.write("gate", "");
    const { code, stderr } = await folder.run(["eval", "qa.ts"]);
    expect(stderr).toMatch(/Going on with run_\w+, which was left running; .* --new starts afresh\./);
    expect(code).toBe(0);
    expect(askedTimes(folder)).toEqual({ ...eachOnce, q3: 2, q4: 2 });
  });

  it("goes on with a call of a program that was killed", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", gatedProgram(0));
    const running = folder.start(["run", "qa.ts", "question=q1"]);
    await running.says("asked 1");
    running.child.kill("SIGKILL");
    await running.finished;
    folder.write("gate", "");
    const { rows } = JSON.parse((await folder.run(["ls", "--json"])).stdout);
    expect(rows).toMatchObject([{ kind: "program", status: "running" }]);
    const { code, stdout, stderr } = await folder.run(["resume", rows[0].id, "--json"]);
    expect(stderr).toMatch(/To start afresh: dspex run '--input=\{"question":"q1"\}' \S+qa\.ts --new\n/);
    expect([code, JSON.parse(stdout)]).toEqual([0, { callId: rows[0].id, outputs: { answer: "a1" } }]);
  });

  it.each([
    ["replays a recorded failure like an answer", [], 1, 1],
    ["asks again where a failure is recorded if it is told to", ["--retry-failed"], 0, 2],
  ])("%s", async (_, flags, failed, asked) => {
    using folder = new CliFolder();
    const failing = 'if (n === "1" && !existsSync("gate")) return new Error("out of order");\n  const position';
    folder.write("qa.ts", gatedProgram(2).replace("const position", failing));
    const running = folder.start(["eval", "qa.ts", "--window", "2"]);
    await running.says("asked 4");
    running.child.kill("SIGTERM");
    const runId = /dspex resume (run_\w+)/.exec((await running.finished).stderr)?.[1] ?? "";
    folder.write("gate", "");
    const { stdout } = await folder.run(["resume", runId, "--json", ...flags]);
    expect(JSON.parse(stdout).results.counts).toMatchObject({ scored: 6 - failed, failed });
    expect(askedTimes(folder)["q1"]).toBe(asked);
  });

  it("tells again what a complete run or call came to, and asks nobody", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", gatedProgram(6));
    const report = JSON.parse((await folder.run(["eval", "qa.ts", "--json"])).stdout);
    const call = JSON.parse((await folder.run(["run", "qa.ts", "question=q1", "--json"])).stdout);
    const asked = askedTimes(folder);
    const again = async (runId: string) => JSON.parse((await folder.run(["resume", runId, "--json"])).stdout);
    expect(await again(report.runId)).toEqual(report);
    expect(await again(call.callId)).toEqual(call);
    expect(askedTimes(folder)).toEqual(asked);
  });

  it("refuses changed code, and goes on with it when forced", async () => {
    using folder = new CliFolder();
    const runId = await cancelledEvaluation(folder);
    folder.write("qa.ts", `${gatedProgram(2)}\n// changed\n`);
    folder.write("gate", "");
    const refused = await folder.run(["resume", runId]);
    expect([refused.code, refused.stderr.split(":")[0]]).toEqual([3, "RUN_CODE_CHANGED"]);
    expect((await folder.run(["resume", runId, "--force"])).code).toBe(0);
  });

  it("refuses a changed relative import", async () => {
    using folder = new CliFolder();
    folder.write("more.ts", "export const more = 1;\n");
    folder.write("main.ts", 'import "./more.ts";\nexport * from "./qa.ts";\n');
    folder.write("qa.ts", gatedProgram(0));
    const running = folder.start(["eval", "main.ts"]);
    await running.says("asked 1");
    running.child.kill("SIGTERM");
    await running.finished;
    folder.write("more.ts", "export const more = 2;\n");
    const { code, stderr } = await folder.run(["eval", "main.ts"]);
    expect([code, stderr.split(":")[0]]).toEqual([3, "RUN_CODE_CHANGED"]);
  });

  it("finds the file where it has moved, if it is told", async () => {
    using folder = new CliFolder();
    const runId = await cancelledEvaluation(folder);
    folder.write("gate", "");
    const moved = folder.write("moved.ts", gatedProgram(2));
    folder.write("qa.ts", "throw new Error('not this one');");
    expect((await folder.run(["resume", runId])).stderr).toContain("RUN_CODE_CHANGED");
    const { code, stderr } = await folder.run(["resume", runId, "--file", moved]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("Going on with")]);
  });

  it("does not know a run that is not there", async () => {
    using folder = new CliFolder();
    const { code, stderr } = await folder.run(["resume", "run_nowhere"]);
    expect([code, stderr.split(":")[0]]).toEqual([3, "CLI_RECORD_UNKNOWN"]);
  });
});

describe("the same command again", () => {
  it("goes on with the run that it left unfinished, whatever the window", async () => {
    using folder = new CliFolder();
    const runId = await cancelledEvaluation(folder);
    folder.write("gate", "");
    const { code, stdout } = await folder.run(["eval", "qa.ts", "--json"]);
    expect([code, JSON.parse(stdout).runId]).toEqual([0, runId]);
    expect(askedTimes(folder)).toEqual({ ...eachOnce, q3: 2, q4: 2 });
  });

  it("starts a run of its own with --new, and with other deciding flags", async () => {
    using folder = new CliFolder();
    const runId = await cancelledEvaluation(folder);
    folder.write("gate", "");
    for (const args of [["--new"], ["--seed", "7"]]) {
      const { code, stdout } = await folder.run(["eval", "qa.ts", "--json", ...args]);
      expect([code, JSON.parse(stdout).runId === runId]).toEqual([0, false]);
    }
  });

  it("refuses changed data, and goes on with the recorded data when forced", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", gatedProgram(2));
    folder.write(
      "data.jsonl",
      '{"question":"q1","answer":"a1"}\n{"question":"q2","answer":"a2"}\n{"question":"q3","answer":"a3"}\n',
    );
    const command = ["eval", "qa.ts", "--data", "data.jsonl", "--window", "1"];
    const running = folder.start(command);
    await running.says("asked 3");
    running.child.kill("SIGTERM");
    await running.finished;
    folder.write("gate", "");
    folder.write("data.jsonl", '{"question":"q1","answer":"a1"}\n');
    const refused = await folder.run(command);
    expect([refused.code, refused.stderr.split(":")[0]]).toEqual([3, "CLI_DATA_CHANGED"]);
    const { stdout } = await folder.run([...command, "--force", "--json"]);
    expect(JSON.parse(stdout).results.counts.planned).toBe(3);
  });
});

describe("a store that another process holds", () => {
  it("is refused with the other's pid", async () => {
    using folder = new CliFolder();
    const running = await stuckEvaluation(folder);
    const { code, stderr } = await folder.run(["ls"]);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining(
        `STORE_LOCKED: The store in ${folder.path}/.dspex is held by process ${running.child.pid}`,
      ),
    ]);
  });
});
