import { describe, expect, it } from "vitest";
import { choosePool } from "../../actors/python-choice.ts";

const pools = {
  optimizer: { work: ["optimizer"], memoryLimitBytes: 4_000_000_000 },
  neural: { gpu: "visible", memoryLimitBytes: 8_000_000_000 },
  general: { memoryLimitBytes: 512_000_000 },
} as const;

describe("choosePool", () => {
  it.each([
    ["nothing in particular", {}, "general"],
    ["a GPU", { gpu: "any" }, "neural"],
    ["an optimizer's work", { work: "optimizer" }, "optimizer"],
    ["work that no pool is kept for", { work: "retrieval" }, "general"],
    ["more memory than the general one allows", { memoryBytes: 1_000_000_000 }, "neural"],
    ["memory for an optimizer", { work: "optimizer", memoryBytes: 1_000_000_000 }, "optimizer"],
  ] as const)("sends a call that needs %s where it can be done [PB-13]", (_title, needs, poolName) => {
    expect(choosePool(needs, pools)).toBe(poolName);
  });

  it("takes no GPU from who needs it, and the pool that may take least", () => {
    const more = { ...pools, general: { gpu: ["0"] }, small: { memoryLimitBytes: 1000 }, large: {} } as const;
    expect(choosePool({}, more)).toBe("small");
    expect(choosePool({ memoryBytes: 2000 }, more)).toBe("large");
  });

  it("has the general pool where none is named", () => {
    expect(choosePool({ memoryBytes: 1e12 }, undefined)).toBe("general");
  });

  it("says what each pool lacks", () => {
    expect(() => choosePool({ gpu: "any", memoryBytes: 16_000_000_000 }, pools)).toThrow(
      expect.objectContaining({
        code: "PYTHON_NEEDS_UNMET",
        message: expect.stringContaining('"neural": its workers may take 8000000000 bytes'),
      }),
    );
  });
});
