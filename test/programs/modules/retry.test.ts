import { describe, expect, it } from "vitest";
import { chatOnlyAdapter, predict, programState, retry } from "../../../programs/index.ts";
import { BaseError } from "../../../runtime/base/index.ts";
import { run } from "../scripted-program.ts";
import { answering, promptOf } from "./answering.ts";

const qa = predict("question -> answer");
const oneWord = {
  message: "The answer is one word.",
  check: ({ answer }: { readonly answer: string }) => !answer.includes(" "),
};
const inTurn = (...answers: readonly (string | object)[]) =>
  answering((_request, _context, index) => (answers[index] ?? answers.at(-1)) as { answer: string });

describe("retry", () => {
  it("asks once where the outputs hold what is asserted", async () => {
    const ports = inTurn({ answer: "Joyce" });
    expect(await run(retry(qa, { assertions: [oneWord] }), { question: "q" }, ports)).toEqual({ answer: "Joyce" });
    expect(ports.requests).toHaveLength(1);
    expect(promptOf(ports.requests[0])).not.toContain("feedback");
  });

  it("asks again with the answer before and what was wrong with it", async () => {
    const ports = inTurn({ answer: "James Joyce" }, { answer: "Joyce" });
    expect(await run(retry(qa, { assertions: [oneWord] }), { question: "q" }, ports)).toEqual({ answer: "Joyce" });
    const again = promptOf(ports.requests[1]);
    expect(again).toContain("[[ ## past_answer ## ]]\nJames Joyce");
    expect(again).toContain("[[ ## feedback ## ]]\nThe answer is one word.");
    expect(ports.steps).toEqual([{ path: "module", inputs: { question: "q" }, outputs: { answer: "Joyce" } }]);
  });

  it("tells everything that does not hold, in the words of the checks, which see the inputs", async () => {
    const ports = inTurn({ answer: "James Joyce" });
    const echoed = {
      message: "unused",
      check: async ({ answer }: { answer: string }, { question }: { question: string }) =>
        answer.includes(question) ? true : `Repeat "${question}".`,
    };
    await run(retry(qa, { assertions: [oneWord, echoed], maxRetries: 1 }), { question: "q" }, ports).catch(() => {});
    expect(promptOf(ports.requests[1])).toContain('- The answer is one word.\n- Repeat "q".');
  });

  it("fails with what does not hold in the end, and accepts what is only suggested", async () => {
    const ports = inTurn({ answer: "a b" });
    await expect(
      run(retry(qa, { assertions: [oneWord], maxRetries: 1 }), { question: "q" }, ports),
    ).rejects.toMatchObject({
      code: "PROGRAM_ASSERTION_FAILED",
      details: {
        runs: 2,
        outputs: { answer: "a b" },
        unmet: [{ kind: "assert", message: "The answer is one word." }],
      },
    });
    const suggested = retry(qa, { assertions: [{ ...oneWord, kind: "suggest" }], maxRetries: 1 });
    expect(await run(suggested, { question: "q" }, ports)).toEqual({ answer: "a b" });
    expect(ports.requests).toHaveLength(4);
  });

  it("answers the run that holds most where it accepts one", async () => {
    const short = {
      message: "Be short.",
      check: ({ answer }: { answer: string }) => answer.length < 9,
      kind: "suggest",
    } as const;
    const assertions = [{ ...oneWord, kind: "suggest" as const }, short];
    const ports = inTurn({ answer: "much too long" }, { answer: "a b" }, { answer: "much too long" });
    expect(await run(retry(qa, { assertions }), { question: "q" }, ports)).toEqual({ answer: "a b" });
  });

  it("asks again after an answer that cannot be read, saying why", async () => {
    const ports = inTurn("nonsense", { answer: "Joyce" });
    const settings = { adapter: chatOnlyAdapter };
    expect(await run(retry(qa, { assertions: [] }), { question: "q" }, ports, { settings })).toEqual({
      answer: "Joyce",
    });
    expect(promptOf(ports.requests[1])).toContain("The field `answer` could not be read:");
    await expect(
      run(retry(qa, { assertions: [] }), { question: "q" }, inTurn("nonsense"), { settings }),
    ).rejects.toMatchObject({ code: "PROGRAM_PARSE_FAILED" });
  });

  it("leaves other failures to whoever retries those", async () => {
    const failure = new BaseError("LM_RATE_LIMITED", "slow down");
    const ports = answering(() => Promise.reject(failure));
    await expect(run(retry(qa, { assertions: [oneWord] }), { question: "q" }, ports)).rejects.toBe(failure);
    expect(ports.requests).toHaveLength(1);
  });

  it("keeps its module's parameter path", () => {
    expect(Object.keys(programState(retry(qa, { assertions: [] })))).toEqual(["module"]);
    // @ts-expect-error: no such output.
    retry(qa, { assertions: [{ message: "m", check: ({ anwser }) => anwser }] });
  });
});
