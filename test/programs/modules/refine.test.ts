import { describe, expect, it } from "vitest";
import { type LmRequest, Module, predict, program, programState, refine } from "../../../programs/index.ts";
import { run } from "../scripted-program.ts";
import { answering, promptOf } from "./answering.ts";

const qa = predict("question -> answer");
const short = (_: object, { answer }: { readonly answer: string }) => (answer.length <= 3 ? 1 : 0.25);
const isAdvice = (request: LmRequest) => promptOf(request).includes("[[ ## advice ## ]]");
/** Answers by the attempt's number; the advice is always the same. */
const ports = (answers: readonly string[], advice: object = { self: "Be brief." }) =>
  answering((request) =>
    isAdvice(request) ? { discussion: "d", advice } : { answer: answers[request.rolloutId ?? 0] ?? "none" },
  );

describe("refine", () => {
  it("runs again with advice drawn from the attempt before, until one is good enough", async () => {
    const asked = ports(["too long", "ok"]);
    const refined = refine(qa, { n: 3, reward: short, threshold: 1 });
    expect(await run(refined, { question: "q" }, asked)).toEqual({ answer: "ok" });
    expect(asked.requests.map(isAdvice)).toEqual([false, true, false]);
    const [, advisor, last] = asked.requests.map(promptOf);
    expect(last).toContain("`hint_` (str): A hint to the module from an earlier run");
    expect(last).toContain("[[ ## hint_ ## ]]\nBe brief.");
    expect(advisor).toContain('[[ ## program_code ## ]]\npredict("question: str -> answer: str")');
    expect(advisor).toContain("answer.length <= 3");
    expect(advisor).toContain("[[ ## target_threshold ## ]]\n1.0\n\n[[ ## reward_value ## ]]\n0.25");
    expect(advisor).toContain('"outputs": {\n      "answer": "too long"\n    }');
    expect(asked.requests.map(({ rolloutId }) => rolloutId)).toEqual([0, undefined, 1]);
  });

  it("answers the best attempt where none is good enough, and asks for no advice after the last", async () => {
    const asked = ports(["long", "longer", "longest"]);
    const reward = (_: object, { answer }: { answer: string }) => (answer === "longer" ? 0.5 : 0.1);
    expect(await run(refine(qa, { n: 3, reward, threshold: 1 }), { question: "q" }, asked)).toEqual({
      answer: "longer",
    });
    expect(asked.requests.map(isAdvice)).toEqual([false, true, false, true, false]);
    expect(asked.steps).toEqual([{ path: "module", inputs: { question: "q" }, outputs: { answer: "longer" } }]);
  });

  it("tells each predictor its own advice, under its own path", async () => {
    const two = program(
      { a: predict("question -> hint"), b: predict("hint -> answer") },
      async (inputs: { question: string }, { a, b }) => b(await a(inputs)),
    );
    class Outer extends Module<{ question: string }, { answer: string }> {
      readonly inner = refine(two, { n: 2, reward: short, threshold: 1, programCode: "CODE", rewardCode: "REWARD" });
      override forward(inputs: { question: string }, call: Parameters<Module["forward"]>[1]) {
        return call.run(this.inner, inputs);
      }
    }
    const asked = answering((request) =>
      isAdvice(request) ? { discussion: "d", advice: { b: "Be brief." } } : { hint: "h", answer: "too long" },
    );
    await run(new Outer(), { question: "q" }, asked);
    const [, , advisor, a, b] = asked.requests.map(promptOf);
    expect(advisor).toContain("Module a\n\tInput Fields:\n\t\t1. `question` (str):\n\tOutput Fields:");
    expect(advisor).toContain("[[ ## program_code ## ]]\nCODE");
    expect(advisor).toContain('[[ ## module_names ## ]]\n[\n  "a",\n  "b"\n]');
    expect(a).toContain("[[ ## hint_ ## ]]\nN/A");
    expect(b).toContain("[[ ## hint_ ## ]]\nBe brief.");
    expect(Object.keys(programState(new Outer()))).toEqual(["inner.module.a", "inner.module.b"]);
  });

  it("shows the advisor the function of a function program, and the class of one's own", async () => {
    const fn = program({ qa }, async ({ question }: { question: string }, steps) =>
      steps.qa({ question: `${question}!` }),
    );
    class Mine extends Module<{ question: string }, { answer: string }> {
      readonly qa = qa;
      override forward(inputs: { question: string }, call: Parameters<Module["forward"]>[1]) {
        return call.run(this.qa, inputs);
      }
    }
    for (const [module, source] of [
      [fn, "steps.qa({"],
      [new Mine(), "class Mine extends"],
    ] as const) {
      const asked = ports(["too long", "too long"]);
      await run(refine(module, { n: 2, reward: short, threshold: 1 }), { question: "q" }, asked);
      expect(promptOf(asked.requests[1])).toContain(source);
    }
  });

  it("goes on where an attempt or its advice fails, and fails where all attempts do", async () => {
    const failing = answering((request) => {
      if (isAdvice(request) || request.rolloutId === 0) throw new Error(`failure ${request.rolloutId}`);
      return { answer: request.rolloutId === 1 ? "too long" : "ok" };
    });
    expect(await run(refine(qa, { n: 3, reward: short, threshold: 1 }), { question: "q" }, failing)).toEqual({
      answer: "ok",
    });
    const strict = refine(qa, { n: 3, reward: short, threshold: 1, maxFailures: 0 });
    await expect(run(strict, { question: "q" }, failing)).rejects.toThrow("failure 0");
    const broken = answering(({ rolloutId }) => Promise.reject(new Error(`failure ${rolloutId}`)));
    await expect(run(refine(qa, { n: 2, reward: short, threshold: 1 }), { question: "q" }, broken)).rejects.toThrow(
      "failure 1",
    );
  });
});
