import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallScope } from "../../actors/call-scope.ts";
import { type Call, type LmRequest, Module, predict } from "../../programs/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { fields } from "./nested-program.ts";
import { metric, onlyRun, openUncached, questions, saying } from "./questions.ts";
import { rejection, turns, until } from "./waiting.ts";

/** Asks the same question several times at once, each after as many turns of the event loop as it is told, then asks for a last word. */
class Repeated extends Module<{ question: string }, { answer: string }> {
  readonly ask = predict("question -> answer");
  readonly last = predict("answers: list[str] -> word");
  readonly #delays: readonly number[];

  constructor(delays: readonly number[]) {
    super();
    this.#delays = delays;
  }

  override async forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
    const answers = await Promise.all(
      this.#delays.map(async (delay) => {
        await turns(delay);
        return (await call.run(this.ask, { question })).answer;
      }),
    );
    // The last prompt must not depend on who came first.
    await call.run(this.last, { answers: [`${answers.length}`] });
    return { answer: answers.toSorted().join() };
  }
}

describe("equal requests of one module in one example", () => {
  it("keep their numbers, so that a resume finds all of them in whatever order they come again", async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(delays, delays, async (before, after) => {
        const again = before.map((_, index) => after[index % after.length] ?? 0);
        let isHanging = true;
        const asksLast = ({ messages }: LmRequest) => String(messages.at(-1)?.content).includes("[[ ## answers ## ]]");
        const lm = scriptedLm((request, index) => {
          if (!asksLast(request)) return saying(`answer ${index}`);
          return isHanging ? { hangs: true } : fields({ word: "end" });
        });
        await using runtime = await openUncached(lm, memoryStore());
        const cancel = new AbortController();
        const options = { dataset: questions(1), metric, signal: cancel.signal };
        const running = rejection(runtime.evaluate(new Repeated(before), options));
        await until(
          "the last word hangs",
          () => lm.inFlight === 1 && lm.calls.some(({ request }) => asksLast(request)),
        );
        cancel.abort();
        await running;
        const runId = await onlyRun(runtime.store);
        const { records } = await runtime.store.list("lm-call", { prefix: { runId } }).all();
        expect(records.map(({ modulePath, n }) => [modulePath, n])).toEqual(before.map((_, n) => ["ask", n]));
        expect(new Set(records.map(({ identity }) => identity)).size).toBe(1);
        const hashes = records.map(({ outcome }) => ("response" in outcome ? outcome.response : ""));
        const answers = (await runtime.store.getPayloads(hashes)).map(
          (response) => /answer \d+/.exec(JSON.stringify(response))?.[0],
        );

        const asks = lm.calls.length;
        isHanging = false;
        await runtime.resume(runId, { program: new Repeated(again), metric });
        expect(lm.calls.slice(asks).map(({ request }) => asksLast(request))).toEqual([true]);
        const [result] = (await runtime.store.list("example-result", { prefix: { runId } }).all()).records;
        expect(result?.prediction).toEqual({ answer: answers.toSorted().join() });
      }),
      { numRuns: 15 },
    );
  });
});

describe("CallScope", () => {
  it("numbers requests per module and identity, from 0", () => {
    const scope = new CallScope({ runId: "r", trialId: "t", exampleId: "e" });
    const numbers = [
      ["a", "1"],
      ["a", "1"],
      ["a", "2"],
      ["b", "1"],
      ["a", "1"],
    ].map(([path = "", identity = ""]) => scope.nextOrdinal(path, identity));
    expect(numbers).toEqual([0, 1, 0, 0, 2]);
  });

  it("makes the cost unknown as soon as one call's is", () => {
    const scope = new CallScope({ runId: "r", trialId: "t", exampleId: "e" });
    scope.add({ costUsd: 1, inputTokens: 2, outputTokens: 3 });
    expect(scope.measures(5)).toEqual({ durationMs: 5, costUsd: 1, lmCalls: 1, inputTokens: 2, outputTokens: 3 });
    scope.add({ costUsd: "unknown", inputTokens: 1, outputTokens: 1 });
    scope.add({ costUsd: 1, inputTokens: 0, outputTokens: 0 });
    expect(scope.measures(5)).toMatchObject({ costUsd: "unknown", lmCalls: 3, inputTokens: 3 });
  });
});
