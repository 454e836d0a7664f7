import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { coverageTable, SHOWN_ELSEWHERE, SUITE, scenariosOf } from "./coverage.ts";
import { readSections } from "./scenario.ts";

const sections = [...readSections().values()];

describe("the cases of supervisor_SUITE", () => {
  it("are covered by scenarios or say why not", () => {
    const uncovered = SUITE.filter(
      (suiteCase) => scenariosOf(suiteCase, sections).length === 0 && SHOWN_ELSEWHERE[suiteCase.name] === undefined,
    );
    expect(uncovered).toEqual([]);
  });

  it("say nothing of cases that scenarios cover, or that are no cases", () => {
    const needless = Object.keys(SHOWN_ELSEWHERE).filter((name) => {
      const suiteCase = SUITE.find((one) => one.name === name);
      return suiteCase === undefined || scenariosOf(suiteCase, sections).length > 0;
    });
    expect(needless).toEqual([]);
  });

  it("name tests that are there", () => {
    const named = Object.values(SHOWN_ELSEWHERE).flatMap((words) => words.match(/test\/[\w/-]+\.test\.ts/g) ?? []);
    expect(named.filter((path) => !existsSync(join(import.meta.dirname, "..", "..", path)))).toEqual([]);
  });

  it("are in the documentation as `npm run conformance:otp -- --coverage` prints them", () => {
    const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "conformance.md"), "utf8");
    expect(page).toContain(coverageTable(sections));
  });
});
