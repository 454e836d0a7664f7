import { describe, expect, it } from "vitest";
import { compareAgainstDspy } from "../../cli/parity/against/against-dspy.ts";

describe("dspex beside the real DSPy 3.3.1", () => {
  it("agrees on drawn signatures, prompts, answers, calls, and on saved programs both ways", async () => {
    const { differences, cases } = await compareAgainstDspy({ cases: 300, seed: 176, shrunk: 3 });
    expect(differences).toEqual([]);
    expect(cases.filter(({ status }) => status === "equal").length).toBeGreaterThan(294);
  });
});
