// A search by one of DSPy's optimizers as the command line does it: killed, and gone on with by its id.
import { beforeAll, describe, expect, it } from "vitest";
import { CliFolder, type Finished } from "../cli/cli-process.ts";
import { bringDspy, python } from "./python-dspy.ts";

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
