import { describe, expect, it } from "vitest";
import { runFuzz } from "./run-fuzz.ts";
import { TARGETS } from "./targets.ts";

describe("every way in", () => {
  it("reads or refuses what it was not made for, with the errors it promises", () => {
    expect(runFuzz({ cases: 1500, seed: 7 }).failures).toEqual([]);
  });

  it("draws the same from the same seed", () => {
    const { slowestMs: _, ...first } = runFuzz({ cases: 200, seed: 3 });
    const { slowestMs: __, ...second } = runFuzz({ cases: 200, seed: 3 });
    expect(second).toEqual(first);
    expect(Object.keys(first.targets)).toHaveLength(TARGETS.length);
  });
});

describe("runFuzz", () => {
  it("tells the seed of what throws anything else", () => {
    const target = {
      targetName: "broken",
      codes: ["SIGNATURE_INVALID"],
      run: () => {
        throw new TypeError("Cannot read properties of undefined");
      },
    };
    const { failures } = runFuzz({ cases: 100, seed: 5, targets: [target] });
    expect(failures).toHaveLength(20);
    expect(failures[0]).toMatchObject({ seed: 5, targetName: "broken", problem: expect.stringContaining("undefined") });
  });

  it("notices a polluted prototype", () => {
    const target = {
      targetName: "polluting",
      codes: [],
      run: () => {
        Reflect.set(Object.prototype, "polluted", 1);
      },
    };
    try {
      expect(runFuzz({ cases: 1, seed: 1, targets: [target] }).failures[0]?.problem).toBe("a prototype was polluted");
    } finally {
      Reflect.deleteProperty(Object.prototype, "polluted");
    }
  });
});
