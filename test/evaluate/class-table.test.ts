import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classTable, renderClassTable } from "../../evaluate/index.ts";

const pairs = [
  { expected: "a", predicted: "a" },
  { expected: "a", predicted: "a" },
  { expected: "a", predicted: "b" },
  { expected: "b", predicted: "b" },
  { expected: "b", predicted: null },
  { expected: "c", predicted: "d" },
];

describe("classTable", () => {
  it("counts precision, recall and F1 by class, the largest first", () => {
    const { classes, accuracy, macroF1, support } = classTable(pairs);
    expect(classes).toEqual([
      { label: "a", precision: 1, recall: 2 / 3, f1: 0.8, support: 3, predicted: 2 },
      { label: "b", precision: 0.5, recall: 0.5, f1: 0.5, support: 2, predicted: 2 },
      { label: "c", precision: null, recall: 0, f1: 0, support: 1, predicted: 0 },
      { label: "d", precision: 0, recall: null, f1: 0, support: 0, predicted: 1 },
    ]);
    expect([accuracy, support]).toEqual([0.5, 6]);
    expect(macroF1).toBeCloseTo((0.8 + 0.5 + 0) / 3, 12);
  });

  it("is empty for nothing", () => {
    expect(classTable([])).toEqual({ classes: [], accuracy: null, macroF1: null, support: 0 });
  });

  it("does not depend on the order, and its recall weighted by support is the accuracy", () => {
    const label = fc.constantFrom("a", "b", "c");
    const list = fc.array(fc.record({ expected: label, predicted: fc.option(label) }), { minLength: 1 });
    fc.assert(
      fc.property(list, (drawn) => {
        const table = classTable(drawn);
        expect(classTable([...drawn].reverse())).toEqual(table);
        const hits = table.classes.reduce((sum, { recall, support }) => sum + (recall ?? 0) * support, 0);
        expect(hits / drawn.length).toBeCloseTo(table.accuracy ?? Number.NaN, 9);
      }),
    );
  });
});

describe("renderClassTable", () => {
  it("aligns its columns", () => {
    expect(renderClassTable(classTable(pairs.slice(0, 4)))).toBe(
      [
        "class                     precision  recall    f1  examples",
        "a                              1.00    0.67  0.80         3",
        "b                              0.50    1.00  0.67         1",
        "all (accuracy, macro f1)               0.75  0.73         4",
      ].join("\n"),
    );
  });
});
