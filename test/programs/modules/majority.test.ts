import { describe, expect, it } from "vitest";
import { majority, predict } from "../../../programs/index.ts";
import { run, scripted } from "../scripted-program.ts";

const answers = (...said: readonly unknown[]) => said.map((answer, n) => ({ n, answer }));

describe("majority", () => {
  it("answers the first of those that most agree on, as texts are compared in DSPy", () => {
    expect(majority(answers("no", "The Yes!", "yes"))).toEqual({ n: 1, answer: "The Yes!" });
  });

  it("answers the first where several are as frequent", () => {
    expect(majority(answers("b", "a", "a", "b"))).toMatchObject({ n: 0 });
  });

  it("does not count what normalises to nothing, unless all do", () => {
    expect(majority(answers("the", "!", "word"))).toMatchObject({ n: 2 });
    expect(majority(answers("", "!"))).toMatchObject({ n: 0 });
    expect(majority(answers("x", "y"), { normalize: () => null })).toMatchObject({ n: 0 });
  });

  it("compares what is no text as JSON", () => {
    expect(majority(answers([1, { a: 1, b: 2 }], 3, [1, { b: 2, a: 1 }]))).toMatchObject({ n: 0 });
    expect(majority(answers("3", 3, 3))).toMatchObject({ n: 1 });
  });

  it("votes on the field that it is told, and compares as it is told", () => {
    const rows = [
      { label: "A1", why: "x" },
      { label: "B1", why: "y" },
      { label: "A2", why: "y" },
    ];
    expect(majority(rows)).toBe(rows[1]);
    expect(majority(rows, { field: "label", normalize: (label) => String(label)[0] })).toBe(rows[0]);
    // @ts-expect-error: no such field.
    majority(rows, { field: "lable" });
  });

  it("takes one prediction's completions", async () => {
    const prediction = await run(predict("q -> a", { config: { n: 3 } }), { q: "q" }, scripted());
    expect(majority(prediction)).toEqual({ a: "a-1" });
    expect(majority({ a: "alone" })).toEqual({ a: "alone" });
  });

  it("refuses a vote on nothing", () => {
    expect(() => majority([])).toThrow(expect.objectContaining({ code: "PROGRAM_MODULE_INVALID" }));
  });
});
