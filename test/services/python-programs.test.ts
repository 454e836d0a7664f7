import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answerExactMatch,
  chainOfThought,
  createRuntime,
  dataset,
  example,
  jsonAdapter,
  type Module,
  program,
  python,
  type Runtime,
} from "../../index.ts";
import { executeProgram, type LmRequest, prepareProgram } from "../../programs/index.ts";
import { recordEvents, scriptedLm } from "../../testing/index.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";
import { eventually, HANDLERS, isAlive } from "./python-worker.ts";

const ANSWER = "[[ ## reasoning ## ]]\nIt is so.\n\n[[ ## answer ## ]]\n42\n\n[[ ## completed ## ]]";
const folder = mkdtempSync(join(tmpdir(), "dspex-python-programs-"));
const pool = { size: 1, paths: [HANDLERS], modules: ["programs", "bridge_handlers"] };

describe("python programs in a runtime", () => {
  const calls: LmRequest[] = [];
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    runtime = await createRuntime({
      lm: scriptedLm((call) => {
        calls.push(call);
        return ANSWER;
      }),
      store: join(folder, "store"),
      python: {
        interpreter,
        pools: {
          general: pool,
          plain: { ...pool, dspy: false, modules: ["bridge_handlers"] },
          teams: { ...pool, modules: ["searched"] },
        },
      },
    });
  });
  afterAll(async () => {
    await runtime.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const run = async <Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    inputs: Inputs,
  ) => {
    await using handle = await runtime.spawnProgram(module);
    return await handle.run(inputs, { timeoutMs: 120_000 });
  };

  it("run on the pool that they name, which alone needs to have them", async () => {
    const options = { arguments: { k: 2 } };
    const module = python("Nearest", "question -> answer", { ...options, pool: "teams" });
    expect(await run(module, { question: "Why?" })).toEqual({ answer: "42" });
    const { options: held } = await runtime.python.withState(module);
    expect(held).toMatchObject({ pool: "teams", state: expect.anything() });
    const elsewhere = run(python("Nearest", "question -> answer", options), { question: "Why?" });
    await expect(elsewhere).rejects.toMatchObject({ code: "BRIDGE_HANDLER_UNKNOWN" });
    const misspelt = run(python("Nearest", "question -> answer", { ...options, pool: "team" }), { question: "Why?" });
    await expect(misspelt).rejects.toMatchObject({
      code: "PYTHON_POOL_UNKNOWN",
      message: expect.stringContaining('Did you mean "teams"?'),
    });
  });

  it("run DSPy, whose requests come home word for word as the native program's", async () => {
    calls.length = 0;
    const signature = "question, n: int -> answer: int";
    const inputs = { question: "How many?", n: 3 };
    expect(await run(python("dspy.ChainOfThought", signature), inputs)).toMatchObject({
      reasoning: "It is so.",
      answer: 42,
    });
    const requests: unknown[] = [];
    await executeProgram(prepareProgram(chainOfThought(signature)), inputs, {
      lm: async (request) => {
        requests.push(request.messages);
        return { completions: [{ text: ANSWER }], model: "m" };
      },
    });
    expect(calls.map(({ messages }) => messages)).toEqual(requests);
  });

  it("run at once in one worker with models and adapters of their own, and none sees another's", async () => {
    const asked = new Map<string, string[]>();
    const modelOf = (name: string, answer: (question: string) => string) =>
      scriptedLm(async ({ messages }) => {
        const prompt = messages.map(({ content }) => String(content)).join("\n");
        asked.set(name, [...(asked.get(name) ?? []), prompt]);
        const question = /\b([ab]\d+)\b/.exec(String(messages.at(-1)?.content))?.[1] ?? "none";
        // All of them are under way before the first is answered.
        await allAsked;
        return answer(question);
      });
    let arrived = 0;
    let release = (): void => {};
    const allAsked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const chat = modelOf("chat", (question) => `[[ ## answer ## ]]\nchat ${question}\n\n[[ ## completed ## ]]`);
    const json = modelOf("json", (question) => JSON.stringify({ answer: `json ${question}` }));
    const count = runtime.on("lm.call.started", () => {
      arrived += 1;
      if (arrived === 16) release();
    });
    const module = python("dspy.Predict", "question -> answer");
    await using one = await runtime.spawnProgram(module, { lm: chat });
    await using other = await runtime.spawnProgram(module, { lm: json, adapter: jsonAdapter });
    const numbers = Array.from({ length: 8 }, (_, index) => index);
    const [chats, jsons] = await Promise.all([
      Promise.all(numbers.map((index) => one.run({ question: `a${index}` }, { timeoutMs: 60_000 }))),
      Promise.all(numbers.map((index) => other.run({ question: `b${index}` }, { timeoutMs: 60_000 }))),
    ]);
    count[Symbol.dispose]();
    expect(chats.map(({ answer }) => answer)).toEqual(numbers.map((index) => `chat a${index}`));
    expect(jsons.map(({ answer }) => answer)).toEqual(numbers.map((index) => `json b${index}`));
    expect(
      asked.get("chat")?.every((prompt) => prompt.includes("[[ ## completed ## ]]") && !/\bb\d/.test(prompt)),
    ).toBe(true);
    expect(asked.get("json")?.every((prompt) => prompt.includes("JSON object") && !/\ba\d/.test(prompt))).toBe(true);
  });

  it("answer the same question from the runtime's cache", async () => {
    const module = python("dspy.ChainOfThought", "question -> answer");
    await run(module, { question: "twice" });
    calls.length = 0;
    await run(module, { question: "twice" });
    expect(calls).toEqual([]);
  });

  it("are steps of a native program, recorded call by call", async () => {
    const both = program(
      { think: python("dspy.ChainOfThought", "question -> answer"), check: chainOfThought("question -> answer") },
      async ({ question }: { question: string }, { think, check }) => {
        const { answer } = await think({ question });
        return { answer, checked: (await check({ question: `Is it ${answer}?` })).answer };
      },
    );
    expect(await run(both, { question: "steps" })).toEqual({ answer: "42", checked: "42" });
    const paths = new Set<string>();
    for await (const record of runtime.store.list("lm-call")) paths.add(record.modulePath);
    expect([...paths]).toEqual(expect.arrayContaining(["think", "check.predict"]));
  });

  it("are evaluated, many at once", async () => {
    const questions = Array.from({ length: 24 }, (_, index) =>
      example({ question: `q${index}`, answer: "42" }).withInputs("question"),
    );
    const report = await runtime.evaluate(python("dspy.ChainOfThought", "question -> answer"), {
      dataset: dataset(questions),
      metric: answerExactMatch(),
      window: 8,
    });
    expect(report.results.examples.filter(({ status }) => status !== "scored")).toEqual([]);
    expect(report.results.counts).toMatchObject({ scored: 24, failed: 0 });
    expect(report.results.score).toBe(1);
  });

  it("are a team's own classes, each call with its own copy", async () => {
    const module = python("Counter", "question -> answer");
    expect((await run(module, { question: "a" })).answer).toBe("42 1");
    expect((await run(module, { question: "b" })).answer).toBe("42 1");
  });

  it("get whole numbers as floats where the signature says so", async () => {
    expect(await run(python("Half", "x: float -> kind, half: float"), { x: 3 })).toEqual({ kind: "float", half: 1.5 });
    expect(await run(python("Half", "x: int -> kind, half: float"), { x: 3 })).toEqual({ kind: "int", half: 1.5 });
  });

  it.each([
    ["dspy.ChainOfThougt", { code: "BRIDGE_HANDLER_UNKNOWN", message: expect.stringContaining("dspy.ChainOfThought") }],
    ["NotAProgram", { code: "BRIDGE_PROGRAM_INVALID" }],
    ["Forking", { code: "BRIDGE_PYTHON_ERROR", message: expect.stringContaining("a constructor that fails") }],
  ])("refuse %s, and the pool goes on", async (target, error) => {
    await expect(run(python(target, "question -> answer"), { question: "x" })).rejects.toMatchObject(error);
    expect(await runtime.python.call("echo", { value: 1 })).toBe(1);
  });

  it("end when their call is cancelled, and their requests with them", async () => {
    const hanging = await createRuntime({ lm: scriptedLm(() => new Promise(() => {})), python: { interpreter } });
    await using handle = await hanging.spawnProgram(python("dspy.ChainOfThought", "question -> answer"));
    await expect(handle.run({ question: "x" }, { timeoutMs: 8000 })).rejects.toMatchObject({
      // The worker is given a little less time, so that it fails first; on a busy machine the program may.
      code: expect.stringMatching(/BRIDGE_CALL_TIMEOUT|PROGRAM_DEADLINE_EXCEEDED/),
    });
    await hanging.stop();
  });

  it("show their lives as events, and lose a worker without losing the pool", async () => {
    const events = recordEvents(runtime, { pattern: "bridge.#" });
    const pid = Number(await runtime.python.call("pid", null, { pool: "plain" }));
    await expect(runtime.python.call("crash", null, { pool: "plain" })).rejects.toMatchObject({
      code: "BRIDGE_WORKER_LOST",
    });
    expect(await runtime.python.call("pid", null, { pool: "plain" })).not.toBe(pid);
    const types = events.types;
    expect(types).toEqual(
      expect.arrayContaining(["bridge.worker.started", "bridge.call.failed", "bridge.worker.failed"]),
    );
    events.stop();
  });

  it("are gone when their pool's actor is killed, and back with the next call", async () => {
    const pid = Number(await runtime.python.call("pid", null, { pool: "plain" }));
    runtime.system.whereis("python plain")?.kill();
    await eventually(() => !isAlive(pid));
    expect(await runtime.python.call("pid", null, { pool: "plain" })).not.toBe(pid);
  });

  it("keep a session's state for its owner alone, and give the worker back", async () => {
    {
      await using session = await runtime.python.session({ pool: "plain" });
      await session.call("remember", { key: "k", value: 7 });
      expect(await session.call("remember", { key: "k" })).toBe(7);
    }
    await using next = await runtime.python.session({ pool: "plain" });
    expect(await next.call("remember", { key: "k" })).toBe(null);
  });

  it("name the pools that there are", async () => {
    await expect(runtime.python.call("pid", null, { pool: "plane" })).rejects.toMatchObject({
      code: "PYTHON_POOL_UNKNOWN",
      message: expect.stringContaining('Did you mean "plain"'),
    });
  });
});
