import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";
import { dspyRows } from "./dspy-names.ts";

const rows = dspyRows(readFileSync(join(root, "docs/coming-from-dspy.md"), "utf8"));
const exported = new Set(
  [...readFileSync(join(root, "index.ts"), "utf8").matchAll(/\b[A-Za-z]\w*/g)].map(([name]) => name),
);

describe("docs/coming-from-dspy.md", () => {
  it("has each of DSPy's names once", () => {
    const names = rows.flatMap(({ theirs }) => theirs);
    expect(names.length).toBeGreaterThan(120);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it("names nothing of ours that is not exported", () => {
    // A name by itself or called; properties of something and types in a signature's text are told otherwise.
    const named = rows.flatMap(({ ours }) => ours).map((code) => /^([A-Za-z]\w*)(?:\(|$)/.exec(code)?.[1]);
    const spoken = new Set(["fields", "run", "spawnProgram", "retryable", "dspex", "Reasoning"]);
    expect(named.filter((name) => name !== undefined && !exported.has(name) && !spoken.has(name))).toEqual([]);
  });
});

describe("dspyRows", () => {
  it("takes names and counterparts from the tables of the part that has every name", () => {
    const page =
      "# A\n\n| `no` | `no` |\n\n## Every name\n\n| DSPy | here |\n|---|---|\n| `A`, `B` | `a`, not `b.c` | x `d` |\n\n## Rest\n\n| `E` | `e` |\n";
    expect(dspyRows(page)).toEqual([{ theirs: ["A", "B"], ours: ["a", "b.c"] }]);
  });
});
