import { describe, expect, it } from "vitest";
import {
  type Call,
  chainOfThought,
  isPrediction,
  Module,
  modelOf,
  type ProgramPorts,
  predict,
  prepareProgram,
  program,
  streamProgram,
  usageOf,
} from "../../programs/index.ts";
import { BaseError, type Clock } from "../../runtime/base/index.ts";
import { Hinted, run, scripted } from "./scripted-program.ts";

describe("executeProgram", () => {
  it("answers a frozen prediction that holds its outputs and nothing else", async () => {
    const prediction = await run(predict("question -> answer"), { question: "q" }, scripted());
    expect(Object.keys(prediction)).toEqual(["answer"]);
    expect(JSON.stringify(prediction)).toBe('{"answer":"answer-1"}');
    expect(isPrediction(prediction)).toBe(true);
    expect(Object.isFrozen(prediction)).toBe(true);
    expect(usageOf(prediction)).toEqual({ inputTokens: 1, outputTokens: 2 });
    expect(modelOf(prediction)).toBe("scripted");
  });

  it.each([
    ['{"timeoutms": 1}', 'executeProgram has no option "timeoutms".'],
    ['{"deadlineat": 1}', 'executeProgram has no option "deadlineat". Did you mean "deadlineAt"?'],
    [
      '{"settings": {"adaptor": 1}}',
      'executeProgram has no option "settings.adaptor". Did you mean "settings.adapter"?',
    ],
    ["null", "Expected the options of executeProgram to be an object, got null."],
  ])("refuses options that there are not, before anything is asked: %s", async (given, message) => {
    const ports = scripted();
    await expect(run(predict("question -> answer"), { question: "q" }, ports, JSON.parse(given))).rejects.toMatchObject(
      {
        code: "RUN_OPTIONS_INVALID",
        message,
      },
    );
    expect(ports.requests).toEqual([]);
  });

  it("refuses at once where the run is streamed, whose options are more", async () => {
    const prepared = prepareProgram(predict("question -> answer"));
    const stream = (options: string) => streamProgram(prepared, { question: "q" }, scripted(), JSON.parse(options));
    expect(() => stream('{"feilds": ["answer"]}')).toThrow(
      expect.objectContaining({
        code: "RUN_OPTIONS_INVALID",
        message: 'streamProgram has no option "feilds". Did you mean "fields"?',
      }),
    );
    expect(await stream('{"fields": ["answer"], "status": "off", "bufferSize": 9}').result).toEqual({
      answer: "answer-1",
    });
  });

  it("runs nested modules, and traces each predictor's step in order", async () => {
    const ports = scripted();
    expect(await run(new Hinted(), { question: "q" }, ports)).toEqual({ answer: "short-3" });
    expect(ports.steps).toEqual([
      { path: "gen.predict", inputs: { question: "q" }, outputs: { reasoning: "reasoning-1", hint: "hint-1" } },
      { path: "parts[0]", inputs: { question: "q", hint: "hint-1" }, outputs: { answer: "answer-2" } },
      { path: "byName['k']", inputs: { answer: "answer-2" }, outputs: { short: "short-3" } },
    ]);
  });

  it("hands every module, the root too, to whoever runs modules", async () => {
    const paths: string[] = [];
    await run(
      new Hinted(),
      { question: "q" },
      {
        ...scripted(),
        runModule: (path, _inputs, signal, invoke) => {
          paths.push(path);
          return invoke(signal);
        },
      },
    );
    expect(paths).toEqual(["self", "gen", "gen.predict", "parts[0]", "byName['k']"]);
  });

  it("tells the model's side the place, the signal and the deadline", async () => {
    const contexts: object[] = [];
    const ports = scripted();
    const clock = manualClock();
    const lm: ProgramPorts["lm"] = (request, context) => {
      contexts.push({ path: context.modulePath, deadlineAt: context.deadlineAt, aborted: context.signal.aborted });
      return ports.lm(request, context);
    };
    await run(chainOfThought("q -> a"), { q: "q" }, { lm }, { deadlineAt: 100, clock });
    expect(contexts).toEqual([{ path: "predict", deadlineAt: 100, aborted: false }]);
  });

  it("lets the model's failures through unchanged, whatever they are", async () => {
    for (const failure of [new BaseError("LM_RATE_LIMITED", "no"), new Error("socket"), "text"]) {
      const lm = (): Promise<never> => Promise.reject(failure);
      const seen = await run(new Hinted(), { question: "q" }, { lm }).catch((error: unknown) => error);
      if (typeof failure === "object") expect(seen).toBe(failure);
      else expect(seen).toMatchObject({ code: "PROGRAM_FORWARD_FAILED", cause: failure });
    }
  });

  it("says where the code of a module failed", async () => {
    const broken = program({ step: predict("a -> b") }, async (_inputs: { a: string }) => {
      throw new TypeError("oops");
    });
    await expect(run(broken, { a: "x" }, scripted())).rejects.toMatchObject({
      code: "PROGRAM_FORWARD_FAILED",
      details: { path: "self" },
      cause: { message: "oops" },
    });
  });

  it("refuses a module that is no part of the program", async () => {
    const outside = predict("a -> b");
    class Stray extends Module<{ a: string }, { b: string }> {
      override forward(inputs: { a: string }, call: Call): Promise<{ b: string }> {
        return call.run(outside, inputs);
      }
    }
    await expect(run(new Stray(), { a: "x" }, scripted())).rejects.toMatchObject({ code: "PROGRAM_MODULE_UNKNOWN" });
  });

  it("ends at once when the caller's signal aborts, and aborts what is below", async () => {
    const controller = new AbortController();
    let below: AbortSignal | undefined;
    const lm: ProgramPorts["lm"] = (_request, { signal }) => {
      below = signal;
      return new Promise(() => {});
    };
    const running = run(new Hinted(), { question: "q" }, { lm }, { signal: controller.signal });
    await Promise.resolve();
    controller.abort(new Error("changed my mind"));
    await expect(running).rejects.toMatchObject({ code: "PROGRAM_ABORTED", cause: { message: "changed my mind" } });
    expect(below?.aborted).toBe(true);
  });

  it("asks nothing of the model when the signal was aborted before", async () => {
    const ports = scripted();
    const signal = AbortSignal.abort();
    await expect(run(predict("a -> b"), { a: "x" }, ports, { signal })).rejects.toMatchObject({
      code: "PROGRAM_ABORTED",
    });
    expect(ports.requests).toEqual([]);
  });

  it("ends when the deadline passes", async () => {
    const clock = manualClock();
    const lm = (): Promise<never> => new Promise(() => {});
    const running = run(predict("a -> b"), { a: "x" }, { lm }, { deadlineAt: 50, clock });
    const outcome = expect(running).rejects.toMatchObject({ code: "PROGRAM_DEADLINE_EXCEEDED" });
    clock.advance(50);
    await outcome;
  });
});

function manualClock(): Clock & { advance(ms: number): void } {
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    wallMs: () => now,
    setTimer(delayMs, callback) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.at <= now && timers.delete(timer)) timer.callback();
      }
    },
  };
}
