// Programs and optimizers of Python's as the command line has them: what they learned is saved, loaded and told again; a search that was killed is gone on with.
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRuntime, loadProgram, python as pythonProgram, saveProgram } from "../../index.ts";
import { CliFolder, type Finished } from "../cli/cli-process.ts";
import { askDspy, bringDspy, python } from "./python-dspy.ts";

/** Threads of an optimizer, each of which may wait for one answer when its process is killed. */
const IN_FLIGHT = 8;
const env = { DSPEX_PYTHON: python };

/** The model notes each request, and answers more than `free` of them only once there is a file `gate`. */
const search = (free: number): string => `
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { exactMatch, predict, pythonOptimizer } from "@dspex";
import { scriptedLm } from "@testing";

export const program = predict("question -> answer");
export const metric = exactMatch("answer");
export const inputs = ["question"];
export const trainset = [1, 2, 3, 4, 5, 6].map((n) => ({ question: "q" + n, answer: n % 3 === 0 ? "no" : "yes" }));
export const optimizer = pythonOptimizer("dspy.BootstrapFewShotWithRandomSearch", {
  num_candidate_programs: 3, max_bootstrapped_demos: 2, max_labeled_demos: 2,
});
const here = (name) => join(import.meta.dirname, name);
let asked = 0;
export const lm = scriptedLm(async ({ messages }) => {
  appendFileSync(here("asked.txt"), "asked\\n");
  console.error("asked " + ++asked);
  while (asked > ${free} && !existsSync(here("gate"))) await new Promise((done) => setTimeout(done, 5));
  const length = messages.map(({ content }) => String(content)).join("").length;
  return "[[ ## answer ## ]]\\n" + (length % 2 === 0 ? "yes" : "no") + "\\n\\n[[ ## completed ## ]]\\n";
});
`;

/** A program of Python's, alone and as a step. The model shows in its answer how many demonstrations it saw. */
const taught = `
import { pythonOptimizer, python, program as steps, predict } from "@dspex";
import { scriptedLm } from "@testing";

const python_ = () => python("dspy.ChainOfThought", "question -> answer, sure: float");
export const program = python_();
export const both = steps(
  { think: python_(), say: predict("answer -> reply") },
  async ({ question }, { think, say }) => {
    const { answer, sure } = await think({ question });
    return { answer, sure, ...(await say({ answer })) };
  },
);
export const metric = (example, prediction) => prediction.sure === example.get("sure");
export const inputs = ["question"];
export const trainset = [1, 2, 3, 4].map((n) => ({ question: "q" + n, answer: "a", sure: 1 }));
export const dataset = trainset;
export const optimizer = pythonOptimizer("dspy.BootstrapFewShot", { max_bootstrapped_demos: 2, max_labeled_demos: 2 });
const field = (name, value) => "[[ ## " + name + " ## ]]\\n" + value + "\\n\\n";
export const lm = scriptedLm(({ messages }) => {
  const shown = messages.filter(({ role }) => role === "assistant");
  const floats = shown.filter(({ content }) => String(content).includes("## sure ## ]]\\n1.0\\n")).length;
  const answer = shown.length + " shown, " + floats + " sure";
  return field("reasoning", "So.") + field("answer", answer) + field("sure", 1) + field("reply", answer) + "[[ ## completed ## ]]";
});
`;

const asked = (folder: CliFolder): number => folder.read("asked.txt").split("asked\n").length - 1;

/** What a finished search says that does not differ from run to run. */
function found({ code, stdout, stderr }: Finished): unknown {
  expect(stderr).not.toContain("BRIDGE_");
  const { runKind, bestTrialId, bestScore, bestProgramState, candidates } = JSON.parse(stdout) as Record<
    string,
    unknown
  >;
  expect(bestProgramState).toBeDefined();
  return { code, runKind, bestTrialId, bestScore, bestProgramState, candidates };
}

describe("dspex resume", () => {
  beforeAll(bringDspy);

  it("goes on with a search of Python's whose process was killed, comes to the same and asks only the rest", async () => {
    using undisturbed = new CliFolder();
    undisturbed.write("search.ts", search(Number.POSITIVE_INFINITY));
    const whole = found(await undisturbed.run(["optimize", "search.ts", "--json"], env));
    const all = asked(undisturbed);

    using folder = new CliFolder();
    folder.write("search.ts", search(Math.floor(all / 2)));
    const running = folder.start(["optimize", "search.ts"], env);
    await running.says(`asked ${Math.floor(all / 2) + 1}\n`);
    running.child.kill("SIGKILL");
    await running.finished;
    const before = asked(folder);
    folder.write("gate", "");
    const { rows } = JSON.parse((await folder.run(["ls", "--json"])).stdout);
    expect(rows).toMatchObject([{ status: "running" }]);
    const resumed = await folder.run(["resume", rows[0].id, "--json"], env);
    expect(found(resumed)).toEqual(whole);
    expect(all).toBeGreaterThan(10);
    expect(asked(folder)).toBeLessThanOrEqual(all + IN_FLIGHT);
    expect(asked(folder) - before).toBeLessThan(all);
  });
});

describe("dspex optimize of a program of Python's", () => {
  beforeAll(bringDspy);
  const program = { ...env, DSPEX_PROGRESS: "none" };
  const answerOf = async (folder: CliFolder, load: string, ...flags: readonly string[]) => {
    const { stdout, stderr } = await folder.run(
      ["run", "job.ts", "question=x", "--json", "--load", load, ...flags],
      program,
    );
    return stdout === "" ? stderr : JSON.parse(stdout);
  };

  it("saves what was learned as DSPy does, loads it from everywhere, and tells it again without Python", async () => {
    using folder = new CliFolder();
    folder.write("job.ts", taught);
    const found = await folder.run(["optimize", "job.ts", "--save", "best.json", "--json"], program);
    const result = JSON.parse(found.stdout);
    const { metadata, ...state } = JSON.parse(folder.read("best.json"));
    expect(metadata).toEqual({ dependency_versions: { dspy: "3.3.1" } });
    expect(result.bestProgramState).toEqual(state);
    expect(state.predict.demos).toMatchObject([
      { question: "q1", sure: 1 },
      { question: "q2", sure: 1 },
    ]);

    // The real DSPy loads the file, says what it holds, and saves it in its own way.
    const signature = "question -> answer, sure: float";
    const { demos, theirs, ours } = askDspy("loaded_state.py", { file: join(folder.path, "best.json"), signature }) as {
      demos: unknown;
      theirs: object;
      ours: object;
    };
    expect(demos).toEqual(state.predict.demos);
    expect(theirs).toEqual(ours);

    await using runtime = await createRuntime({ store: join(folder.path, "other"), python: { interpreter: python } });
    const loaded = await loadProgram(pythonProgram("dspy.ChainOfThought", signature), join(folder.path, "theirs.json"));
    await saveProgram(await runtime.python.withState(loaded), join(folder.path, "ours.json"));
    for (const load of ["best.json", result.runId, "theirs.json", "ours.json"]) {
      expect(await answerOf(folder, load)).toMatchObject({ outputs: { answer: "2 shown, 2 sure" } });
    }

    const nowhere = { ...program, DSPEX_PYTHON: "/nowhere/python" };
    const again = await folder.run(["resume", result.runId, "--json", "--save", "again.json"], nowhere);
    expect(JSON.parse(again.stdout)).toEqual(result);
    expect(folder.read("again.json")).toBe(folder.read("best.json"));
  });

  it("keeps its state beside that of native steps, and refuses files that say nothing of it", async () => {
    using folder = new CliFolder();
    folder.write("job.ts", taught);
    const flags = ["--program", "both", "--optimizer", "labeled-few-shot", "--set", "k=1", "--json"];
    await folder.run(["optimize", "job.ts", "--save", "step.json"], program);
    const { predict } = JSON.parse(folder.read("step.json"));
    const say = { traces: [], train: [], demos: [], signature: predict.signature, lm: null };
    const fields = [predict.signature.fields[0], predict.signature.fields[2]];
    const both = { "think.predict": predict, say: { ...say, signature: { instructions: "Say it.", fields } } };
    // What JavaScript writes as an int was a float.
    folder.write("both.json", JSON.stringify(both).replaceAll('"sure":1', '"sure":1.0'));
    const { stdout, stderr } = await folder.run(
      ["optimize", "job.ts", ...flags, "--load", "both.json", "--save", "taught.json"],
      program,
    );
    expect(stderr).toBe("");
    const saved = JSON.parse(folder.read("taught.json"));
    expect(Object.keys(saved)).toEqual(["say", "think.predict", "metadata"]);
    expect(saved["think.predict"]).toEqual(predict);
    expect(saved.say.demos).toHaveLength(1);
    const { runId, bestProgramState } = JSON.parse(stdout);
    expect(bestProgramState["think.predict"]).toEqual(predict);
    for (const load of ["taught.json", runId]) {
      expect(await answerOf(folder, load, "--program", "both")).toMatchObject({
        outputs: { answer: "2 shown, 2 sure" },
      });
    }
    folder.write("native.json", JSON.stringify({ say: saved.say }));
    folder.write("empty.json", "{}");
    for (const [load, more] of [
      ["native.json", ["--program", "both"]],
      ["empty.json", []],
    ] as const) {
      const { error } = await answerOf(folder, load, ...more);
      expect(error).toMatchObject({ code: "PROGRAM_STATE_INVALID", message: expect.stringContaining(load) });
    }
  });
});
