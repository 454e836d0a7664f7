import { describe, expect, it } from "vitest";
import { parallel, predict, programState } from "../../../programs/index.ts";
import { isBaseError } from "../../../runtime/base/index.ts";
import { createManualClock } from "../../../testing/index.ts";
import { run } from "../scripted-program.ts";
import { answering, promptOf } from "./answering.ts";

const qa = predict("question -> answer");
const items = ["a", "fail 1", "b", "fail 2", "c"].map((question) => ({ question }));
/** Answers with the question in capitals; fails where it is asked to. */
const echo = () =>
  answering((request) => {
    const question = /\[\[ ## question ## \]\]\n(.*)\n\nRespond/.exec(promptOf(request))?.[1] ?? "";
    if (question.startsWith("fail")) throw new Error(question);
    return { answer: question.toUpperCase() };
  });

describe("parallel", () => {
  it("runs its module at each item, and tells results and failures in the order of the items", async () => {
    const { results, failures } = await run(parallel(qa), { items }, echo());
    expect(results).toEqual([{ answer: "A" }, null, { answer: "B" }, null, { answer: "C" }]);
    expect(failures).toMatchObject([
      { index: 1, error: { message: "fail 1" } },
      { index: 3, error: { message: "fail 2" } },
    ]);
    expect(await run(parallel(qa), { items: [] }, echo())).toEqual({ results: [], failures: [] });
  });

  it("works on so many at once and no more", async () => {
    let running = 0;
    let most = 0;
    const ports = answering(async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return { answer: "x" };
    });
    await run(parallel(qa, { concurrency: 2 }), { items }, ports);
    expect(most).toBe(2);
  });

  it("gives the rest up at too many failures, and hands out what was done", async () => {
    const ports = echo();
    const failing = run(parallel(qa, { maxErrors: 1, concurrency: 1 }), { items }, ports);
    await expect(failing).rejects.toSatisfy((error) => {
      if (!isBaseError(error, "PROGRAM_PARALLEL_FAILED")) return false;
      expect(error.details["results"]).toEqual([{ answer: "A" }, null, null, null, null]);
      expect(error.cause).toMatchObject({ message: "fail 1" });
      return true;
    });
    expect(ports.requests).toHaveLength(2);
  });

  it("calls off what is under way where it gives up", async () => {
    const signals: AbortSignal[] = [];
    const ports = answering((request, { signal }) => {
      signals.push(signal);
      if (promptOf(request).includes("fail")) throw new Error("failed");
      return new Promise(() => {});
    });
    await expect(run(parallel(qa, { maxErrors: 1 }), { items: items.slice(0, 2) }, ports)).rejects.toMatchObject({
      code: "PROGRAM_PARALLEL_FAILED",
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it("gives an item so long and no longer", async () => {
    const clock = createManualClock();
    const ports = answering((request) =>
      promptOf(request).includes("fail 1") ? new Promise(() => {}) : { answer: "x" },
    );
    const running = run(parallel(qa, { itemTimeoutMs: 30 }), { items: items.slice(0, 3) }, ports, { clock });
    await clock.advance(30);
    expect(await running).toMatchObject({
      results: [{ answer: "x" }, null, { answer: "x" }],
      failures: [{ index: 1, error: { code: "PROGRAM_DEADLINE_EXCEEDED" } }],
    });
  });

  it("ends with the run", async () => {
    const controller = new AbortController();
    const ports = answering(() => new Promise(() => {}));
    const running = run(parallel(qa), { items }, ports, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "PROGRAM_ABORTED" });
  });

  it("is typed as its module is", () => {
    expect(Object.keys(programState(parallel(qa)))).toEqual(["module"]);
    // @ts-expect-error: items are the module's inputs.
    void (() => run(parallel(qa), { items: [{ text: "a" }] }, echo()));
    expect(() => parallel(qa, { concurrency: 0.5 })).toThrow(/whole number/);
  });
});
