import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { replayFolder } from "../../cli/parity/replay.ts";

const cases = await replayFolder(fileURLToPath(new URL("../fixtures/dspy-3.3.1/", import.meta.url)));

describe("compat: dspy-3.3.1", () => {
  const due = cases.filter(({ group, status }) => group !== "optimizers" && status !== "not-yet");

  it.each(due.map(({ group, name, status, reason }) => ({ title: `${group} ${name}`, status, reason })))(
    "equals DSPy in $title",
    ({ status, reason }) => {
      expect({ status, reason }).toEqual({ status: "equal", reason: undefined });
    },
  );

  it("replays as many cases as there are parts of DSPy here", () => {
    const counts = Object.fromEntries(
      ["format", "parse", "flow"].map((group) => [group, due.filter((each) => each.group === group).length]),
    );
    expect(counts).toEqual({ format: 96, parse: 152, flow: 29 });
  });
});
