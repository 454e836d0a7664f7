import { describe, expect, it } from "vitest";
import { createRuntime, hostedMetric, type Metric } from "../../index.ts";
import { answeringLm, qa, questions, saying } from "./questions.ts";

type Metrics = typeof import("./hosted-metrics.ts");
const url = new URL("./hosted-metrics.ts", import.meta.url);
const hosted = (name: "inThread" | "endless" | "waiting" | "failing", timeoutMs?: number): Metric =>
  hostedMetric<Metrics>(url, name, { host: "thread", ...(timeoutMs === undefined ? {} : { timeoutMs }) });
const newLm = () => answeringLm((question) => saying(question));

async function outcomes(metric: Metric, count = 3) {
  await using runtime = await createRuntime({ lm: newLm() });
  const { results } = await runtime.evaluate(qa(), { dataset: questions(count), metric });
  return results.examples;
}

describe("a hosted metric", () => {
  it("judges in a thread, given what every metric is given, and is called by its export's name", async () => {
    expect(await outcomes(hosted("inThread"), 2)).toEqual([
      { exampleId: "q0", status: "scored", scores: { inThread: { score: 1, feedback: "q0 q0 evaluation 1" } } },
      { exampleId: "q1", status: "scored", scores: { inThread: { score: 1, feedback: "q1 q1 evaluation 1" } } },
    ]);
  }, 180_000);

  it.each(["endless", "waiting"] as const)(
    "that is %s on one example fails that one, and the others are judged",
    async (name) => {
      const rows = await outcomes(hosted(name, 5000), 4);
      expect(rows.map((row) => (row.status === "failed" ? row.code : row.status))).toEqual([
        "scored",
        "EVALUATION_METRIC_TIMEOUT",
        "scored",
        "scored",
      ]);
    },
    180_000,
  );

  it("judges beside one of this thread", async () => {
    await using runtime = await createRuntime({ lm: newLm() });
    const metric = {
      here: (_: object, { answer }: { readonly answer?: unknown }) => answer === "q0",
      inThread: hosted("inThread"),
    };
    const { results } = await runtime.evaluate(qa(), { dataset: questions(2), metric });
    expect(
      results.examples.map(
        (row) => row.status === "scored" && [row.scores["here"]?.score, row.scores["inThread"]?.score],
      ),
    ).toEqual([
      [1, 1],
      [0, 1],
    ]);
  }, 180_000);

  it.each([
    ["throws", hosted("failing"), "out of range"],
    [
      "is no function",
      hostedMetric<{ notAMetric: Metric }>(url, "notAMetric", { host: "thread" }),
      'a metric "notAMetric", found number',
    ],
    [
      "does not load",
      hostedMetric<{ any: Metric }>("data:text/javascript,throw new Error('at once')", "any", { host: "thread" }),
      "at once",
    ],
  ])(
    "that %s fails its examples",
    async (_, metric, words) => {
      const rows = await outcomes(metric, 1);
      expect(rows).toMatchObject([
        { status: "failed", code: "EVALUATION_METRIC_FAILED", message: expect.stringContaining(words) },
      ]);
    },
    180_000,
  );

  it("ends with its run", async () => {
    await using runtime = await createRuntime({ lm: newLm() });
    const cancel = new AbortController();
    const running = runtime.evaluate(qa(), {
      dataset: questions(2),
      metric: hosted("endless"),
      signal: cancel.signal,
      onProgress: ({ finished }) => finished === 1 && cancel.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: "RUN_CANCELLED" });
  }, 180_000);
});
