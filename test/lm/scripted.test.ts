import { describe, expect, it } from "vitest";
import { type LmRequest, type ScriptedLm, scriptedLm } from "../../lm/index.ts";
import { manualClock, settle } from "./manual-clock.ts";

const request: LmRequest = { messages: [{ role: "user", content: "Hi" }], options: {} };
const signal = new AbortController().signal;

describe("scriptedLm", () => {
  it("answers from a list in turn and records what it was asked", async () => {
    const lm = scriptedLm(["a", ["b", "c"], { text: "d", reasoning: "r", usage: { inputTokens: 1, outputTokens: 2 } }]);
    const answers = [];
    for (let call = 0; call < 3; call++)
      answers.push(await lm.complete(request, { signal, headers: { k: String(call) } }));
    expect(answers.map((answer) => answer.completions.map((completion) => completion.text))).toEqual([
      ["a"],
      ["b", "c"],
      ["d"],
    ]);
    expect(answers[2]).toMatchObject({ usage: { inputTokens: 1, outputTokens: 2 }, completions: [{ reasoning: "r" }] });
    expect(lm.calls).toEqual([0, 1, 2].map((call) => ({ request, headers: { k: String(call) } })));
  });

  it("answers by a function of the request", async () => {
    const lm = scriptedLm(async ({ messages }, index) => `${index}:${messages[0]?.content}`);
    expect((await lm.complete(request, { signal })).completions[0]?.text).toBe("0:Hi");
  });

  it("fails where the script says so", async () => {
    const boom = new Error("boom");
    const lm = scriptedLm([boom, { error: boom }]);
    await expect(lm.complete(request, { signal })).rejects.toBe(boom);
    await expect(lm.complete(request, { signal })).rejects.toBe(boom);
  });

  it("says when its list is used up, or starts again", async () => {
    const lm = scriptedLm(["a"]);
    await lm.complete(request, { signal });
    await expect(lm.complete(request, { signal })).rejects.toMatchObject({ code: "LM_SCRIPT_EXHAUSTED" });
    const again = scriptedLm(["a", "b"], { whenExhausted: "repeat" });
    const texts = [];
    for (let call = 0; call < 3; call++) texts.push((await again.complete(request, { signal })).completions[0]?.text);
    expect(texts).toEqual(["a", "b", "a"]);
  });

  it("has the identity of its list, in any process", () => {
    const identity = scriptedLm([
      "a",
      new Error("b"),
      { text: ["c"], usage: { inputTokens: 1, outputTokens: 2 } },
    ]).identity;
    const again = scriptedLm([
      { text: "a", delayMs: 9 },
      new Error("b"),
      { text: ["c"], usage: { outputTokens: 2, inputTokens: 1 } },
    ]);
    expect(again.identity).toEqual(identity);
    // Written down: a run that is resumed in another process looks its answers up by it.
    expect(scriptedLm(["a"]).identity).toEqual({
      baseUrl: "scripted:",
      model: "scripted",
      provider: "scripted",
      script: "3e0ca8457947b4c59319dabef4f0d5e1b1c7fa47232642f133a31a647ead0f5f",
    });
  });

  it.each<[string, ScriptedLm]>([
    ["text", scriptedLm(["b"])],
    ["number of answers", scriptedLm(["a", "a"])],
    ["failure", scriptedLm([new Error("a")])],
    ["finish reason", scriptedLm([{ text: "a", finishReason: "length" }])],
    ["usage", scriptedLm([{ text: "a", usage: { inputTokens: 1, outputTokens: 1 } }])],
    ["end of the list", scriptedLm(["a"], { whenExhausted: "repeat" })],
    ["model's name", scriptedLm(["a"], { modelName: "other" })],
    ["kind", scriptedLm(() => "a")],
  ])("has another identity with another %s", (_what, other) => {
    expect(other.identity).not.toEqual(scriptedLm(["a"]).identity);
  });

  it("is told from others by its model's name where it is a function, and by its script's name where it has one", () => {
    expect(scriptedLm(() => "a").identity).toEqual(scriptedLm(() => "b").identity);
    expect(scriptedLm(() => "a").identity).not.toEqual(scriptedLm(() => "b", { modelName: "other" }).identity);
    expect(scriptedLm(["a"], { scriptName: "s" }).identity).toEqual(scriptedLm(["b"], { scriptName: "s" }).identity);
    expect(scriptedLm(() => "a", { scriptName: "s" }).identity).not.toEqual(scriptedLm(() => "a").identity);
  });

  it("waits on the clock it was given", async () => {
    const clock = manualClock();
    const lm = scriptedLm(["a"], { delayMs: 50, clock });
    let answered = false;
    const call = lm.complete(request, { signal }).then(() => {
      answered = true;
    });
    await clock.advance(49);
    expect({ answered, inFlight: lm.inFlight }).toEqual({ answered: false, inFlight: 1 });
    await clock.advance(1);
    await call;
    expect({ answered, inFlight: lm.inFlight }).toEqual({ answered: true, inFlight: 0 });
  });

  it("ends a hung or delayed answer at an abort and leaves no timer", async () => {
    const clock = manualClock();
    const lm = scriptedLm([{ hangs: true }, { text: "late", delayMs: 10 }, "never"], { clock });
    const controller = new AbortController();
    const calls = [
      lm.complete(request, { signal: controller.signal }),
      lm.complete(request, { signal: controller.signal }),
    ];
    const settled = Promise.allSettled(calls);
    await settle();
    controller.abort();
    expect(await settled).toMatchObject([{ reason: { code: "LM_ABORTED" } }, { reason: { code: "LM_ABORTED" } }]);
    await expect(lm.complete(request, { signal: controller.signal })).rejects.toMatchObject({ code: "LM_ABORTED" });
    expect(clock.pendingTimers).toBe(0);
  });
});
