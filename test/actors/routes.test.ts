import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import { createRouter, predict, python, type RemoteContext, type RemoteRequest } from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { scriptedLm } from "../../testing/index.ts";

const answer = "[[ ## answer ## ]]\nnative\n\n[[ ## completed ## ]]";
const lm = () => scriptedLm(() => answer);
const inputs = { question: "?" };

const remote = (run: (request: RemoteRequest, context: RemoteContext) => Promise<object>) => ({
  isReady: () => true,
  run,
});

describe("Runtime.routes", () => {
  it("tells which side ran, why, and what became of it, the newest first", async () => {
    await using runtime = await createRuntime({ lm: lm(), remote: remote(async () => ({ answer: "python" })) });
    const router = createRouter();
    const think = await runtime.spawnProgram(router.module("predict", "question -> answer"), { programName: "think" });
    const code = await runtime.spawnProgram(router.module("programOfThought", "question -> answer"), {
      programName: "code",
    });
    expect((await think.run(inputs)).answer).toBe("native");
    expect((await code.run(inputs)).answer).toBe("python");
    const decisions = await runtime.routes.decisions();
    expect(decisions.map(({ program, side, outcome }) => ({ program, side, outcome }))).toEqual([
      { program: "code", side: "python", outcome: "stopped" },
      { program: "think", side: "native", outcome: "stopped" },
    ]);
    expect(decisions[0]?.why).toContain("native: it has nothing for this");
    expect(await runtime.routes.decisions({ program: "think" })).toHaveLength(1);
    expect(await runtime.routes.decisions({ operation: "predict", limit: 0 })).toEqual([]);
  });

  it("publishes decisions and changes, and remembers that the other side took over", async () => {
    const lost = new BaseError("BRIDGE_WORKER_LOST", "lost");
    await using runtime = await createRuntime({ lm: lm(), remote: remote(() => Promise.reject(lost)) });
    const heard: unknown[] = [];
    runtime.on("program.route.*", ({ type, about }) => heard.push({ type, ...about }));
    const module = createRouter({ strategy: "python-first" }).module("predict", "question -> answer");
    const program = await runtime.spawnProgram(module, { programName: "think" });
    expect((await program.run(inputs)).answer).toBe("native");
    expect(heard).toMatchObject([
      { type: "program.route.decided", program: "think", path: "self", operation: "predict", side: "python" },
      { type: "program.route.changed", from: "python", to: "native", code: "BRIDGE_WORKER_LOST" },
    ]);
    expect(await runtime.routes.decisions()).toMatchObject([
      { side: "python", changedTo: "native", outcome: "stopped" },
    ]);
    expect(await runtime.routes.record("predict")).toMatchObject({
      python: { calls: 1, failures: 1 },
      native: { calls: 1, failures: 0 },
    });
  });

  it("measures what the hybrid strategy goes by", async () => {
    let failing = true;
    const native = {
      name: "flaky",
      capabilities: [],
      effects: "none" as const,
      make: () => predict("question -> answer"),
    };
    await using runtime = await createRuntime({
      lm: scriptedLm(() => (failing ? "no answer" : answer)),
      remote: remote(async () => ({ answer: "python" })),
      cache: "off",
    });
    const router = createRouter({ strategy: "hybrid", native: { predict: native } });
    const program = await runtime.spawnProgram(router.module("predict", "question -> answer"));
    // Native fails five times, and each time Python takes over.
    for (let n = 0; n < 5; n++) await program.run({ question: `${n}` });
    failing = false;
    expect((await program.run({ question: "and now?" })).answer).toBe("python");
    const [last] = await runtime.routes.decisions({ limit: 1 });
    expect(last).toMatchObject({ side: "python", why: expect.stringContaining("it failed less: 0 %") });
  });

  it("forgets, and no more, where its actor dies", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const program = await runtime.spawnProgram(createRouter().module("predict", "question -> answer"));
    await program.run(inputs);
    runtime.system.whereis("router")?.kill();
    expect((await program.run({ question: "again" })).answer).toBe("native");
    expect((await runtime.routes.decisions()).length).toBeLessThanOrEqual(1);
  });
});

describe("createRuntime's remote", () => {
  it("serves a program's Python, with the program's own model on the way back", async () => {
    const model = lm();
    await using runtime = await createRuntime({
      lm: model,
      remote: remote(async (_request, { complete }) => {
        const { completions } = await complete({ messages: [{ role: "user", content: "?" }], options: {} });
        return { answer: completions[0]?.text };
      }),
    });
    const program = await runtime.spawnProgram(python("mine.Program", "question -> answer"));
    expect((await program.run(inputs)).answer).toBe(answer);
    expect(model.calls).toHaveLength(1);
  });
});
