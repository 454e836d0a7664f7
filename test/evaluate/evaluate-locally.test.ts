import { describe, expect, it } from "vitest";
import { dataset, evaluateLocally, exactMatch, type LocalEvaluationOptions } from "../../evaluate/index.ts";
import { type LmPort, predict } from "../../programs/index.ts";
import type { Clock } from "../../runtime/base/index.ts";

const qa = predict("question -> answer");
const data = (n: number) =>
  dataset(
    Array.from({ length: n }, (_, i) => ({ question: `q${i}`, answer: `a${i}` })),
    { inputs: ["question"] },
  );
const answering =
  (answer: (question: string) => string): LmPort =>
  async (request) => {
    const question = /\]\]\n(\S+)/.exec(String(request.messages.at(-1)?.content))?.[1] ?? "";
    const text = `[[ ## answer ## ]]\n${answer(question)}\n\n[[ ## completed ## ]]`;
    return { completions: [{ text }], model: "table", usage: { inputTokens: 10, outputTokens: 2 } };
  };
const right = answering((question) => question.replace("q", "a"));
const stopped: Clock = { now: () => 0, wallMs: () => 0, setTimer: () => ({ cancel() {} }) };
const evaluate = (n: number, more: Partial<LocalEvaluationOptions> = {}) =>
  evaluateLocally(qa, data(n), { lm: right, metrics: { exact: exactMatch("answer") }, clock: stopped, ...more });

describe("evaluateLocally", () => {
  it("scores every example and counts calls and tokens; without prices the cost is unknown", async () => {
    const { results, measures } = await evaluate(5);
    expect(results).toMatchObject({ status: "complete", score: 1, counts: { scored: 5, failed: 0 } });
    expect(measures).toMatchObject({ lmCalls: 5, inputTokens: 50, outputTokens: 10, costUsd: "unknown" });
  });

  it("makes failures outcomes", async () => {
    const lm = answering((question) => {
      if (question === "q1") throw new Error("no power");
      return "a0";
    });
    const { results } = await evaluate(3, { lm });
    expect(results.score).toBe(0.5);
    expect(results.examples.map(({ status }) => status)).toEqual(["scored", "failed", "scored"]);
    expect(results.examples[1]).toMatchObject({ message: expect.stringContaining("no power") });
  });

  it("runs no more examples at once than its window", async () => {
    let now = 0;
    let most = 0;
    const lm: LmPort = async (request, context) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return right(request, context);
    };
    await evaluate(10, { lm, window: 3 });
    expect(most).toBe(3);
  });

  it("gives up as its policy says, and keeps what was done", async () => {
    const lm = answering(() => {
      throw new Error("no power");
    });
    const { results } = await evaluate(50, { lm, window: 1, failurePolicy: { maxFailures: 4 } });
    expect(results).toMatchObject({
      status: "stopped",
      reason: "4 examples failed; the limit is 4.",
      counts: { failed: 4, missing: 46 },
    });
    expect((await evaluate(50, { lm, window: 1 })).results.counts.failed).toBe(10);
    const settings = { compat: "dspy-3.3.1" } as const;
    expect((await evaluate(50, { lm, window: 1, settings })).results).toMatchObject({ status: "stopped", score: 0 });
  });

  it("ends where it is cancelled, and keeps what was done", async () => {
    const controller = new AbortController();
    const { results } = await evaluate(20, {
      window: 1,
      signal: controller.signal,
      onResult: ({ exampleId }) => {
        if (exampleId.startsWith("2-")) controller.abort(new Error("stopped by hand"));
      },
    });
    expect(results).toMatchObject({
      status: "cancelled",
      reason: "stopped by hand",
      counts: { scored: 3, missing: 17 },
    });
  });

  it("gives the same results whatever the window", async () => {
    const one = await evaluate(12, { window: 1, seed: 3 });
    const many = await evaluate(12, { window: 12, seed: 3 });
    expect(many.results).toEqual(one.results);
  });
});
