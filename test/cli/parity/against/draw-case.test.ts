import { describe, expect, it } from "vitest";
import { drawCase } from "../../../../cli/parity/against/draw-case.ts";
import { savedFile } from "../../../../cli/parity/against/judge-saved.ts";

const cases = Array.from({ length: 300 }, (_, seed) => drawCase(seed));

describe("drawCase", () => {
  it("draws the same from the same seed", () => {
    expect(cases.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, seed) => drawCase(seed)));
  });

  it("draws prompts, answers, values, whole calls, strings and saved programs, for each adapter", () => {
    const groups = new Set(cases.map(({ group }) => group));
    for (const what of ["format", "parse", "calls"]) {
      for (const adapter of ["chat", "json", "xml"]) expect(groups).toContain(`${what} ${adapter}`);
    }
    for (const group of ["values", "signature strings", "saved programs"]) expect(groups).toContain(group);
  });

  it("draws programs that can be saved", () => {
    for (const each of cases) if (each.kind === "saved") expect(() => JSON.parse(savedFile(each.case))).not.toThrow();
  });
});
