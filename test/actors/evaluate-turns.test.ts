// Evaluations whose examples ask in turn: the next one is made ready while the one before is at the model.
// Knows nothing of how turns are given.
import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import { dataset } from "../../evaluate/index.ts";
import { predict } from "../../programs/index.ts";
import { createResultStore } from "../../stores/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { GatedBackend } from "./gated-backend.ts";
import { answeringLm, asked, metric, qa, questions, saying } from "./questions.ts";
import { turns, until } from "./waiting.ts";

describe("an evaluation of a program that asks once", () => {
  it("asks the next question when the one before is answered, but no further one before that is recorded", async () => {
    const backend = new GatedBackend();
    const first = Promise.withResolvers<string>();
    const lm = answeringLm((question) => (Number(question.slice(1)) < 2 ? first.promise : saying("yes")));
    await using runtime = await createRuntime({ lm, store: createResultStore(backend) });
    const running = runtime.evaluate(qa(), { dataset: questions(12), metric, window: 2 });
    await until("two are in flight", () => lm.inFlight === 2);
    const gate = Promise.withResolvers<void>();
    backend.gate = gate.promise;
    first.resolve(saying("yes"));
    await turns(50);
    expect(asked(lm)).toEqual(["q0", "q1", "q2", "q3"]);
    gate.resolve();
    expect((await running).results.counts.scored).toBe(12);
    expect(lm.maxInFlight).toBe(2);
  });

  it("counts no waiting for another example's answer as time that an example takes", async () => {
    const clock = createManualClock();
    const lm = answeringLm(() => ({ text: saying("yes"), delayMs: 80 }), { clock });
    await using runtime = await createRuntime({ lm, clock });
    const running = runtime.evaluate(qa(), { dataset: questions(8), metric, window: 2, exampleTimeoutMs: 100 });
    await clock.advance(80 * 4);
    const { results, measures } = await running;
    expect(results.counts).toMatchObject({ scored: 8, failed: 0 });
    expect(measures.latency).toMatchObject({ maxMs: 80 });
  });

  it("asks once more where an answer cannot be read, and never more at once than its window", async () => {
    const lm = answeringLm((question, time) => ({
      text:
        Number(question.slice(1)) % 3 === 0 && time === 0 ? "what?" : time === 0 ? saying("yes") : '{"answer": "yes"}',
      delayMs: 1,
    }));
    await using runtime = await createRuntime({ lm });
    const { results } = await runtime.evaluate(qa(), { dataset: questions(20), metric, window: 3 });
    expect(results.counts.scored).toBe(20);
    expect(lm.calls).toHaveLength(20 + 7);
    expect(lm.maxInFlight).toBe(3);
  });

  it("waits for an example that is judged slowly, though the ones after it never ask", async () => {
    const slow = Promise.withResolvers<void>();
    const lm = answeringLm((question) => saying(question));
    await using runtime = await createRuntime({ lm });
    // What is no number is refused before anything is asked.
    const sizeOf = (index: number) => (index % 3 === 2 ? "many" : index);
    const rows = Array.from({ length: 12 }, (_, index) => ({ question: `q${index}`, size: sizeOf(index) }));
    const judging = new Set<unknown>();
    let most = 0;
    const judge = async (_example: object, { answer }: { answer?: unknown }) => {
      judging.add(answer);
      most = Math.max(most, judging.size);
      if (answer === "q0" || answer === "q1") await slow.promise;
      judging.delete(answer);
      return true;
    };
    const running = runtime.evaluate(predict("question, size: int -> answer"), {
      dataset: dataset(rows, { inputs: ["question", "size"] }),
      metric: judge,
      window: 2,
    });
    await until("two are judged slowly", () => judging.has("q0") && judging.has("q1"));
    // Long enough for all others, if they were not to wait.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(lm.calls.length).toBeLessThanOrEqual(4);
    slow.resolve();
    const { results } = await running;
    expect(results.counts).toMatchObject({ scored: 8, failed: 4, missing: 0 });
    expect(most).toBeLessThanOrEqual(4);
  });
});
