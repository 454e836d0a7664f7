import { describe, expect, it } from "vitest";
import { hostedMetric, type Metric, namedMetrics, scoreExample } from "../../evaluate/index.ts";
import { example, toPrediction } from "../../programs/index.ts";

const code =
  "export const long = (example, prediction) => prediction.answer === example.get('answer'); export const five = 5;";
const url = `data:text/javascript,${encodeURIComponent(code)}`;
type Module = { readonly long: Metric; readonly five: number };

describe("hostedMetric", () => {
  it("is a metric like any other, called by its export's name, and runs where it is called", async () => {
    const metrics = namedMetrics(hostedMetric<Module>(url, "long", { host: "thread" }));
    const outcome = await scoreExample(metrics, example({ answer: "a" }).withInputs(), toPrediction({ answer: "a" }), {
      purpose: "evaluation",
      trace: [],
    });
    expect(outcome).toEqual({ status: "scored", scores: { long: { score: 1 } } });
  });

  it.each([
    ["a relative address", () => hostedMetric<Module>("./m.ts", "long", { host: "thread" })],
    ["another host", () => hostedMetric<Module>(url, "long", { host: "process" as "thread" })],
    ["no time", () => hostedMetric<Module>(url, "long", { host: "thread", timeoutMs: 0 })],
    ["no name", () => hostedMetric<Module>(url, "" as "long", { host: "thread" })],
  ])("refuses %s", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "EVALUATION_METRIC_INVALID" }));
  });

  it("says what a module exports that has no such metric", async () => {
    const metric = hostedMetric<{ readonly five: Metric }>(url, "five", { host: "thread" });
    await expect(Promise.resolve(metric(example({}), {}, { purpose: "evaluation", trace: [] }))).rejects.toMatchObject({
      code: "EVALUATION_METRIC_INVALID",
      message: expect.stringContaining("It exports five, long"),
    });
  });
});
