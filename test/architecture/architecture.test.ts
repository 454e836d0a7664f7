import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ENTRIES } from "./house.ts";
import { OTHER_FOLDERS, root, SOURCE_FOLDERS, sources } from "./tree.ts";
import { type Violation, violations } from "./violations.ts";

const tree = sources();
const found = violations(tree);

function broken(...rules: readonly Violation["rule"][]): string {
  return found
    .filter((violation) => rules.includes(violation.rule))
    .map((violation) => violation.message)
    .join("\n");
}

describe("the house", () => {
  it("has sources to look at", () => {
    expect(Object.keys(tree)).toEqual(expect.arrayContaining([...ENTRIES]));
  });

  it("has no folder that nobody looks at", () => {
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name);
    const known: readonly string[] = [...SOURCE_FOLDERS, ...OTHER_FOLDERS];
    expect(folders.filter((folder) => !known.includes(folder))).toEqual([]);
  });

  it("keeps its layers", () => expect(broken("layers")).toBe(""));
  it("is entered through its doors", () => expect(broken("doors", "no door")).toBe(""));
  it("has no import cycle, types included", () => expect(broken("cycles")).toBe(""));
  it("keeps foreign packages at the walls", () => expect(broken("walls")).toBe(""));
  it("has doors that hold names only", () => expect(broken("names only")).toBe(""));
  it("has no file over 300 lines", () => expect(broken("length")).toBe(""));
  it("says at the top of each file what it is for and what it must not know", () => expect(broken("header")).toBe(""));
  it("takes clock, chance, environment and console from callers in its pure rooms", () =>
    expect(broken("ambient")).toBe(""));
});
