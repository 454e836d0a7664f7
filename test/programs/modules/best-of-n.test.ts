import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestOfN, type LmRequest, predict, program, programState } from "../../../programs/index.ts";
import { run } from "../scripted-program.ts";
import { answering } from "./answering.ts";

const qa = predict("question -> answer");
const byRollout =
  (answers: readonly string[]) =>
  ({ rolloutId = 0 }: LmRequest) => ({ answer: answers[rolloutId] ?? "none" });
const length = (_inputs: object, { answer }: { readonly answer: string }) => answer.length;

describe("bestOfN", () => {
  it("answers the attempt with the highest reward, the first among equals", async () => {
    const ports = answering(byRollout(["aa", "bbb", "ccc"]));
    expect(await run(bestOfN(qa, { n: 3, reward: length }), { question: "q" }, ports)).toEqual({ answer: "bbb" });
    expect(ports.requests.map(({ rolloutId, options }) => [rolloutId, options.temperature])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  it("hands the reward the inputs and the prediction", async () => {
    const seen: object[] = [];
    const reward = (inputs: object, prediction: object) => seen.push({ inputs, prediction });
    await run(bestOfN(qa, { n: 1, reward }), { question: "q" }, answering(byRollout(["a"])));
    expect(seen).toEqual([{ inputs: { question: "q" }, prediction: { answer: "a" } }]);
  });

  it("makes no further attempt, one at a time, once one is good enough", async () => {
    const ports = answering(byRollout(["a", "bb", "ccc"]));
    const best = bestOfN(qa, { n: 3, reward: length, threshold: 2, concurrency: 1 });
    expect(await run(best, { question: "q" }, ports)).toEqual({ answer: "bb" });
    expect(ports.requests).toHaveLength(2);
  });

  it("makes all at once, and calls off those behind one that is good enough", async () => {
    const signals: AbortSignal[] = [];
    const ports = answering(({ rolloutId = 0 }, { signal }) => {
      signals[rolloutId] = signal;
      return rolloutId === 2 ? new Promise(() => {}) : { answer: "xx".slice(rolloutId === 1 ? 0 : 1) };
    });
    const best = bestOfN(qa, { n: 3, reward: length, threshold: 2 });
    expect(await run(best, { question: "q" }, ports)).toEqual({ answer: "xx" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, true]);
  });

  it("goes on where attempts fail, and fails with the last failure where all do", async () => {
    const failing = answering(({ rolloutId }) => {
      if (rolloutId !== 1) throw new Error(`failure ${rolloutId}`);
      return { answer: "a" };
    });
    expect(await run(bestOfN(qa, { n: 3, reward: length }), { question: "q" }, failing)).toEqual({ answer: "a" });
    const strict = bestOfN(qa, { n: 3, reward: length, maxFailures: 0 });
    await expect(run(strict, { question: "q" }, failing)).rejects.toThrow("failure 0");
    const broken = answering(({ rolloutId }) => Promise.reject(new Error(`failure ${rolloutId}`)));
    await expect(run(bestOfN(qa, { n: 2, reward: length }), { question: "q" }, broken)).rejects.toThrow("failure 1");
  });

  it("takes a reward that is no number for a failed attempt", async () => {
    const reward = () => Number.NaN;
    await expect(
      run(bestOfN(qa, { n: 1, reward }), { question: "q" }, answering(byRollout(["a"]))),
    ).rejects.toMatchObject({ code: "PROGRAM_REWARD_INVALID" });
  });

  it("tells the trace of the best attempt alone", async () => {
    const ports = answering(byRollout(["a", "bbb", "cc"]));
    await run(bestOfN(qa, { n: 3, reward: length }), { question: "q" }, ports);
    expect(ports.steps).toEqual([{ path: "module", inputs: { question: "q" }, outputs: { answer: "bbb" } }]);
  });

  it("leaves a predictor's own temperature, and goes over that of the run", async () => {
    const ports = answering(() => ({ answer: "a" }));
    const both = program(
      { cool: qa.withConfig({ temperature: 0.2 }), plain: qa },
      async (inputs: { question: string }, steps) => {
        await steps.cool(inputs);
        return steps.plain(inputs);
      },
    );
    const settings = { lm: { temperature: 0, maxTokens: 7 }, lmBase: { topP: 0.5 } };
    await run(bestOfN(both, { n: 1, reward: length }), { question: "q" }, ports, { settings });
    expect(ports.requests.map(({ options }) => options)).toEqual([
      { topP: 0.5, temperature: 0.2, maxTokens: 7 },
      { topP: 0.5, temperature: 1, maxTokens: 7 },
    ]);
  });

  it("gives attempts of different rollouts different ids; under compat they are DSPy's, one attempt at a time", async () => {
    const ports = answering(() => ({ answer: "a" }));
    const best = bestOfN(qa, { n: 2, reward: () => 0 });
    for (const rolloutId of [0, 1]) await run(best, { question: "q" }, ports, { settings: { rolloutId } });
    await run(best, { question: "q" }, ports, { settings: { rolloutId: 1, compat: "dspy-3.3.1" } });
    expect(ports.requests.map(({ rolloutId }) => rolloutId)).toEqual([0, 1, 2, 3, 1, 2]);
  });

  it("ends with the run", async () => {
    const controller = new AbortController();
    const ports = answering(() => new Promise(() => {}));
    const running = run(bestOfN(qa, { n: 3, reward: length }), { question: "q" }, ports, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "PROGRAM_ABORTED" });
  });

  it("keeps DSPy's parameter path", () => {
    expect(Object.keys(programState(bestOfN(qa, { n: 2, reward: length })))).toEqual(["module"]);
  });

  it("refuses counts that are none", () => {
    expect(() => bestOfN(qa, { n: 0, reward: length })).toThrow(
      expect.objectContaining({ code: "PROGRAM_MODULE_INVALID" }),
    );
  });

  it("comes to the same however many attempts are made at once, and whichever ends first", async () => {
    const attempt = fc.record({ reward: fc.integer({ min: 0, max: 4 }), fails: fc.boolean(), turns: fc.nat(5) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(attempt, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 5 }),
        fc.nat(6),
        fc.integer({ min: 2, max: 6 }),
        async (attempts, threshold, maxFailures, concurrency) => {
          const outcome = async (atOnce: number): Promise<unknown> => {
            const ports = answering(async ({ rolloutId = 0 }) => {
              for (let turn = 0; turn < (attempts[rolloutId]?.turns ?? 0); turn++) await Promise.resolve();
              if (attempts[rolloutId]?.fails) throw new Error(`failure ${rolloutId}`);
              return { answer: String(rolloutId) };
            });
            const reward = (_: object, { answer }: { answer: string }) => attempts[Number(answer)]?.reward ?? 0;
            const best = bestOfN(qa, { n: attempts.length, reward, threshold, maxFailures, concurrency: atOnce });
            return run(best, { question: "q" }, ports).catch((error: Error) => error.message);
          };
          expect(await outcome(concurrency)).toEqual(await outcome(1));
        },
      ),
      { numRuns: 60 },
    );
  });
});
