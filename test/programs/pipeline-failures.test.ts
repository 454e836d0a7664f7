import { describe, expect, it } from "vitest";
import { type Call, pipeline, predict, prepareProgram, stepsOf, streamProgram } from "../../programs/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { run, scripted } from "./scripted-program.ts";

const boom = (message: string) => () => {
  throw new Error(message);
};

describe("a pipeline whose step fails", () => {
  const failing = pipeline("a")
    .step("one", () => ({ b: 1 }))
    .step("two", boom("no") as () => { c: number })
    .step("three", ({ c }) => ({ d: c }));

  it("stops with the step's failure, and runs none behind it", async () => {
    const stream = streamProgram(prepareProgram(failing), { a: "" }, scripted());
    const parts: string[] = [];
    await expect(
      (async () => {
        for await (const part of stream) parts.push("step" in part ? `${part.type} ${part.path}` : part.type);
      })(),
    ).rejects.toMatchObject({ code: "PROGRAM_FORWARD_FAILED", details: { path: "two" } });
    expect(parts).toEqual(["step-complete one", "step-failed two"]);
  });

  it("goes on where it is told to, and says what became of each step", async () => {
    const made = pipeline("a", { onError: "continue" })
      .step("one", () => ({ b: 1 }))
      .step("two", boom("no") as () => { c: string })
      .step("three", predict("c -> d"))
      .step("four", ({ b }) => ({ e: b + 1 }));
    const outputs = await run(made, { a: "" }, scripted());
    expect({ ...outputs }).toEqual({ b: 1, e: 2 });
    expect(stepsOf(outputs).map(({ step, status }) => `${step} ${status}`)).toEqual([
      "one stopped",
      "two failed",
      "three failed",
      "four stopped",
    ]);
    expect(stepsOf(outputs)[2]?.error).toMatchObject({ code: "PROGRAM_INPUT_INVALID" });
  });

  it("rejects with every failure where nothing comes of it at all", async () => {
    const made = pipeline("a", { onError: "continue" })
      .parallel({ one: boom("first") as () => { b: number }, two: boom("second") as () => { c: number } })
      .step("three", () => ({ d: 1 }));
    expect({ ...(await run(made, { a: "" }, scripted())) }).toEqual({ d: 1 });
    await expect(run(made.answers("b", "c"), { a: "" }, scripted())).rejects.toMatchObject({
      code: "PIPELINE_FAILED",
      message: expect.stringMatching(/`one`.*first[\s\S]*`two`.*second/),
      details: {
        failures: [
          { step: "one", code: "PROGRAM_FORWARD_FAILED" },
          { step: "two", code: "PROGRAM_FORWARD_FAILED" },
        ],
      },
    });
  });

  it("ends those that run beside it", async () => {
    let reason: unknown;
    const waiting = (_values: object, call: Call): Promise<{ b: number }> =>
      new Promise((_, reject) => {
        call.signal.addEventListener("abort", () => {
          reason = call.signal.reason;
          reject(call.signal.reason);
        });
      });
    const made = pipeline("a").parallel({ slow: waiting, bad: boom("no") as () => { c: number } });
    await expect(run(made, { a: "" }, scripted())).rejects.toMatchObject({ details: { path: "bad" } });
    expect(reason).toMatchObject({ code: "PROGRAM_ABORTED" });
  });

  it("ends a step past its time, and no other", async () => {
    const clock = createManualClock();
    const never = () => new Promise<{ b: number }>(() => {});
    const made = pipeline("a", { onError: "continue" })
      .parallel({ slow: never, quick: () => ({ c: 1 }) }, { timeoutMs: 50 })
      .step("after", () => ({ d: 1 }));
    const running = run(made, { a: "" }, scripted(), { clock });
    await Promise.resolve();
    await clock.advance(50);
    const outputs = await running;
    expect({ ...outputs }).toEqual({ c: 1, d: 1 });
    expect(stepsOf(outputs).find(({ step }) => step === "slow")).toMatchObject({
      status: "failed",
      durationMs: 50,
      error: { code: "PROGRAM_DEADLINE_EXCEEDED" },
    });
  });

  it("does not go on once the run is cancelled", async () => {
    const controller = new AbortController();
    let ran = false;
    const made = pipeline("a", { onError: "continue" })
      .step("one", () => {
        controller.abort();
        throw new Error("cut off");
      })
      .step("two", () => {
        ran = true;
        return {};
      });
    await expect(run(made, { a: "" }, scripted(), { signal: controller.signal })).rejects.toMatchObject({
      code: "PROGRAM_ABORTED",
    });
    expect(ran).toBe(false);
  });
});

describe("stepsOf", () => {
  it("is empty for what no pipeline made", async () => {
    expect(stepsOf(await run(predict("a -> b"), { a: "x" }, scripted()))).toEqual([]);
  });
});
