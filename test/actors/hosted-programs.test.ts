import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import {
  executeProgram,
  hostedProgram,
  Module,
  predict,
  prepareProgram,
  withPredictors,
} from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { type ScriptedLm, scriptedLm } from "../../testing/index.ts";
import { asking, best, composed, endless, failing, misspelt, tooled, waiting } from "./hosted-modules.ts";
import { fields } from "./nested-program.ts";
import { answeringLm, asked, questions, saying } from "./questions.ts";
import { rejection, until } from "./waiting.ts";

const here = new URL("./hosted-modules.ts", import.meta.url);
const PATIENT = { timeoutMs: 60_000 };
const echoing = () => answeringLm((question) => saying(`answer to ${question}`));

/** Runs a program once on a question. */
async function once<Outputs extends object>(
  module: Module<{ readonly question: string }, Outputs>,
  lm: ScriptedLm = echoing(),
  question = "q0",
): Promise<object> {
  await using runtime = await createRuntime({ lm });
  return await (await runtime.spawnProgram(module)).run({ question }, PATIENT);
}

describe("a hosted program", { timeout: 120_000 }, () => {
  it("computes in a thread, under the call's settings, and its steps are answered here, under theirs", async () => {
    const lm = echoing();
    await using runtime = await createRuntime({ lm });
    const handle = await runtime.spawnProgram(asking, { lmOptions: { maxTokens: 77 } });
    expect(await handle.run({ question: "q0" }, PATIENT)).toEqual({
      answer: "answer to q0",
      isElsewhere: true,
      told: "kept self 77 true",
    });
    expect(lm.calls[0]?.request.options).toMatchObject({ temperature: 0.25 });
  });

  it("runs where it is called outside of a runtime", async () => {
    const lm = echoing();
    const prediction = await executeProgram(
      prepareProgram(asking),
      { question: "q0" },
      { lm: (request, { signal }) => lm.complete(request, { signal }) },
    );
    expect(prediction).toMatchObject({ answer: "answer to q0", isElsewhere: false });
  });

  it("runs the predictors of a changed copy", async () => {
    const lm = echoing();
    await once(
      withPredictors(asking, (_, predictor) => predictor.withInstructions("Answer in Latin.")),
      lm,
    );
    expect(JSON.stringify(lm.calls[0]?.request.messages)).toContain("Answer in Latin.");
  });

  it("is recorded, and heard of, as if it ran here", async () => {
    const heard: string[] = [];
    const observer = {
      kinds: ["module", "request"] as const,
      started: (work: { path: string; kind: string }) => void heard.push(`${work.kind} ${work.path}`),
    };
    await using runtime = await createRuntime({ lm: echoing(), store: memoryStore() });
    const handle = (await runtime.spawnProgram(asking)).with({ observer });
    await handle.run({ question: "q0" }, PATIENT);
    expect(heard).toEqual(["module self", "module ask", "request ask"]);
    expect((await runtime.store.list("lm-call").all()).records).toMatchObject([{ modulePath: "ask" }]);
  });

  it("has its tools called in its thread, and recorded here", async () => {
    await using runtime = await createRuntime({ lm: echoing(), store: memoryStore() });
    const handle = await runtime.spawnProgram(tooled);
    const { answer } = await handle.run({ question: "q0" }, PATIENT);
    expect(answer).toMatch(/^Q0 elsewhere .*text/);
    const { records } = await runtime.store.list("tool-call").all();
    expect(records.map(({ toolName, outcome }) => [toolName, Object.keys(outcome)])).toEqual(
      expect.arrayContaining([
        ["shout", ["error"]],
        ["shout", ["result"]],
      ]),
    );
  });

  it("may be a module that is made of others, hosted ones among them", async () => {
    const lm = scriptedLm(({ messages }) =>
      String(messages.at(-1)?.content).includes("`[[ ## hint ## ]]`") ? fields({ hint: "h0" }) : saying("done"),
    );
    expect(await once(composed, lm)).toEqual({ answer: "done", isElsewhere: true, isOutside: true });
  });

  it("makes attempts there, and traces the one that counts", async () => {
    const lm = answeringLm((_, time) => saying("x".repeat(time + 1)));
    await using runtime = await createRuntime({ lm });
    const traces: unknown[] = [];
    const { results } = await runtime.evaluate(best, {
      dataset: questions(1),
      exampleTimeoutMs: 60_000,
      metric: (_example, prediction, { trace }) => {
        traces.push(...trace);
        return String((prediction as { readonly answer?: unknown }).answer) === "xxx";
      },
    });
    expect(results.examples).toMatchObject([{ status: "scored" }]);
    expect(traces).toMatchObject([{ path: "module", outputs: { answer: "xxx" } }]);
  });

  it("fails with what its code throws, and passes the model's failures on", async () => {
    expect(await rejection(once(failing))).toMatchObject({
      code: "PROGRAM_FORWARD_FAILED",
      cause: { message: "out of range" },
      details: { path: "self", moduleName: "Failing" },
    });
    const refused = rejection(
      once(
        waiting,
        scriptedLm(() => new BaseError("LM_REFUSED", "not today")),
      ),
    );
    expect(await refused).toMatchObject({ code: "LM_REFUSED" });
  });

  it("is refused an option of a step that there is not, as it would be here", async () => {
    expect(await rejection(once(misspelt))).toMatchObject({
      code: "RUN_OPTIONS_INVALID",
      message: 'call.run has no option "timeoutms". Did you mean "timeoutMs"?',
    });
  });

  it("that never comes back loses its thread, and what stood behind it and comes after is served by the spare", async () => {
    const lm = echoing();
    await using runtime = await createRuntime({ lm });
    const handle = await runtime.spawnProgram(endless);
    expect(await handle.run({ question: "q0" })).toEqual({ answer: "answer to q0" });
    const stuck = rejection(handle.run({ question: "q1" }));
    const behind = handle.run({ question: "q2" });
    expect(await stuck).toMatchObject({
      code: "PROGRAM_HOST_LOST",
      retryable: true,
      details: { path: "self", stuckAfterMs: 4000 },
      cause: { code: "HOST_LOST", details: { loss: "stuck" } },
    });
    expect(await behind).toEqual({ answer: "answer to q2" });
    expect(await handle.run({ question: "q3" })).toEqual({ answer: "answer to q3" });
    expect(asked(lm)).toEqual(["q0", "q2", "q3"]);
  });

  it("fails one example of an evaluation where it never comes back, and the others count", async () => {
    await using runtime = await createRuntime({ lm: echoing() });
    const { results } = await runtime.evaluate(endless, {
      dataset: questions(4),
      exampleTimeoutMs: 60_000,
      window: 1,
      metric: (_example, prediction) => "answer" in prediction,
    });
    expect(results.examples.map((row) => (row.status === "failed" ? row.code : row.status))).toEqual([
      "scored",
      "PROGRAM_HOST_LOST",
      "scored",
      "scored",
    ]);
  });

  it("is called off with what it waits for, and others go on", async () => {
    const lm = answeringLm((question) => (question === "q1" ? { hangs: true } : saying("yes")));
    await using runtime = await createRuntime({ lm });
    const handle = await runtime.spawnProgram(waiting);
    const cancel = new AbortController();
    const hanging = rejection(handle.run({ question: "q1" }, { signal: cancel.signal }));
    await askedFor(lm, "q1");
    cancel.abort();
    expect(await hanging).toMatchObject({ code: "PROGRAM_ABORTED" });
    await until("its request is called off", () => lm.inFlight === 0);
    expect(await handle.run({ question: "q2" }, PATIENT)).toEqual({ answer: "yes" });
  });

  it("ends at its deadline, in an endless loop as well", async () => {
    await using runtime = await createRuntime({ lm: echoing() });
    const handle = await runtime.spawnProgram(endless);
    await handle.run({ question: "q0" });
    expect(await rejection(handle.run({ question: "q1" }, { timeoutMs: 300 }))).toMatchObject({
      code: "PROGRAM_DEADLINE_EXCEEDED",
    });
  });

  class Elsewhere extends Module<{ readonly question: string }, object> {
    override forward() {
      return {};
    }
  }

  it.each([
    ["is another class", here, "asking", "of class Elsewhere, found one of class Asking"],
    ["is no module", here, "notAModule", "found a number"],
    ["is not there", here, "askin", 'Did you mean "asking"?'],
    ["does not load", "data:text/javascript,throw new Error('at once')", "any", "at once"],
  ])("whose export %s fails its calls, saying so", async (_, url, exportName, words) => {
    const module = hostedProgram(new Elsewhere(), url, exportName, { host: "thread" });
    expect(await rejection(once(module))).toMatchObject({
      code: "PROGRAM_HOSTED_INVALID",
      message: expect.stringContaining(words),
    });
  });

  it.each([
    [() => hostedProgram(predict("a -> b"), here, "x", { host: "thread" }), "A predictor computes nothing"],
    [() => hostedProgram(new Elsewhere(), "./x.ts", "x", { host: "thread" }), "import.meta.url"],
    [() => hostedProgram(new Elsewhere(), here, "", { host: "thread" }), "the name under which"],
    [() => hostedProgram(new Elsewhere(), here, "x", { host: "fibre" as "thread" }), 'host of the hosted module "x"'],
    [() => hostedProgram(new Elsewhere(), here, "x", { host: "thread", threads: 0.5 }), "a whole number from 1"],
    [() => hostedProgram(new Elsewhere(), here, "x", { host: "thread", stuckAfterMs: 0 }), "a number > 0"],
    [
      () => hostedProgram(new Elsewhere(), here, "x", { host: "thread", ...{ stuckAfter: 1 } }),
      'Did you mean "stuckAfterMs"?',
    ],
  ])("cannot be made of what no thread can run %#", (make, words) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "PROGRAM_HOSTED_INVALID", message: expect.stringContaining(words) }),
    );
  });
});

async function askedFor(lm: ScriptedLm, question: string): Promise<void> {
  while (!asked(lm).includes(question)) await new Promise((resolve) => setTimeout(resolve, 5));
}
