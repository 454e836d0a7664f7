import { exec } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArguments } from "../../examples/tickets/arguments.ts";
import { type DemoWorld, runDemo } from "../../examples/tickets/demo.ts";
import { levelStore } from "../../index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspex-tickets-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Heard {
  readonly printed: string;
  readonly screen: string;
}

/** Runs the demo, small; `watch` sees everything written to the screen. */
async function demo(store: string, watch: (screen: string, drain: AbortController) => void = () => {}): Promise<Heard> {
  let [printed, screen] = ["", ""];
  const drain = new AbortController();
  const world: DemoWorld = {
    print: (text) => {
      printed += `${text}\n`;
    },
    screen: {
      isTTY: true,
      write: (text) => {
        screen += text;
        watch(screen, drain);
      },
    },
    now: () => performance.now(),
    drain: drain.signal,
    signal: new AbortController().signal,
  };
  const options = readArguments(["--store", join(folder, store), "--demos", "8", "--candidates", "1"]);
  if (options === "help") throw new Error("options expected");
  await runDemo(options, world).catch((error: unknown) => {
    throw Object.assign(new Error(`the demo failed: ${String(error)}`), { cause: error, screen });
  });
  return { printed, screen };
}

/** Runs a command line as a person would type it at the root of a clone. Rejects where it ends with another code than 0. */
const typed = (line: string) => promisify(exec)(line, { cwd: fileURLToPath(new URL("../..", import.meta.url)) });

/** The ids of the runs in a store that are not complete. */
async function unfinishedIn(store: string): Promise<readonly string[]> {
  const opened = levelStore({ folder: join(folder, store) });
  await opened.open();
  const runIds: string[] = [];
  for await (const { runId, status } of opened.list("run")) if (status !== "completed") runIds.push(runId);
  await opened.close();
  return runIds;
}

/** The tables, without ids, times and counts of calls. */
const tables = (printed: string) => printed.slice(printed.indexOf("On the "), printed.indexOf("The optimized program"));

describe("runDemo", () => {
  it("prints before and after, classes, cost, the record and what to do next, and says what the model is", async () => {
    const { printed, screen } = await demo("first");
    expect(printed).toContain("It is not a language model");
    expect(printed).toMatch(/before +\d+\/200 +0\.\d{3} +0\.\d{3} to 0\.\d{3}/);
    expect(printed).toMatch(/after +\d+\/200/);
    expect(printed).toMatch(/account_security +25/);
    expect(printed).toMatch(/\d+ LM calls, .* · \$0 · /);
    expect(printed).toContain(`Recorded in ${join(folder, "first")}: run_`);
    expect(printed).toContain("npm start -- --lm openai/gpt-4o-mini");
    expect(screen).toContain("2/4 random search: best of 4 on dev: 0.");
  }, 180_000);

  it("prints commands that run in a clone that was never built, and find what it recorded", async () => {
    const { printed } = await demo("a second");
    const lines = printed.match(/(?<=^ +)npm run dspex -- .*$/gm) ?? [];
    expect(lines.map((line) => line.split(" ")[4])).toEqual(["show", "eval", "ls"]);
    const [show = "", evaluation = "", ls = ""] = lines;
    const [searchRunId = ""] = /run_\w+/.exec(show) ?? [];
    expect((await typed(show)).stdout).toContain(searchRunId);
    const [after = ""] = /(?<=after +\d+\/200 +)0\.\d{3}/.exec(printed) ?? [];
    expect((await typed(evaluation)).stdout).toContain(after);
    expect((await typed(ls)).stdout).toContain(searchRunId);
  }, 180_000);

  it.each([
    ["the first evaluation", "1/4 baseline on dev:"],
    ["the search", "2/4 random search:"],
    ["the last evaluation", "4/4 optimized on test:"],
  ])(
    "goes on where it was interrupted, in %s, and ends with the same tables",
    async (step, said) => {
      const whole = await demo("first");
      const interrupted = demo(step, (screen, drain) => {
        if (screen.includes(said)) drain.abort();
      });
      await expect(interrupted).rejects.toMatchObject({ cause: { code: "RUN_CANCELLED" } });
      const resumed = await demo(step);
      expect(resumed.screen).toMatch(/Going on with run_\w+, which an earlier start left unfinished/);
      expect(tables(resumed.printed)).toBe(tables(whole.printed));
    },
    180_000,
  );

  it.each([
    ["an evaluation", "1/4 baseline on dev:"],
    ["the search", "2/4 random search:"],
    ["an evaluation of what the search found", "4/4 optimized on test:"],
  ])(
    "leaves %s that it was interrupted in to dspex resume, with no need to force it",
    async (step, said) => {
      const interrupted = demo(`resume ${step}`, (screen, drain) => {
        if (screen.includes(said)) drain.abort();
      });
      await expect(interrupted).rejects.toMatchObject({ cause: { code: "RUN_CANCELLED" } });
      const [runId = "", ...others] = await unfinishedIn(`resume ${step}`);
      expect(others).toEqual([]);
      await typed(`npm run dspex -- resume ${runId} --store "${join(folder, `resume ${step}`)}"`);
      expect(await unfinishedIn(`resume ${step}`)).toEqual([]);
      expect((await demo(`resume ${step}`)).screen).not.toContain("Going on with");
    },
    180_000,
  );

  it("answers a second start from the cache", async () => {
    const { printed, screen } = await demo("first");
    expect(screen).not.toContain("Going on with");
    expect(printed).toMatch(/^0 LM calls, \d{3,} more answered by the cache/m);
  }, 180_000);
});

describe("readArguments", () => {
  it("has defaults for the offline learner, and frugal ones for a real model", () => {
    expect(readArguments([])).toEqual({
      lm: "local/in-context",
      store: ".dspex",
      demos: 64,
      candidates: 16,
      window: 16,
      seed: 0,
    });
    expect(readArguments(["--lm", "openai/gpt-4o-mini"])).toMatchObject({ demos: 16, candidates: 6 });
  });

  it("takes what it is given and refuses what it cannot take", () => {
    expect(readArguments(["--candidates=0", "--window", "3"])).toMatchObject({ candidates: 0, window: 3 });
    expect(readArguments(["-h"])).toBe("help");
    expect(() => readArguments(["--window", "0"])).toThrow("whole number from 1");
    expect(() => readArguments(["--demos", "many"])).toThrow('got "many"');
    expect(() => readArguments(["--lmm", "x"])).toThrow("--lmm");
    expect(() => readArguments(["extra"])).toThrow("extra");
  });
});
