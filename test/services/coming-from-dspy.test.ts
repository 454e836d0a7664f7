import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { dspyRows } from "../docs/dspy-names.ts";
import { askDspy, bringDspy } from "./python-dspy.ts";

const page = readFileSync(new URL("../../docs/coming-from-dspy.md", import.meta.url), "utf8");

describe("docs/coming-from-dspy.md beside the real DSPy", () => {
  beforeAll(bringDspy);

  it("has every public name, and none that is not one", () => {
    const names = askDspy("./dspy_names.py", {}) as readonly string[];
    expect(names.length).toBeGreaterThan(100);
    expect(
      dspyRows(page)
        .flatMap(({ theirs }) => theirs)
        .sort(),
    ).toEqual([...names].sort());
  });
});
