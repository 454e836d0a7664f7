import { describe, expect, it } from "vitest";
import { demonstrationsOf, labeledFewShot, localStudy } from "../../optimizers/index.ts";
import { answering, questions, TwoSteps } from "./two-steps.ts";

const lm = answering(() => {
  throw new Error("nobody may be asked");
});
const compile = (options: object, more: object = {}) =>
  labeledFewShot(options).compile(localStudy({ student: new TwoSteps(), trainset: questions(40), lm, ...more }));
const shown = async (options: object, more?: object) =>
  Object.fromEntries(
    [...demonstrationsOf((await compile(options, more)).best)].map(([path, demos]) => [
      path,
      demos.map(({ question }) => question),
    ]),
  );

describe("labeledFewShot", () => {
  it("draws other examples for each predictor, as CPython's Random(0) does", async () => {
    expect(await shown({ k: 3 })).toEqual({ step1: ["q24", "q26", "q2"], step2: ["q16", "q32", "q31"] });
  });

  it("takes the first examples where it shall not sample", async () => {
    expect(await shown({ k: 2, sample: false })).toEqual({ step1: ["q0", "q1"], step2: ["q0", "q1"] });
  });

  it("shows what there is where k is larger", async () => {
    const { step1 = [] } = await shown({}, { trainset: questions(5) });
    expect([...step1].sort()).toEqual(["q0", "q1", "q2", "q3", "q4"]);
  });

  it("draws otherwise for another seed, but not under compat", async () => {
    expect(await shown({ k: 3 }, { seed: 1 })).not.toEqual(await shown({ k: 3 }));
    expect(await shown({ k: 3 }, { seed: 1, settings: { compat: "dspy-3.3.1" } })).toEqual(await shown({ k: 3 }));
  });

  it("replaces earlier demonstrations on a copy and leaves the student as it was", async () => {
    const { best: student } = await compile({ k: 1 });
    const before = JSON.stringify([...demonstrationsOf(student)]);
    const { best } = await compile({ k: 2 }, { student });
    expect(demonstrationsOf(best).get("step1")).toHaveLength(2);
    expect(JSON.stringify([...demonstrationsOf(student)])).toBe(before);
  });

  it("refuses options it does not know, and values that make no sense", () => {
    expect(() => labeledFewShot({ K: 3 } as object)).toThrow(/no option "K". Did you mean "k"\?/);
    expect(() => labeledFewShot({ k: -1 })).toThrow(
      expect.objectContaining({ code: "OPTIMIZER_OPTION_INVALID", message: expect.stringContaining("found -1") }),
    );
    expect(() => labeledFewShot({ sample: "yes" } as object)).toThrow(/true or false, found "yes"/);
  });
});
