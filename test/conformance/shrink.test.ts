import { describe, expect, it } from "vitest";
import { generate } from "./generate.ts";
import { runOnKernel } from "./kernel.ts";
import type { Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";

const killing = (label: string) => (scenario: Scenario) =>
  JSON.stringify(scenario.steps).includes(`["kill","${label}"]`);

/** A generated scenario of some size in which that label is killed. */
function oneThatKills(label: string): Scenario {
  for (let index = 0; index < 1000; index++) {
    const scenario = generate(7, index);
    if (killing(label)(scenario) && scenario.steps.length > 10) return scenario;
  }
  throw new Error(`expected a scenario that kills ${label}`);
}

describe("shrink", () => {
  it("leaves nothing that the failure does not need", async () => {
    const smallest = await shrink(oneThatKills("w1"), async (candidates) => candidates.map(killing("w1")));
    expect(smallest.steps).toEqual([["start"], ["kill", "w1"]]);
    expect(smallest.tree?.children).toEqual([]);
  });

  it("keeps what the failure needs of the tree", async () => {
    const needsTwo = (scenario: Scenario) => killing("w1")(scenario) && (scenario.tree?.children?.length ?? 0) >= 2;
    const large = {
      ...oneThatKills("w1"),
      tree: { id: "top", children: ["a", "b", "c", "d"].map((id) => ({ id, trap: false })) },
    };
    const smallest = await shrink(large, async (candidates) => candidates.map(needsTwo));
    expect(smallest.tree?.children).toEqual([{ id: "c" }, { id: "d" }]);
  });

  it("hands back a scenario that cannot be smaller", async () => {
    const scenario: Scenario = { id: "x", title: "x", items: [], steps: [["start"]] };
    expect(await shrink(scenario, async (candidates) => candidates.map(() => false))).toEqual(scenario);
  });
});

describe("generate", () => {
  it("makes the same scenario of the same seed, and another of another", () => {
    expect(generate(3, 5)).toEqual(generate(3, 5));
    expect(generate(3, 5)).not.toEqual(generate(4, 5));
  });

  it("makes scenarios that run the same way twice", async () => {
    for (let index = 0; index < 50; index++) {
      const scenario = generate(11, index);
      expect(await runOnKernel(scenario)).toEqual(await runOnKernel(scenario));
    }
  });
});
