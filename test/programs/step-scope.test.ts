import { describe, expect, it } from "vitest";
import { type Call, Module, type ProgramPorts, predict, type StepScope, type TraceStep } from "../../programs/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { run, scripted } from "./scripted-program.ts";

/** Runs its two steps, the first under a scope. */
class Scoped extends Module<{ question: string }, { answer: string }> {
  readonly first = predict("question -> hint");
  readonly second = predict("hint -> answer");
  readonly scope: StepScope;

  constructor(scope: StepScope) {
    super();
    this.scope = scope;
  }

  override async forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
    const { hint } = await call.run(this.first, { question }, this.scope);
    return call.run(this.second, { hint });
  }
}

const never: ProgramPorts["lm"] = (_request, { signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("StepScope", () => {
  it("sets one step otherwise than the rest of the run", async () => {
    const ports = scripted();
    const settings = { lm: { temperature: 1 }, rolloutId: 7 };
    await run(new Scoped({ settings }), { question: "q" }, ports, { settings: { lm: { maxTokens: 5 } } });
    expect(ports.requests.map(({ options, rolloutId }) => ({ ...options, rolloutId }))).toEqual([
      { temperature: 1, rolloutId: 7 },
      { maxTokens: 5, rolloutId: undefined },
    ]);
  });

  it("puts sampling options under those of the predictors", async () => {
    const ports = scripted();
    await run(predict("question -> answer", { config: { temperature: 0.3 } }), { question: "q" }, ports, {
      settings: { lmBase: { temperature: 1, maxTokens: 9 } },
    });
    expect(ports.requests[0]?.options).toEqual({ temperature: 0.3, maxTokens: 9 });
  });

  it("adds inputs to one predictor's prompt, of which only DSPy's traces tell", async () => {
    const extraInputs = { first: [{ name: "hint_", desc: "from an earlier run", value: "Be brief." }] };
    const ports = scripted();
    await run(new Scoped({ settings: { extraInputs } }), { question: "q" }, ports);
    const [first, second] = ports.requests.map(({ messages }) => messages.map(({ content }) => content).join("\n"));
    expect(first).toContain("2. `hint_` (str): from an earlier run");
    expect(first).toContain("[[ ## hint_ ## ]]\nBe brief.");
    expect(second).not.toContain("hint_");
    expect(ports.steps[0]?.inputs).toEqual({ question: "q" });
    await run(new Scoped({ settings: { extraInputs, compat: "dspy-3.3.1" } }), { question: "q" }, ports);
    expect(ports.steps[2]?.inputs).toEqual({ question: "q", hint_: "Be brief." });
  });

  it("has one step's trace told to somebody else", async () => {
    const kept: TraceStep[] = [];
    const ports = scripted();
    await run(new Scoped({ trace: (step) => kept.push(step) }), { question: "q" }, ports);
    expect(kept.map(({ path }) => path)).toEqual(["first"]);
    expect(ports.steps.map(({ path }) => path)).toEqual(["second"]);
  });

  it("ends one step when its time is up, and tells the model's side of it", async () => {
    const clock = createManualClock();
    let deadlineAt: number | undefined;
    const lm: ProgramPorts["lm"] = (request, context) => {
      deadlineAt = context.deadlineAt;
      return never(request, context);
    };
    const running = run(new Scoped({ timeoutMs: 20 }), { question: "q" }, { ...scripted(), lm }, { clock });
    const ended = expect(running).rejects.toMatchObject({
      code: "PROGRAM_DEADLINE_EXCEEDED",
      details: { path: "first" },
    });
    await clock.advance(20);
    await ended;
    expect(deadlineAt).toBe(20);
  });

  it("ends one step by a signal of its own", async () => {
    const controller = new AbortController();
    const running = run(new Scoped({ signal: controller.signal }), { question: "q" }, { ...scripted(), lm: never });
    controller.abort("no longer wanted");
    await expect(running).rejects.toMatchObject({ code: "PROGRAM_ABORTED", cause: "no longer wanted" });
  });

  it.each([
    ['{"timeoutms": 1}', 'call.run has no option "timeoutms". Did you mean "timeoutMs"?', "timeoutms"],
    [
      '{"settings": {"compt": 1}}',
      'call.run has no option "settings.compt". Did you mean "settings.compat"?',
      "settings.compt",
    ],
    ["7", "Expected the options of call.run to be an object, got the number 7.", "options"],
    ['{"settings": 7}', "Expected the settings of call.run to be an object, got the number 7.", "settings"],
  ])("is refused where it has what there is not, before anything is asked: %s", async (given, message, option) => {
    const ports = scripted();
    await expect(run(new Scoped(JSON.parse(given)), { question: "q" }, ports)).rejects.toMatchObject({
      code: "RUN_OPTIONS_INVALID",
      message,
      details: { option },
    });
    expect(ports.requests).toEqual([]);
  });

  it("passes on unchanged what the model's side fails with inside", async () => {
    const failure = new Error("no such host");
    const lm: ProgramPorts["lm"] = () => Promise.reject(failure);
    await expect(run(new Scoped({ settings: {} }), { question: "q" }, { ...scripted(), lm })).rejects.toBe(failure);
  });
});
