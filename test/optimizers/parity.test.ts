import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { optimizerCases } from "../../cli/parity/optimizers.ts";

const recorded = JSON.parse(
  readFileSync(new URL("../fixtures/dspy-3.3.1/optimizers.json", import.meta.url), "utf8"),
) as Record<string, { lm_calls?: number; calls_sha256?: string; result?: unknown }>;
const ours = ["labeled_k3", "bootstrap_default", "bootstrap_b2_l4", "bootstrap_b2_l0", "random_search"];

describe("optimizerCases", () => {
  it("finds demonstrations, scores, calls and prompts as DSPy recorded them", async () => {
    const cases = await optimizerCases(recorded);
    expect(cases.filter(({ status }) => status !== "not-yet")).toEqual(
      ours.map((name) => ({ group: "optimizers", name, status: "equal" })),
    );
    expect(cases.filter(({ status }) => status === "not-yet").map(({ name }) => name)).toEqual([
      "copro",
      "simba",
      "gepa_120",
    ]);
  });

  it.each([
    ["a demonstration", { result: { step1: [], step2: [] } }, "result.step1"],
    ["the number of calls", { lm_calls: 17 }, "lm_calls"],
    ["a prompt", { calls_sha256: "0".repeat(64) }, "calls_sha256"],
  ])("names %s that differs", async (_, change, place) => {
    const changed = { bootstrap_default: { ...recorded.bootstrap_default, ...change } };
    const [found] = await optimizerCases(changed);
    expect(found).toMatchObject({ status: "different", reason: expect.stringContaining(place) });
  });
});
