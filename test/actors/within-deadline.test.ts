// Bounds in time: the work's own end, the caller's abort and the deadline, each first once.
// Knows nothing of examples and metrics.
import { describe, expect, it } from "vitest";
import { withinDeadline } from "../../actors/within-deadline.ts";
import { createRuntime, dataset, predict } from "../../index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { createManualClock, scriptedLm } from "../../testing/index.ts";

const late = (): BaseError => new BaseError("LATE", "too late");
const never = (signals: AbortSignal[]) => (signal: AbortSignal) => {
  signals.push(signal);
  return new Promise<never>(() => {});
};

describe("withinDeadline", () => {
  it("answers what the work answers, and leaves no timer behind", async () => {
    const clock = createManualClock();
    const bounds = { clock, deadlineAt: clock.now() + 10, signal: new AbortController().signal, late };
    expect(await withinDeadline(bounds, async () => 7)).toBe(7);
    expect(clock.pendingTimers).toBe(0);
  });

  it("rejects at the deadline and tells the work", async () => {
    const clock = createManualClock();
    const signals: AbortSignal[] = [];
    const bounds = { clock, deadlineAt: clock.now() + 10, signal: new AbortController().signal, late };
    const outcome = expect(withinDeadline(bounds, never(signals))).rejects.toMatchObject({ code: "LATE" });
    await clock.advance(10);
    await outcome;
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
  });

  it("rejects with the caller's reason, also where it came before", async () => {
    const clock = createManualClock();
    const controller = new AbortController();
    const bounds = { clock, deadlineAt: clock.now() + 10, signal: controller.signal, late };
    const outcome = expect(withinDeadline(bounds, never([]))).rejects.toBe("enough");
    controller.abort("enough");
    await outcome;
    await expect(withinDeadline(bounds, never([]))).rejects.toBe("enough");
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("Runtime.evaluate", () => {
  const lm = scriptedLm(() => "[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]");
  const examples = dataset([{ question: "a", answer: "yes" }], { inputs: ["question"] });

  it("fails the example whose metric never settles, at the example's deadline", async () => {
    await using runtime = await createRuntime({ lm });
    const report = await runtime.evaluate(predict("question -> answer"), {
      dataset: examples,
      metric: () => new Promise<number>(() => {}),
      exampleTimeoutMs: 30,
    });
    expect(report.results.examples).toMatchObject([{ status: "failed", code: "EVALUATION_METRIC_TIMEOUT" }]);
  });

  it("is cancelled while a metric hangs", async () => {
    await using runtime = await createRuntime({ lm });
    const controller = new AbortController();
    const metric = (): Promise<number> => {
      controller.abort();
      return new Promise(() => {});
    };
    const run = runtime.evaluate(predict("question -> answer"), {
      dataset: examples,
      metric,
      signal: controller.signal,
    });
    await expect(run).rejects.toMatchObject({ code: "RUN_CANCELLED" });
  });
});

describe("Runtime.events", () => {
  it("ends iterations when the runtime has stopped", async () => {
    const runtime = await createRuntime();
    const types: string[] = [];
    const reading = (async () => {
      for await (const { type } of runtime.events("application.#")) types.push(type);
    })();
    await runtime.stop();
    await reading;
    expect(types).toEqual(["application.runtime.stopped"]);
  });
});
