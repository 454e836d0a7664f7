import { describe, expect, it } from "vitest";
import {
  answerExactMatch,
  answerPassageMatch,
  exactMatch,
  f1,
  hotPotF1,
  type Metric,
  namedMetrics,
  scoreExample,
} from "../../evaluate/index.ts";
import { Example, toPrediction } from "../../programs/index.ts";

const judge = async (metric: Metric, fields: object, outputs: object) => {
  const example = new Example({ ...fields }).withInputs();
  const context = { purpose: "evaluation", trace: [] } as const;
  const outcome = await scoreExample(namedMetrics({ m: metric }), example, toPrediction(outputs), context);
  return outcome.status === "scored" ? outcome.scores.m?.score : outcome.status;
};

describe("exactMatch", () => {
  it.each([
    [{ answer: "The Eiffel Tower" }, { answer: "eiffel tower!" }, 1],
    [{ answer: ["Louvre", "Eiffel Tower"] }, { answer: "Eiffel Tower" }, 1],
    [{ answer: "Paris, France" }, { answer: "Paris" }, 0],
    [{ answer: 3 }, { answer: 3 }, 1],
    [{ answer: true }, { answer: false }, 0],
    [{ answer: "x" }, { answer: null }, 0],
    [{ question: "?" }, { answer: "x" }, "unscored"],
    [{ answer: [] }, { answer: "x" }, "unscored"],
    [{ answer: "x" }, { label: "x" }, "failed"],
  ])("says of %j and %j: %s", async (fields, outputs, expected) => {
    expect(await judge(exactMatch("answer"), fields, outputs)).toBe(expected);
  });

  it("compares to the letter where it is told to", async () => {
    const metric = exactMatch("answer", { normalize: "none" });
    expect(await judge(metric, { answer: "Yes" }, { answer: "yes" })).toBe(0);
    expect(await judge(metric, { answer: "Yes" }, { answer: "Yes" })).toBe(1);
  });

  it("takes the right answer from another field", async () => {
    expect(await judge(exactMatch("label", { expected: "gold" }), { gold: "a1" }, { label: "A1" })).toBe(1);
  });

  it("is reported under its name", () => {
    expect(namedMetrics(exactMatch("answer"))[0]?.metricName).toBe("exactMatch");
  });
});

describe("f1 and hotPotF1", () => {
  it("differ on closed answers only", async () => {
    const fields = { answer: "yes" };
    expect(await judge(f1("answer"), fields, { answer: "yes it is" })).toBe(0.5);
    expect(await judge(hotPotF1("answer"), fields, { answer: "yes it is" })).toBe(0);
    expect(await judge(hotPotF1("answer"), fields, { answer: "Yes." })).toBe(1);
  });
});

describe("answerExactMatch", () => {
  it("asks for a part of F1 where frac is below 1", async () => {
    const fields = { answer: ["Eiffel Tower in Paris", "Louvre"] };
    expect(await judge(answerExactMatch(), fields, { answer: "Eiffel Tower" })).toBe(0);
    expect(await judge(answerExactMatch({ frac: 0.6 }), fields, { answer: "Eiffel Tower" })).toBe(1);
  });
});

describe("answerPassageMatch", () => {
  it("looks for the answer in the passages of the prediction", async () => {
    const passages = { context: ["Nothing here.", "The Eiffel Tower is in Paris."] };
    expect(await judge(answerPassageMatch(), { answer: "eiffel tower" }, passages)).toBe(1);
    expect(await judge(answerPassageMatch(), { answer: "Louvre" }, passages)).toBe(0);
    expect(await judge(answerPassageMatch(), { answer: "Louvre" }, { context: "a text" })).toBe("failed");
  });
});
