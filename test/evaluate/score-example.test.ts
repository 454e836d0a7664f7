import { describe, expect, it } from "vitest";
import { type Metric, type Metrics, namedMetrics, scoreExample, scoreWithFeedback } from "../../evaluate/index.ts";
import { Example, toPrediction } from "../../programs/index.ts";
import { UNREADABLE } from "../base/thrown.ts";

const given = new Example({ question: "q", answer: "yes" }).withInputs("question");
const said = toPrediction({ answer: "yes" });
const context = { purpose: "evaluation", trace: [] } as const;
const judge = (metrics: Metrics) => scoreExample(namedMetrics(metrics), given, said, context);

describe("scoreExample", () => {
  it.each<[string, Metric, unknown]>([
    ["a number", () => 0.25, { score: 0.25 }],
    ["true", () => true, { score: 1 }],
    ["false", async () => false, { score: 0 }],
    [
      "a score with feedback",
      () => scoreWithFeedback(0.5, "half right", { missing: ["x"] }),
      {
        score: 0.5,
        feedback: "half right",
        details: { missing: ["x"] },
      },
    ],
  ])("takes %s", async (_, metric, score) => {
    expect(await judge({ m: metric })).toEqual({ status: "scored", scores: { m: score } });
  });

  it("gives a metric labels by `get`; that they are no properties, the types say", async () => {
    const byGet: Metric = (example, { answer }) => answer === example.get("answer");
    // @ts-expect-error: an example's fields are no properties of it.
    const byProperty: Metric = (example, { answer }) => answer === example.answer;
    expect(await judge({ byGet, byProperty })).toMatchObject({
      scores: { byGet: { score: 1 }, byProperty: { score: 0 } },
    });
    const misnamed: Metric = (example) => example.get("anser") === "yes";
    expect(await judge({ misnamed })).toMatchObject({
      status: "failed",
      error: { message: expect.stringContaining("answer") },
    });
  });

  it.each(UNREADABLE)("fails the example where a metric throws %s", async (_what, thrown, text) => {
    const metric = () => {
      throw thrown();
    };
    expect(await judge({ m: metric })).toMatchObject({
      status: "failed",
      error: { code: "EVALUATION_METRIC_FAILED", message: expect.stringContaining(text) },
    });
  });

  it("says that a metric abstained", async () => {
    expect(await judge({ m: () => ({ unscored: "no label" }) })).toEqual({ status: "unscored", reason: "no label" });
  });

  it("keeps the other metrics' scores where the primary abstains, and leaves out others that do", async () => {
    const abstain: Metric = () => ({ unscored: "no label" });
    expect(await judge({ a: abstain, b: () => 1 })).toEqual({
      status: "unscored",
      reason: "no label",
      scores: { b: { score: 1 } },
    });
    expect(await judge({ b: () => 1, a: abstain })).toEqual({ status: "scored", scores: { b: { score: 1 } } });
  });

  it("turns a throw into a failure that keeps the cause", async () => {
    const outcome = await judge({
      m: () => {
        throw new RangeError("no such label");
      },
    });
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "EVALUATION_METRIC_FAILED", details: { metric: "m" }, cause: { name: "RangeError" } },
    });
  });

  // What JavaScript lets a metric answer although its type forbids it.
  const answers: [string, unknown, RegExp][] = [
    ["NaN", Number.NaN, /found NaN/],
    ["undefined", undefined, /found undefined/],
    ["null", null, /found null/],
    ["a text", "1", /the text "1"/],
    ["infinity", { score: Number.POSITIVE_INFINITY }, /score: Infinity/],
    ["an object without a score", { value: 1 }, /an object with value/],
    ["an abstention without a reason", { unscored: true }, /without a reason/],
    ["details that are no JSON", { score: 1, details: { when: () => 1 } }, /no JSON/],
  ];
  it.each(answers)("fails for %s, and says so", async (_, answer, words) => {
    const outcome = await judge({ m: (() => answer) as Metric });
    expect(outcome).toMatchObject({ status: "failed", error: { code: "EVALUATION_METRIC_INVALID" } });
    expect(outcome.status === "failed" ? outcome.error.message : "").toMatch(words);
  });
});

describe("namedMetrics", () => {
  it("calls a function by its name, and keeps the order of a record", () => {
    function exact() {
      return true;
    }
    expect(namedMetrics(exact).map(({ metricName }) => metricName)).toEqual(["exact"]);
    expect(namedMetrics(() => 1).map(({ metricName }) => metricName)).toEqual(["metric"]);
    expect(namedMetrics({ b: exact, a: exact }).map(({ metricName }) => metricName)).toEqual(["b", "a"]);
  });

  it("takes metrics that name the fields they read", () => {
    const typed = ({ fields }: Example<{ answer: string }>, { answer }: { answer: string }) => fields.answer === answer;
    expect(namedMetrics({ typed })).toHaveLength(1);
  });

  it("refuses none, and what is no function", () => {
    const code = expect.objectContaining({ code: "EVALUATION_METRIC_INVALID" });
    expect(() => namedMetrics({})).toThrow(code);
    expect(() => namedMetrics({ m: "exact" as unknown as Metric })).toThrow(code);
  });
});
