import { describe, expect, it } from "vitest";
import { ProgressDisplay } from "../../cli/progress-display.ts";
import { Screen } from "../../cli/screen.ts";
import type { ProgressMode } from "../../cli/terminal.ts";
import type { RunProgress } from "../../index.ts";
import { createManualClock } from "../../testing/index.ts";

function display(mode: ProgressMode) {
  const clock = createManualClock();
  const written: string[] = [];
  const screen = new Screen({ write: (text) => written.push(text) });
  return { clock, written, shown: new ProgressDisplay({ mode, screen, clock, columns: () => 60 }) };
}

function step(trialId: string, finished: number, planned = 100): RunProgress {
  return { runId: "run_1", trialId, finished, planned, scored: finished, failed: 0, mean: 0.5, replayed: 0 };
}

describe("ProgressDisplay", () => {
  it("says plain lines at the first example, at each tenth and at the end", () => {
    const { written, shown } = display("plain");
    for (let finished = 1; finished <= 100; finished++) shown.update(step("evaluation", finished));
    shown.end();
    expect(written.map((line) => line.split(" ")[0])).toEqual(
      [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((finished) => `${finished}/100`),
    );
    expect(written.join("")).not.toContain("\u001b");
  });

  it("says one plain line for each of many trials, and one each half minute", async () => {
    const { clock, written, shown } = display("plain");
    shown.begin("seed 1");
    shown.update(step("seed 1", 1));
    shown.update(step("seed 1", 50));
    expect(written).toEqual([]);
    await clock.advance(30_000);
    shown.update(step("seed 1", 51));
    shown.update(step("seed 1", 100));
    expect(written.map((line) => line.split(" ·")[0])).toEqual(["seed 1: 51/100 (51 %)", "seed 1: 100/100 (100 %)"]);
  });

  it("redraws a live block at most ten times a second, and shows the last state of a burst", async () => {
    const { clock, written, shown } = display("live");
    for (let finished = 1; finished <= 99; finished++) {
      shown.update(step("evaluation", finished));
      await clock.advance(10);
    }
    expect(written.length).toBeLessThanOrEqual(11);
    await clock.advance(100);
    expect(written.at(-1)).toContain("99/100");
  });

  it("moves finished trials above the live block and takes the block away at the end", async () => {
    const { clock, written, shown } = display("live");
    shown.update(step("seed 1", 40));
    shown.update(step("seed 2", 100));
    await clock.advance(100);
    shown.end();
    const text = written.join("");
    expect(text).toContain("seed 2: 100/100 (100 %)");
    expect(text.endsWith("\u001b[1A\r\u001b[J")).toBe(true);
  });

  it("never draws wider than the terminal", async () => {
    const { clock, written, shown } = display("live");
    for (let seed = 0; seed < 12; seed++)
      shown.update(step(`a trial with a very long name, number ${seed}, and more`, 40));
    await clock.advance(100);
    const lines = (written.at(-1) ?? "").split("\n").filter((line) => line !== "");
    expect(lines).toHaveLength(9);
    // Escape sequences stand at the beginning of the block only.
    for (const line of lines)
      expect([...line.slice(line.lastIndexOf("\u001b[J") + 1).replace("[J", "")].length).toBeLessThan(60);
  });

  it("writes lines of JSON, and nothing in mode none", () => {
    const json = display("json");
    json.shown.say("begins", { runId: "run_1" });
    json.shown.update(step("evaluation", 100));
    expect(json.written.map((line) => JSON.parse(line))).toEqual([
      { type: "note", runId: "run_1", message: "begins" },
      { type: "progress", ...step("evaluation", 100) },
    ]);
    const none = display("none");
    none.shown.say("begins", {});
    none.shown.update(step("evaluation", 100));
    none.shown.end();
    expect(none.written).toEqual([]);
  });
});

describe("Screen", () => {
  it("writes lines above a block and draws the block again below them", () => {
    const written: string[] = [];
    const screen = new Screen({ write: (text) => written.push(text) });
    screen.block(["one", "two"]);
    screen.line("done");
    screen.block([]);
    screen.line("plain");
    expect(written).toEqual(["one\ntwo\n", "\u001b[2A\r\u001b[Jdone\none\ntwo\n", "\u001b[2A\r\u001b[J", "plain\n"]);
  });
});
