import { describe, expect, expectTypeOf, it } from "vitest";
import { type PythonModule, python, type RemoteContext, type RemoteRequest } from "../../programs/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { run, scripted } from "./scripted-program.ts";

describe("python", () => {
  it("infers inputs and outputs from the signature", () => {
    expectTypeOf(python("dspy.ReAct", "question -> answer: int")).toEqualTypeOf<
      PythonModule<{ question: string }, { answer: number }>
    >();
  });

  it("knows that DSPy's chain of thought answers its reasoning too", () => {
    expectTypeOf(python("dspy.ChainOfThought", "question -> answer: int")).toEqualTypeOf<
      PythonModule<{ question: string }, { reasoning: string; answer: number }>
    >();
    const named: string = "dspy.ChainOfThought";
    expectTypeOf(python(named, "question -> answer: int")).toEqualTypeOf<
      PythonModule<{ question: string }, { answer: number }>
    >();
  });

  it.each([
    [5, {}, 'expected the name of a class, such as "dspy.ReAct", got the number 5'],
    ["", {}, "expected the name of a class"],
    ["Rag", { argument: { k: 3 } }, "there is no option `argument`; did you mean `arguments`"],
    ["Rag", { toString: 1 }, "there is no option `toString`"],
    ["Rag", { arguments: ["k"] }, "expected `arguments` to be an object of arguments by their names, got a list"],
    ["Rag", { args: "notes" }, "expected `args` to be a list of arguments"],
    ["Rag", { tools: [() => 1] }, "expected `tools` to be a list of tools"],
    ["Rag", { pool: "" }, "expected `pool` to be a pool's name"],
    ["Rag", { state: "{}" }, "expected `state`"],
  ])("refuses %j made with %j", (target, options, message) => {
    expect(() => python(target as never, "a -> b", options as never)).toThrow(
      expect.objectContaining({ code: "PROGRAM_MODULE_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("names the remedy where no Python is set up, and what runs natively where there is such", async () => {
    const ports = scripted();
    await expect(run(python("dspy.CodeAct", "a -> b"), { a: "x" }, ports)).rejects.toMatchObject({
      code: "PROGRAM_PYTHON_MISSING",
      message: expect.stringContaining("Pass createRuntime `python: {}`"),
      details: { path: "self", target: "dspy.CodeAct" },
    });
    await expect(run(python("dspy.ChainOfThought", "a -> b"), { a: "x" }, ports)).rejects.toThrow(
      /chainOfThought\(…\)/,
    );
    expect(ports.requests).toEqual([]);
  });

  it("hands the other side its target, signature, arguments and checked inputs, and answers its outputs", async () => {
    const seen: { request: RemoteRequest; context: RemoteContext }[] = [];
    const remote = {
      isReady: () => true,
      run: async (request: RemoteRequest, context: RemoteContext) => {
        seen.push({ request, context });
        return { b: 3, more: "y" };
      },
    };
    const module = python("dspy.CodeAct", "a, n: int = 2 -> b: int", {
      arguments: { max_iters: 3 },
      instructions: "Count.",
    });
    const outputs = await run(
      module,
      { a: "x" },
      { ...scripted(), remote },
      { clock: createManualClock(), deadlineAt: 5000 },
    );
    expect(outputs.b).toBe(3);
    const [{ request, context } = expect.fail()] = seen;
    expect(request).toMatchObject({ target: "dspy.CodeAct", options: { max_iters: 3 }, inputs: { a: "x", n: 2 } });
    expect(request.signature.instructions).toBe("Count.");
    expect(context).toMatchObject({ modulePath: "self", deadlineAt: 5000 });
    // @ts-expect-error: the input is called `a`
    await expect(run(module, { x: "x" }, { ...scripted(), remote })).rejects.toMatchObject({
      code: "PROGRAM_INPUT_INVALID",
    });
    expect(seen).toHaveLength(1);
  });

  it("says in which pool it is to run, where it names one", async () => {
    const pools: (string | undefined)[] = [];
    const remote = {
      isReady: () => true,
      run: async ({ pool }: RemoteRequest) => {
        pools.push(pool);
        return { b: "x" };
      },
    };
    await run(python("T", "a -> b", { pool: "neural" }), { a: "x" }, { ...scripted(), remote });
    await run(python("T", "a -> b", { pool: "neural" }).withState({}), { a: "x" }, { ...scripted(), remote });
    await run(python("T", "a -> b"), { a: "x" }, { ...scripted(), remote });
    expect(pools).toEqual(["neural", "neural", undefined]);
  });

  it("gives the other side the program's own model", async () => {
    const ports = scripted(["hello"]);
    const remote = {
      isReady: () => true,
      run: async (_request: RemoteRequest, { complete }: RemoteContext) => {
        const { completions } = await complete({ messages: [{ role: "user", content: "?" }], options: {} });
        return { b: completions[0]?.text };
      },
    };
    expect((await run(python("x.Y", "a -> b"), { a: "x" }, { ...ports, remote })).b).toBe("hello");
    expect(ports.requests).toHaveLength(1);
  });

  it("lets the other side's failure pass, and names an output that does not come", async () => {
    const failing = (answer: () => Promise<object>) => ({
      ...scripted(),
      remote: { isReady: () => true, run: answer },
    });
    const lost = new Error("worker lost");
    const module = python("x.Y", "a -> b");
    await expect(
      run(
        module,
        { a: "x" },
        failing(() => Promise.reject(lost)),
      ),
    ).rejects.toBe(lost);
    await expect(
      run(
        module,
        { a: "x" },
        failing(async () => ({ c: 1 })),
      ),
    ).rejects.toMatchObject({
      code: "PROGRAM_REMOTE_INVALID",
      message: expect.stringContaining("no output `b`"),
    });
  });
});
