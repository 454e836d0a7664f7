import { describe, expect, it } from "vitest";
import { DEVIATIONS } from "./deviations.ts";
import { judge } from "./judge.ts";
import { runOnKernel } from "./kernel.ts";
import { readRecording } from "./recording.ts";
import { readSections } from "./scenario.ts";

const sections = readSections();

for (const [name, { section, title, scenarios }] of sections) {
  const { otpRelease, traces, ours } = readRecording(name);
  describe(`the kernel against OTP ${otpRelease}: ${section}, ${title}`, () => {
    for (const scenario of scenarios) {
      const titled = `${scenario.title} [${scenario.items.join(", ")}] (${scenario.id})`;
      it.skipIf(scenario.status === "not-built")(titled, async () => {
        const found = await runOnKernel(scenario);
        const verdict = judge(scenario, { otp: traces[scenario.id], ours: found, documented: ours[scenario.id] });
        expect(verdict.type === "disagreed" ? verdict.difference : "").toBe("");
      });
    }
  });
}

describe("the documented deviations", () => {
  const ids = [...sections.values()].flatMap(({ scenarios }) => scenarios.map(({ id }) => id));

  it("name scenarios that exist", () => {
    const named = DEVIATIONS.flatMap(({ scenarios }) => scenarios);
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("are recorded for nobody else", () => {
    const recorded = [...sections.keys()].flatMap((name) => Object.keys(readRecording(name).ours));
    expect(recorded.toSorted()).toEqual(DEVIATIONS.flatMap(({ scenarios }) => scenarios).toSorted());
  });
});

describe("the scenarios written by hand", () => {
  it("name nobody who was never started", () => {
    const traces = [...sections.keys()].flatMap((name) => Object.entries(readRecording(name).traces));
    expect(traces.filter(([, trace]) => trace.includes("=> nobody")).map(([id]) => id)).toEqual([]);
  });

  it("are recorded, each of them and no other", () => {
    for (const [name, { scenarios }] of sections) {
      expect(Object.keys(readRecording(name).traces)).toEqual(scenarios.map(({ id }) => id));
    }
  });
});
