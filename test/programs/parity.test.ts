import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { replayFolder } from "../../cli/parity/replay.ts";

const cases = await replayFolder(fileURLToPath(new URL("../fixtures/dspy-3.3.1/", import.meta.url)));

describe("compat: dspy-3.3.1", () => {
  const due = cases.filter(
    ({ group, status }) => group !== "optimizers" && status !== "not-yet" && status !== "excluded",
  );

  it.each(due.map(({ group, name, status, reason }) => ({ title: `${group} ${name}`, status, reason })))(
    "equals DSPy in $title",
    ({ status, reason }) => {
      expect({ status, reason }).toEqual({ status: "equal", reason: undefined });
    },
  );

  it("excludes at most one case in fifty, each with its reason", () => {
    const excluded = cases.filter(({ status }) => status === "excluded");
    expect(excluded.map(({ name }) => name)).toEqual(['sigs "q -> a: bool, # c"']);
    expect(excluded.every(({ reason }) => reason !== undefined)).toBe(true);
    expect(50 * excluded.length).toBeLessThanOrEqual(cases.length);
  });

  it("replays as many cases as there are parts of DSPy here", () => {
    const counts = Object.fromEntries(
      ["format", "parse", "flow", "misc", "saved_program", "saved_predict"].map((group) => [
        group,
        due.filter((each) => each.group === group).length,
      ]),
    );
    expect(counts).toEqual({
      format: 96,
      parse: 152,
      flow: 29,
      misc: 91,
      saved_program: 5,
      saved_predict: 6,
    });
  });
});
