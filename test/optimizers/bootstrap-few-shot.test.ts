import { describe, expect, it } from "vitest";
import {
  type BootstrapFewShotOptions,
  bootstrapFewShot,
  demonstrationsOf,
  type LocalStudyOptions,
  labeledFewShot,
  localStudy,
} from "../../optimizers/index.ts";
import { type Call, type LmRequest, Module, predict, program } from "../../programs/index.ts";
import { answering, asksAnswer, isRight, isShown, questions, TwoSteps } from "./two-steps.ts";

const truth = (question: string) => (Number(question.slice(1)) % 2 === 0 ? "even" : "odd");
const study = (more: Partial<LocalStudyOptions> = {}) =>
  localStudy({ student: new TwoSteps(), trainset: questions(12), metrics: { isRight }, lm: answering(truth), ...more });
const shown = async (options: BootstrapFewShotOptions, more?: Partial<LocalStudyOptions>) => {
  const { best } = await bootstrapFewShot(options).compile(study(more));
  return demonstrationsOf(best);
};

describe("bootstrapFewShot", () => {
  it("shows the runs that passed, with inputs and outputs of each predictor", async () => {
    const demos = await shown({ maxBootstrappedDemos: 1, maxLabeledDemos: 0 });
    expect([...demos]).toEqual([
      ["step1", [{ augmented: true, question: "q0", hint: "hint of q0" }]],
      ["step2", [{ augmented: true, question: "q0", hint: "hint of q0", answer: "even" }]],
    ]);
  });

  it("passes over runs that the metric refuses", async () => {
    const demos = await shown({ maxBootstrappedDemos: 2, maxLabeledDemos: 0 }, { lm: answering(() => "odd") });
    expect(demos.get("step2")?.map(({ question }) => question)).toEqual(["q1", "q3"]);
  });

  it("stops as soon as it has enough, so that nothing is paid for in vain", async () => {
    const local = study();
    await bootstrapFewShot({ maxBootstrappedDemos: 2 }).compile(local);
    expect(local.slots).toEqual(["bootstrap/example 0/round 0", "bootstrap/example 1/round 0"]);
  });

  it("fills each predictor up with labelled examples that were not bootstrapped", async () => {
    const demos = await shown({ maxBootstrappedDemos: 2, maxLabeledDemos: 5 });
    for (const list of demos.values()) {
      expect(list.map(({ augmented }) => augmented === true)).toEqual([true, true, false, false, false]);
      expect(new Set(list.map(({ question }) => question)).size).toBe(5);
    }
  });

  it("draws labels for each predictor from all of them, and under compat from the draw before", async () => {
    const rest = async (more: Partial<LocalStudyOptions>) => {
      const demos = await shown({ maxBootstrappedDemos: 1, maxLabeledDemos: 4 }, more);
      return [...demos.values()].map((list) => list.slice(1).map(({ question }) => question));
    };
    const [first = [], second = []] = await rest({});
    expect(second.some((question) => !first.includes(question))).toBe(true);
    const [dspyFirst = [], dspySecond = []] = await rest({ settings: { compat: "dspy-3.3.1" } });
    expect(dspySecond.every((question) => dspyFirst.includes(question))).toBe(true);
  });

  it("does not show the teacher the example it is asked for", async () => {
    const leaks: string[] = [];
    let others = 0;
    const lm = answering((question, request) => {
      if (isShown(question, request)) leaks.push(question);
      others += isShown("q11", request) ? 1 : 0;
      return truth(question);
    });
    await bootstrapFewShot({ maxBootstrappedDemos: 12 }).compile(study({ lm }));
    expect(leaks).toEqual([]);
    expect(others).toBe(11);
  });

  it("keeps the last of several calls of one predictor", async () => {
    class Twice extends Module<{ question: string }, { hint: string }> {
      readonly step = predict("question -> hint");

      override async forward({ question }: { question: string }, call: Call): Promise<{ hint: string }> {
        await call.run(this.step, { question: `${question}-first` });
        return call.run(this.step, { question: `${question}-last` });
      }
    }
    const demos = await shown(
      { maxBootstrappedDemos: 1, maxLabeledDemos: 0, metric: () => true },
      { student: new Twice() },
    );
    expect(demos.get("step")?.map(({ question }) => question)).toEqual(["q0-last"]);
  });

  it("asks again at temperature 1 under a rollout id, and keeps the round that passed", async () => {
    const requests: LmRequest[] = [];
    const lm = answering((question, request) => {
      if (asksAnswer(request)) requests.push(request);
      return request.rolloutId === 2 ? truth(question) : "neither";
    });
    const local = study({ lm });
    await bootstrapFewShot({
      maxBootstrappedDemos: 1,
      maxRounds: 4,
      teacherOptions: { temperature: 0.3, maxTokens: 9 },
    }).compile(local);
    expect(requests.map(({ rolloutId, options }) => [rolloutId, options.temperature, options.maxTokens])).toEqual([
      [undefined, 0.3, 9],
      [1, 1, 9],
      [2, 1, 9],
    ]);
    expect(local.slots.at(-1)).toBe("bootstrap/example 0/round 2");
  });

  it.each([
    [undefined, 0.4, true],
    [undefined, 0, false],
    [0.5, 0.4, false],
    [0.5, 0.5, true],
    [0, 0.1, true],
    [0, 0, false],
  ])("with threshold %s lets a score of %s pass: %s", async (metricThreshold, score, passes) => {
    const threshold = metricThreshold === undefined ? {} : { metricThreshold };
    const demos = await shown({ ...threshold, metric: () => score, maxLabeledDemos: 0 });
    expect((demos.get("step1")?.length ?? 0) > 0).toBe(passes);
  });

  it("tells its metric that it bootstraps, and hands it the trace", async () => {
    const seen: unknown[] = [];
    await shown({
      maxBootstrappedDemos: 1,
      metric: (_, __, { purpose, trace }) => {
        seen.push([purpose, trace.map(({ path }) => path)]);
        return true;
      },
    });
    expect(seen).toEqual([["bootstrapping", ["step1", "step2"]]]);
  });

  it("lets every run pass where nobody judges, and none where the metric abstains", async () => {
    const local = localStudy({ student: new TwoSteps(), trainset: questions(12), lm: answering(() => "neither") });
    const { best } = await bootstrapFewShot({ maxLabeledDemos: 0 }).compile(local);
    expect(demonstrationsOf(best).get("step1")).toHaveLength(4);
    const abstained = await shown({ maxLabeledDemos: 0, metric: () => ({ unscored: "who knows" }) });
    expect(abstained.get("step1")).toEqual([]);
    const metrics = { abstains: () => ({ unscored: "who knows" }) };
    expect((await shown({ maxLabeledDemos: 0 }, { metrics })).get("step1")).toEqual([]);
  });

  it("gives up at too many failures, with the last one as cause", async () => {
    const lm = answering(() => {
      throw new Error("no power");
    });
    const local = study({ lm });
    await expect(bootstrapFewShot({ maxErrors: 3 }).compile(local)).rejects.toMatchObject({
      code: "OPTIMIZER_TOO_MANY_FAILURES",
      message: expect.stringContaining("no power"),
      details: { place: "bootstrap/example 2/round 0", failures: 3 },
    });
    expect(local.slots).toHaveLength(3);
  });

  it("goes on over fewer failures", async () => {
    const lm = answering((question) => {
      if (question === "q0") throw new Error("no power");
      return truth(question);
    });
    const demos = await shown({ maxErrors: 2, maxBootstrappedDemos: 1, maxLabeledDemos: 0 }, { lm });
    expect(demos.get("step2")?.map(({ question }) => question)).toEqual(["q1"]);
  });

  it("shows a failed example again to later runs, which DSPy forgets to", async () => {
    const isShownLater = async (more: Partial<LocalStudyOptions>) => {
      let shown = false;
      const lm = answering((question, request) => {
        if (question === "q0") throw new Error("no power");
        shown = isShown("q0", request);
        return truth(question);
      });
      await bootstrapFewShot({ maxBootstrappedDemos: 1 }).compile(study({ lm, ...more }));
      return shown;
    };
    expect(await isShownLater({})).toBe(true);
    expect(await isShownLater({ settings: { compat: "dspy-3.3.1" } })).toBe(false);
  });

  it("uses an optimized teacher as it is, and labels one that has no demonstrations", async () => {
    const prompts: number[] = [];
    const lm = answering((question, request) => {
      prompts.push(request.messages.length);
      return truth(question);
    });
    const { best: teacher } = await labeledFewShot({ k: 2 }).compile(study({ trainset: questions(3, 100) }));
    await bootstrapFewShot({ maxBootstrappedDemos: 1 }).compile(study({ teacher, lm }));
    await bootstrapFewShot({ maxBootstrappedDemos: 1 }).compile(study({ teacher: new TwoSteps(), lm }));
    await bootstrapFewShot({ maxBootstrappedDemos: 1, maxLabeledDemos: 0 }).compile(study({ lm }));
    // A system message, two turns per demonstration, the question: 2, 11 (the example itself is hidden) and 0 demonstrations.
    expect(prompts).toEqual([6, 24, 2]);
  });

  it("refuses a teacher of another shape before anything is paid for", async () => {
    const other = program({ only: predict("question -> answer") }, ({ question }: { question: string }, { only }) =>
      only({ question }),
    );
    const renamed = program(
      { step1: predict("question -> clue"), step2: predict("question, hint -> answer") },
      async ({ question }: { question: string }, steps) =>
        steps.step2({ question, hint: (await steps.step1({ question })).clue }),
    );
    for (const teacher of [other, renamed]) {
      const local = study({ teacher });
      await expect(bootstrapFewShot().compile(local)).rejects.toMatchObject({ code: "OPTIMIZER_TEACHER_MISMATCHED" });
      expect(local.slots).toEqual([]);
    }
  });

  it("records which examples it kept", async () => {
    const local = study();
    await bootstrapFewShot({ maxBootstrappedDemos: 2 }).compile(local);
    expect(local.decisions).toEqual([
      {
        kind: "demonstrations-bootstrapped",
        facts: { kind: "bootstrapped", kept: local.trainset.exampleIds.slice(0, 2), attempts: 2, failures: 0 },
      },
    ]);
  });

  it("has DSPy's defaults, as JSON", () => {
    expect(bootstrapFewShot({ metric: isRight }).options).toEqual({
      maxBootstrappedDemos: 4,
      maxLabeledDemos: 16,
      maxRounds: 1,
      maxErrors: 10,
      metric: "isRight",
    });
  });

  it("refuses options it does not know", () => {
    expect(() => bootstrapFewShot({ maxBootstrapedDemos: 2 } as object)).toThrow(
      expect.objectContaining({
        code: "OPTIMIZER_OPTION_UNKNOWN",
        message: expect.stringContaining('Did you mean "maxBootstrappedDemos"?'),
      }),
    );
  });
});
