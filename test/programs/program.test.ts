import { describe, expect, it } from "vitest";
import {
  type Call,
  chainOfThought,
  completionsOf,
  example,
  executeProgram,
  isPrediction,
  type LmRequest,
  Module,
  modelOf,
  type ProgramPorts,
  type ProgramWarning,
  predict,
  prepareProgram,
  program,
  programHash,
  programState,
  type TraceStep,
  usageOf,
  withPredictors,
  withProgramState,
} from "../../programs/index.ts";
import { BaseError, type Clock, type JsonObject } from "../../runtime/base/index.ts";

interface Scripted extends ProgramPorts {
  readonly requests: LmRequest[];
  readonly steps: TraceStep[];
  readonly warnings: ProgramWarning[];
}

/** Answers each request's output fields with `<field>-<number of the request>`, or with the texts given. */
function scripted(texts: readonly (string | null)[] = []): Scripted {
  const requests: LmRequest[] = [];
  const steps: TraceStep[] = [];
  const warnings: ProgramWarning[] = [];
  return {
    requests,
    steps,
    warnings,
    lm: async (request) => {
      requests.push(request);
      const text = texts[requests.length - 1];
      const last = String(request.messages.at(-1)?.content);
      const made = [...last.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)]
        .filter(([, name]) => name !== "completed")
        .map(([, name]) => `[[ ## ${name} ## ]]\n${name}-${requests.length}`);
      const completion = { text: text === undefined ? made.join("\n\n") : text };
      return {
        completions: Array.from({ length: request.options.n ?? 1 }, () => completion),
        model: "scripted",
        usage: { inputTokens: 1, outputTokens: 2 },
      };
    },
    trace: (step) => steps.push(step),
    warn: (warning) => warnings.push(warning),
  };
}

class Hinted extends Module<{ question: string }, { answer: string }> {
  readonly gen = chainOfThought("question -> hint");
  readonly parts = [predict("question, hint -> answer")] as const;
  readonly byName = { k: predict("answer -> short") };

  override async forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
    const { hint } = await call.run(this.gen, { question });
    const { answer } = await call.run(this.parts[0], { question, hint });
    const { short } = await call.run(this.byName.k, { answer });
    return { answer: short };
  }
}

const run = <Inputs extends object, Outputs extends object>(
  module: Module<Inputs, Outputs>,
  inputs: NoInfer<Inputs>,
  ports: ProgramPorts,
  options: Parameters<typeof executeProgram>[3] = {},
) => executeProgram(prepareProgram(module), inputs, ports, options);

describe("prepareProgram", () => {
  it("names modules by DSPy's paths, the root first", () => {
    const { modules, predictors } = prepareProgram(new Hinted());
    expect(modules.map(({ path }) => path)).toEqual(["self", "gen", "gen.predict", "parts[0]", "byName['k']"]);
    expect(predictors.map(({ path }) => path)).toEqual(["gen.predict", "parts[0]", "byName['k']"]);
  });

  it("names a bare predictor self, and that of a chain of thought predict", () => {
    expect(prepareProgram(predict("a -> b")).predictors.map(({ path }) => path)).toEqual(["self"]);
    expect(prepareProgram(chainOfThought("a -> b")).predictors.map(({ path }) => path)).toEqual(["predict"]);
  });

  it("names a module that sits in two places once", () => {
    const shared = predict("a -> b");
    const twice = program({ one: shared, two: shared }, ({ a }: { a: string }, { one }) => one({ a }));
    expect(prepareProgram(twice).predictors.map(({ path }) => path)).toEqual(["one"]);
  });
});

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

describe("predict", () => {
  it("refuses missing, unknown and ill-typed inputs by name", async () => {
    const qa = predict("question, n: int -> answer");
    const problem = (inputs: object): Promise<unknown> =>
      run(qa as Module<object, object>, inputs, scripted()).catch((error: unknown) => error);
    expect(await problem({ question: "q" })).toMatchObject({ code: "PROGRAM_INPUT_INVALID", details: { field: "n" } });
    expect(await problem({ question: "q", n: 1, qestion: "x" })).toMatchObject({
      details: { field: "qestion", problem: "unknown", nearest: "question" },
    });
    expect(await problem({ question: "q", n: "one" })).toMatchObject({
      message: 'The input `n` of `self` does not fit: expected int, found the string "one".',
    });
  });

  it("warns instead, under compat", async () => {
    const ports = scripted(["[[ ## a ## ]]\nx"]);
    const settings = { compat: "dspy-3.3.1" } as const;
    await run(predict("q -> a") as Module<object, object>, { zzz: 1 }, ports, { settings });
    expect(ports.warnings.map(({ kind, fields }) => [kind, fields])).toEqual([
      ["input-missing", ["q"]],
      ["input-unknown", ["zzz"]],
    ]);
  });

  it("fills in defaults of inputs", async () => {
    const ports = scripted();
    const made = predict("q, style -> a", {}).signature.withUpdatedFields("style", { default: "brief" });
    await run(predict(made) as Module<object, object>, { q: "x" }, ports);
    expect(ports.steps[0]?.inputs).toEqual({ q: "x", style: "brief" });
  });

  it("asks for several completions at a temperature that lets them differ", async () => {
    const temperatureOf = async (config: object, lmDefaults?: object): Promise<unknown> => {
      const ports = scripted();
      const settings = lmDefaults === undefined ? {} : { lmDefaults };
      const prediction = await run(predict("q -> a", { config }), { q: "x" }, ports, { settings });
      expect(completionsOf(prediction)).toHaveLength(Object(config).n ?? 1);
      return ports.requests[0]?.options.temperature;
    };
    expect(await temperatureOf({ n: 3 })).toBe(0.7);
    expect(await temperatureOf({ n: 3, temperature: 0.1 })).toBe(0.7);
    expect(await temperatureOf({ n: 3, temperature: 0.3 })).toBe(0.3);
    expect(await temperatureOf({ n: 3 }, { temperature: 0.9 })).toBeUndefined();
    expect(await temperatureOf({ temperature: 0 })).toBe(0);
  });

  it("puts the run's options and rollout id over its own", async () => {
    const ports = scripted();
    const own = predict("q -> a", { config: { temperature: 0.5, extra: { a: 1, b: 1 } }, rolloutId: 1 });
    const settings = { lm: { maxTokens: 9, extra: { b: 2 } }, rolloutId: 7 };
    await run(own, { q: "x" }, ports, { settings });
    expect(ports.requests[0]).toMatchObject({
      options: { temperature: 0.5, maxTokens: 9, extra: { a: 1, b: 2 } },
      rolloutId: 7,
    });
  });

  it("fails with what was found, what was expected and why", async () => {
    const text = "[[ ## answer ## ]]\nx\n[[ ## sure ## ]]\nvery";
    const failing = run(predict("q -> answer, sure: float, n: int"), { q: "x" }, scripted([text]));
    await expect(failing).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      details: {
        text,
        expectedFields: ["answer", "sure", "n"],
        parsedFields: { answer: "x" },
        failures: [
          { field: "sure", reason: 'expected float, found the text "very"' },
          { field: "n", reason: "its section is missing" },
        ],
      },
    });
  });

  it.each([null, ""])("fails when the model answers %j", async (text) => {
    await expect(run(predict("q -> a"), { q: "x" }, scripted([text]))).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
    });
  });

  it("holds answers against constraints, which DSPy only prints", async () => {
    const bounded = predict("q -> n: int").signature.withUpdatedFields("n", { constraints: { ge: 1, le: 5 } });
    const text = "[[ ## n ## ]]\n9";
    await expect(run(predict(bounded), { q: "x" }, scripted([text]))).rejects.toMatchObject({
      details: { failures: [{ field: "n", reason: "9 is not less than or equal to 5" }] },
    });
    const settings = { compat: "dspy-3.3.1" } as const;
    expect(await run(predict(bounded), { q: "x" }, scripted([text]), { settings })).toEqual({ n: 9 });
  });

  it("reads indented and tight headers, which DSPy garbles or misses", async () => {
    const text = "  [[ ## a ## ]] x\n[[## n ##]]\n3";
    expect(await run(predict("q -> a, n: int"), { q: "x" }, scripted([text]))).toEqual({ a: "x", n: 3 });
  });

  it("shows a whole number in a field of floats as a float", async () => {
    const ports = scripted();
    await run(predict("f: float, l: list[float] -> a"), { f: 1, l: [1, 2.5] }, ports);
    expect(ports.requests[0]?.messages[1]?.content).toContain("[[ ## f ## ]]\n1.0\n\n[[ ## l ## ]]\n[1.0, 2.5]");
  });

  it("refuses values that have no textual form", async () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const value of [() => 1, Symbol("s"), cycle]) {
      await expect(run(predict("v: Any -> a"), { v: value }, scripted())).rejects.toMatchObject({
        code: "PROGRAM_FORMAT_FAILED",
      });
    }
  });

  it("takes instructions in place of the signature's", async () => {
    const ports = scripted();
    await run(chainOfThought("q -> a", { instructions: "\n  Be brief." }), { q: "x" }, ports);
    expect(String(ports.requests[0]?.messages[0]?.content)).toMatch(/objective is: \n {8}Be brief\.$/);
  });

  it("shows examples and plain records alike as demonstrations", async () => {
    const ports = scripted();
    const demos = [example({ q: "1", a: "2" }).withInputs("q"), { q: "3", a: "4", augmented: true }];
    await run(predict("q -> a", { demos }), { q: "x" }, ports);
    expect(ports.requests[0]?.messages.slice(1, 5).map(({ content }) => content)).toEqual([
      "[[ ## q ## ]]\n1",
      "[[ ## a ## ]]\n2\n\n[[ ## completed ## ]]\n",
      "[[ ## q ## ]]\n3",
      "[[ ## a ## ]]\n4\n\n[[ ## completed ## ]]\n",
    ]);
  });

  it("is not led astray by field names that objects inherit", async () => {
    const ports = scripted();
    const settings = { compat: "dspy-3.3.1" } as const;
    await run(predict("constructor, toString -> valueOf") as Module<object, object>, {}, ports, { settings });
    expect(String(ports.requests[0]?.messages[1]?.content)).toMatch(/^Respond with/);
  });
});

describe("withPredictors", () => {
  it("changes a copy and leaves the program as it was", async () => {
    const original = new Hinted();
    const before = JSON.stringify(programState(original));
    const copy = withPredictors(original, (path, predictor) => predictor.withInstructions(`At ${path}.`));
    expect(JSON.stringify(programState(original))).toBe(before);
    expect(copy).toBeInstanceOf(Hinted);
    expect(Object.values(programState(copy)).map(({ signature }) => signature.instructions)).toEqual([
      "At gen.predict.",
      "At parts[0].",
      "At byName['k'].",
    ]);
    const ports = scripted();
    await run(copy, { question: "q" }, ports);
    expect(String(ports.requests[0]?.messages[0]?.content)).toContain("At gen.predict.");
  });

  it("keeps a shared predictor shared, and changes it once", () => {
    const shared = predict("a -> b");
    class Twice extends Module<{ a: string }, { b: string }> {
      readonly one = shared;
      readonly two = shared;
      readonly self = this;
      override forward(inputs: { a: string }, call: Call): Promise<{ b: string }> {
        return call.run(this.one, inputs);
      }
    }
    const paths: string[] = [];
    const copy = withPredictors(new Twice(), (path, predictor) => {
      paths.push(path);
      return predictor.withInstructions("New.");
    });
    expect(paths).toEqual(["one"]);
    expect(copy.one).toBe(copy.two);
    expect(copy.self).toBe(copy);
  });

  it("changes the steps of function programs", async () => {
    const made = program({ step: predict("a -> b") }, ({ a }: { a: string }, { step }) => step({ a }));
    const copy = withPredictors(made, (_path, predictor) => predictor.withDemos([{ a: "1", b: "2" }]));
    const ports = scripted();
    await run(copy, { a: "x" }, ports);
    expect(ports.requests[0]?.messages).toHaveLength(4);
  });
});

describe("programState", () => {
  it("goes through JSON and back", () => {
    const original = withPredictors(new Hinted(), (_path, predictor) =>
      predictor.withInstructions("Do.").withDemos([{ augmented: true, question: "q", hint: "h" }]),
    );
    const state: JsonObject = JSON.parse(JSON.stringify(programState(original)));
    const restored = withProgramState(new Hinted(), state);
    expect(programState(restored)).toEqual(programState(original));
    expect(programHash(restored)).toBe(programHash(original));
    expect(programHash(new Hinted())).not.toBe(programHash(original));
  });

  it("tells programs apart that differ in types or options alone", () => {
    const hashes = [predict("a -> b"), predict("a -> b: int"), predict("a -> b", { config: { temperature: 1 } })].map(
      (each) => programHash(each as Module),
    );
    expect(new Set(hashes).size).toBe(3);
  });

  it("names what does not fit", () => {
    const problem = (state: JsonObject): unknown => {
      try {
        return withProgramState(predict("a -> b"), state);
      } catch (error) {
        return error;
      }
    };
    const good = programState(predict("a -> b"))["self"];
    expect(problem({})).toMatchObject({ code: "PROGRAM_STATE_INVALID", details: { path: "self" } });
    expect(problem({ self: { ...good, lm: { model: "x" } } })).toMatchObject({ code: "PROGRAM_STATE_INVALID" });
    expect(problem({ self: { ...good, demos: 3 } })).toMatchObject({ code: "PROGRAM_STATE_INVALID" });
  });
});

describe("program", () => {
  it("refuses steps that are no modules", () => {
    const step: unknown = { forward: () => ({}) };
    expect(() => program({ step: step as Module }, () => ({}))).toThrow(
      expect.objectContaining({ code: "PROGRAM_STEP_INVALID" }),
    );
    expect(() => program({ forward: predict("a -> b") }, () => ({}))).toThrow("cannot be named");
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
