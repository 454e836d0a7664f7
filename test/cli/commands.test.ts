import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Level } from "level";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../cli/commands.ts";
import { root } from "../architecture/tree.ts";
import { CliFolder, openProgram } from "./cli-process.ts";

const fruitOrTool = `
import { exactMatch, predict, signature } from "@dspex";
export const program = predict(signature("text -> label"));
export const lm = "local/in-context";
export const metric = exactMatch("label");
export const inputs = ["text"];
const words = { fruit: ["apple", "pear", "plum", "cherry"], tool: ["hammer", "saw", "drill", "wrench"] };
const all = Object.entries(words).flatMap(([label, each]) => each.flatMap((word) => [
  { text: "a " + word + " on the table, " + (label === "fruit" ? "ripe and sweet" : "heavy and sharp"), label },
  { text: "my " + word + " is " + (label === "fruit" ? "sweet" : "sharp"), label },
]));
export const trainset = all.filter((_, position) => position % 2 === 0);
export const valset = () => all.filter((_, position) => position % 2 === 1);
export const dataset = Promise.resolve(all);
`;

const json = async (folder: CliFolder, ...args: readonly string[]) => {
  const { stdout, stderr, code } = await folder.runHere([...args, "--json"]);
  if (stdout === "") throw new Error(`expected JSON on stdout, got exit ${code} and:\n${stderr}`);
  return JSON.parse(stdout);
};

describe("dspex", () => {
  it("prints its help, its version, and help of each command on stdout", async () => {
    using folder = new CliFolder();
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(await folder.run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await folder.run(["--help"]);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    for (const { commandName, summary } of COMMANDS)
      expect(help.stdout).toContain(`${commandName.padEnd(8)}  ${summary}`);
    const { stdout } = await folder.runHere(["optimize", "-h"]);
    for (const word of ["program", "metric", "trainset", "valset", "optimizer", "inputs", "version", "teacher"]) {
      expect(stdout).toMatch(new RegExp(`^  ${word}\\s`, "m"));
    }
  });

  it("without a command prints help on stderr and ends with 2", async () => {
    using folder = new CliFolder();
    const { code, stdout, stderr } = await folder.runHere([]);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining("Usage: dspex <command>")]);
  });

  it("suggests the nearest command and flag", async () => {
    using folder = new CliFolder();
    expect(await folder.runHere(["evl", "x.ts"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean eval?"),
    });
    const flag = await folder.runHere(["eval", "x.ts", "--sed", "3", "--json"]);
    expect([flag.code, JSON.parse(flag.stdout).error]).toEqual([
      2,
      expect.objectContaining({ code: "CLI_USAGE", details: { word: "--sed", nearest: "--seed" } }),
    ]);
  });

  it("reads nothing into being: ls and show make no store", async () => {
    using folder = new CliFolder();
    expect(await json(folder, "ls")).toEqual({ rows: [], problems: [], more: 0 });
    expect((await folder.runHere(["show", "run_a"])).code).toBe(3);
    expect(folder.read(".dspex/format.json")).toBe("");
  });
});

describe("dspex run", () => {
  it("prints outputs on stdout and nothing else, records the call, and shows it", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", `${openProgram()}\nconsole.log("loaded");`);
    const { code, stdout, stderr } = await folder.run(["run", "qa.ts", "question=q3"]);
    expect([code, stdout]).toEqual([0, "answer: a3\n"]);
    expect(stderr).toContain("loaded\n");
    const callId = /dspex show (\S+)/.exec(stderr)?.[1] ?? "";
    const shown = await folder.runHere(["show", callId]);
    for (const text of ["question: q3", "answer: a3", "[[ ## question ## ]]", "response"])
      expect(shown.stdout).toContain(text);
    expect(await json(folder, "show", callId)).toMatchObject({
      run: { status: "completed" },
      lmCalls: [{ call: { n: 0 } }],
    });
  });

  it("takes inputs from JSON, a file, stdin and words, the words winning", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    folder.write("in.json", '{"question":"q2"}');
    const of = async (args: readonly string[], stdin = "") =>
      (await folder.runHere(["run", "qa.ts", ...args], {}, stdin)).stdout;
    expect(await of(["--input", '{"question":"q1"}'])).toBe("answer: a1\n");
    expect(await of(["--input", "@in.json"])).toBe("answer: a2\n");
    expect(await of(["--input", "-"], '{"question":"q4"}')).toBe("answer: a4\n");
    expect(await of(["--input", "@in.json", 'question:="q5"'])).toBe("answer: a5\n");
  });

  it("runs the example of the house", async () => {
    using folder = new CliFolder();
    const { code, stdout } = await folder.run([
      "run",
      join(root, "examples", "qa.ts"),
      "question=Who wrote Dubliners?",
    ]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("answer: James Joyce\n")]);
  });
});

describe("dspex eval", () => {
  it("prints the report on stdout and plain progress on stderr, without control characters", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    const { code, stdout, stderr } = await folder.runHere(["eval", "qa.ts"], { FORCE_COLOR: "1" });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^qa: exactMatch 1\.000\n/)]);
    expect(stderr).toMatch(/^eval qa on 6 examples of dataset · run_\w+\n/);
    expect(stderr).toContain("6/6 (100 %)");
    expect(stdout).not.toContain("\u001b");
    for (const control of ["\r", "\u001b"]) expect(stderr).not.toContain(control);
  });

  it("leaves one run in the list, with its score and its experiment", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    const { runId, experimentId } = await json(folder, "eval", "qa.ts");
    const { rows } = await json(folder, "ls");
    expect(rows).toMatchObject([
      { id: runId, kind: "evaluation", status: "completed", program: "qa", score: 1, experimentId },
    ]);
  });

  it("says progress in lines of JSON, or not at all", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    const lines = (await folder.runHere(["eval", "qa.ts", "--progress", "json"])).stderr.trim().split("\n");
    const steps = lines.map((line) => JSON.parse(line)).filter((step) => !/^asked/.test(step.message));
    expect(steps.at(0)).toMatchObject({ type: "note", runKind: "evaluation" });
    expect(steps.at(-1)).toMatchObject({ type: "progress", finished: 6, planned: 6 });
    const wrong = await folder.runHere(["eval", "qa.ts", "--progress=json", "--lm", "x"]);
    expect(JSON.parse(wrong.stderr)).toMatchObject({ type: "error", error: { code: "LM_PROVIDER_UNKNOWN" } });
    const quiet = await folder.runHere(["eval", "qa.ts", "--progress", "none"]);
    expect(quiet.stderr.replaceAll(/^asked \d\n/gm, "")).toBe("");
  });

  it("ends with 1 below --min-score, and with 0 at it", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram().replace('"a" + n }', '"a" + Math.min(n, 5) }'));
    expect((await folder.runHere(["eval", "qa.ts", "--min-score", "0.9"])).code).toBe(1);
    expect((await folder.runHere(["eval", "qa.ts", "--min-score", "0.8"])).code).toBe(0);
  });

  it("reads examples from a file of JSON lines, and keeps a version of the user's own", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", `${openProgram()}\nexport const version = "7";`);
    folder.write("data.jsonl", '{"question":"q1","answer":"a1"}\n{"question":"q2","answer":"no"}\n');
    const result = await json(folder, "eval", "qa.ts", "--data", "data.jsonl", "--inputs", "question", "--seed", "3");
    expect(result).toMatchObject({
      runKind: "evaluation",
      seed: 3,
      dataset: { name: "data" },
      results: { score: 0.5 },
    });
    const { run } = await json(folder, "show", result.runId);
    expect(run).toMatchObject({
      programVersion: "7",
      programName: "qa",
      source: {
        exportName: "program",
        args: ["eval", `--data=${join(folder.path, "data.jsonl")}`, "--inputs=question", "--seed=3"],
      },
    });
  });

  it("takes a program by the name of its export", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", `${openProgram()}\nexport const second = program;`);
    const { runId } = await json(folder, "eval", "qa.ts", "--program", "second");
    expect((await json(folder, "show", runId)).run.programName).toBe("second");
  });
});

describe("dspex optimize", () => {
  it("improves, saves, and its best program is evaluated by --load of run and file", async () => {
    using folder = new CliFolder();
    folder.write("opt.ts", fruitOrTool);
    const flags = ["--optimizer", "bootstrap-few-shot-with-random-search", "--set", "numCandidatePrograms=2"];
    const result = await json(folder, "optimize", "opt.ts", ...flags, "--save", "best.json");
    expect(result).toMatchObject({ runKind: "optimization", bestScore: 1 });
    // As DSPy writes and loads it: a program that is one predictor stands at the top.
    const { metadata, ...state } = JSON.parse(folder.read("best.json"));
    expect({ self: state }).toEqual(result.bestProgramState);
    expect(metadata).toEqual({ dependency_versions: { dspy: "3.3.1" } });
    const bare = await json(folder, "eval", "opt.ts");
    const byRun = await json(folder, "eval", "opt.ts", "--load", result.runId);
    folder.write("plain.json", JSON.stringify(result.bestProgramState));
    const byData = await json(folder, "eval", "opt.ts", "--load", "plain.json");
    const byFile = await json(folder, "eval", "opt.ts", "--load", "best.json");
    expect(byRun.results.score).toBeGreaterThan(bare.results.score);
    for (const { results } of [byData, byFile]) expect(results.score).toBe(byRun.results.score);

    const shown = await folder.runHere(["show", result.runId]);
    for (const text of ["seed -3", "trials, the best first", "decisions", "best-chosen"])
      expect(shown.stdout).toContain(text);
    const trial = await folder.runHere(["show", `${result.runId}/seed -2`]);
    expect(trial.stdout).toMatch(/^run_\w+\/seed -2: done, score 1\.000/);
    const { results } = byRun;
    const example = await folder.runHere(["show", byRun.runId, "--example", results.examples[0].exampleId]);
    for (const text of ["inputs", "labels", "prediction", "exactMatch", "[[ ## label ## ]]", "response"])
      expect(example.stdout).toContain(text);
    const { rows } = await json(folder, "ls", "--limit", "1", "--status", "completed");
    expect(rows).toMatchObject([{ id: byFile.runId, kind: "evaluation", program: "opt", score: byFile.results.score }]);
  });

  it("refuses an unknown optimizer and option, with the nearest", async () => {
    using folder = new CliFolder();
    folder.write("opt.ts", fruitOrTool);
    const wrong = async (...args: readonly string[]) => {
      const { code, stderr } = await folder.runHere(["optimize", "opt.ts", ...args]);
      return [code, stderr];
    };
    expect(await wrong("--optimizer", "bootstrap-few-shots")).toEqual([
      2,
      expect.stringContaining("Did you mean bootstrap-few-shot?"),
    ]);
    expect(await wrong("--optimizer", "bootstrap-few-shot", "--set", "maxRound=2")).toEqual([
      3,
      expect.stringMatching(/^OPTIMIZER_OPTION_UNKNOWN: .*maxRounds/),
    ]);
    expect(await wrong()).toEqual([3, expect.stringContaining("--optimizer bootstrap-few-shot")]);
  });
});

describe("dspex ls and show", () => {
  it("name what they cannot read, and show the rest", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    await folder.runHere(["run", "qa.ts", "question=q1"]);
    const { runId } = await json(folder, "eval", "qa.ts");
    const db = new Level<string, string>(join(folder.path, ".dspex", "db"));
    const keys = (await db.keys().all()).filter((key) => key.startsWith("run!call"));
    for (const key of keys) await db.put(key, "{ broken");
    await db.close();
    const { code, stdout, stderr } = await folder.runHere(["ls"]);
    expect(keys).toHaveLength(1);
    expect([code, stdout]).toEqual([0, expect.stringContaining(runId)]);
    expect(stderr).toContain(`unreadable: ${keys[0]}`);
    expect((await json(folder, "ls")).problems).toMatchObject([{ problem: "corrupt", kind: "run" }]);
  });

  it("show an experiment with its runs, and say what they do not know", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    const { runId, experimentId } = await json(folder, "eval", "qa.ts");
    expect(await json(folder, "show", experimentId)).toMatchObject({
      experiment: { status: "completed" },
      runs: [{ runId }],
    });
    for (const args of [["exp_no"], [`${runId}/no`], [runId, "--example", "no"]]) {
      const { code, stderr } = await folder.runHere(["show", ...args]);
      expect([code, stderr.split(":")[0]]).toEqual([3, "CLI_RECORD_UNKNOWN"]);
    }
  });

  it("read the store that --store or DSPEX_STORE names", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    mkdirSync(join(folder.path, "deep"));
    await folder.runHere(["run", "qa.ts", "question=q1", "--store", "deep/record"]);
    const named = await folder.runHere(["ls", "--json"], { DSPEX_STORE: "deep/record" });
    expect(JSON.parse(named.stdout).rows).toHaveLength(1);
    expect(await json(folder, "ls")).toMatchObject({ rows: [] });
  });
});
