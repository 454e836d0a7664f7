import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createRuntime, type RuntimeOptions } from "../../actors/index.ts";
import { dataset, exactMatch } from "../../evaluate/index.ts";
import { labeledFewShot } from "../../optimizers/index.ts";
import { predict } from "../../programs/index.ts";
import { memoryStore } from "../../stores/index.ts";
import { createManualClock, scriptedLm } from "../../testing/index.ts";
import { fields } from "./nested-program.ts";
import { rejection, turns, until } from "./waiting.ts";

const qa = () => predict("question -> answer");
const data = dataset([{ question: "q", answer: "ok" }], { inputs: ["question"] });
const metric = { exact: exactMatch("answer") };
const answering = () => scriptedLm(() => fields({ answer: "ok" }));

interface ChildEnd {
  readonly code: number | null;
  readonly output: string;
}

/** Runs one of the processes beside this file in a folder, to its own end. */
function runProcess(name: string, cwd: string): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url))], { cwd });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

describe("createRuntime", () => {
  it.each([
    [{ lmm: "x" }, 'no option "lmm". Did you mean "lm"?'],
    [{ stroe: ".dspex" }, 'Did you mean "store"?'],
    [{ durability: "sync" }, 'Expected durability to be "process" or "synced", got "sync"'],
    [{ calls: true }, 'Expected calls to be "on" or "off"'],
    [{ store: "" }, "Expected store to name a folder"],
    [{ timeoutMs: 0 }, "Expected timeoutMs to be a positive number of milliseconds, got 0"],
    [{ timeoutMs: Number.NaN }, "got NaN"],
    [{ compat: "dspy-2" }, 'Expected compat to be "dspy-3.3.1"'],
  ])("refuses %j, saying what was expected", async (options, words) => {
    const error = await rejection(createRuntime(options as unknown as RuntimeOptions));
    expect(error).toMatchObject({ code: "RUNTIME_OPTIONS_INVALID", message: expect.stringContaining(words) });
  });

  it("rejects with LM_NOT_CONFIGURED where no model is named, naming the ways to set one, whatever is asked", async () => {
    await using runtime = await createRuntime();
    const asked = [
      runtime.spawnProgram(qa()),
      runtime.evaluate(qa(), { dataset: data, metric }),
      runtime.optimize(qa(), { optimizer: labeledFewShot(), trainset: data, metric }),
    ];
    for (const error of await Promise.all(asked.map(rejection))) {
      expect(error).toMatchObject({ code: "LM_NOT_CONFIGURED" });
      expect((error as Error).message).toMatch(/createRuntime\(\{ lm/);
    }
  });

  it("refuses options of its methods that do not exist, naming the nearest, and says which one is missing", async () => {
    await using runtime = await createRuntime({ lm: answering() });
    // As a caller without types would write them.
    const untyped = (options: object): never => options as never;
    const asked: readonly (readonly [Promise<unknown>, string])[] = [
      [
        runtime.evaluate(qa(), untyped({ dataset: data, metrics: metric })),
        'evaluate has no option "metrics". Did you mean "metric"?',
      ],
      [runtime.evaluate(qa(), untyped({ metric })), "Expected evaluate to be given dataset, found none."],
      [
        runtime.optimize(qa(), untyped({ optimizer: labeledFewShot(), trainSet: data, metric })),
        'Did you mean "trainset"?',
      ],
      [runtime.resume("run_1", untyped({ metric })), "Expected resume to be given program, found none."],
      [
        runtime.spawnProgram(qa(), untyped({ timeout: 5 })),
        'spawnProgram has no option "timeout". Did you mean "timeoutMs"?',
      ],
    ];
    for (const [answer, words] of asked) {
      expect(await rejection(answer)).toMatchObject({
        code: "RUN_OPTIONS_INVALID",
        message: expect.stringContaining(words),
      });
    }
  });

  it("leaves no hypothesis and no experiment of a request that was refused", async () => {
    await using runtime = await createRuntime({ lm: answering() });
    const empty = { ...data, examples: [], exampleIds: [] };
    expect(await rejection(runtime.evaluate(qa(), { dataset: empty, metric }))).toMatchObject({
      code: "EVALUATION_DATASET_EMPTY",
    });
    expect(await rejection(runtime.evaluate(qa(), { dataset: data, metric, window: 0 }))).toMatchObject({
      code: "RUN_OPTIONS_INVALID",
      message: "Expected window to be a whole number from 1, got 0.",
    });
    expect(await rejection(runtime.evaluate(qa(), { dataset: data, metric, lm: "nobody/knows" }))).toMatchObject({
      code: "LM_PROVIDER_UNKNOWN",
    });
    expect((await runtime.experiments.list()).experiments).toEqual([]);
    expect((await runtime.store.list("hypothesis").all()).records).toEqual([]);
  });

  it("writes nothing to disk unless a store is named", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dspex-nothing-"));
    try {
      const { code, output } = await runProcess("whole-life-process.ts", folder);
      expect(output).toContain("stopped");
      expect(code).toBe(0);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 180_000);

  it("takes a store of the caller's own, opens it and closes it", async () => {
    const store = memoryStore();
    const runtime = await createRuntime({ lm: answering(), store });
    expect(store.status).toBe("open");
    expect(runtime.store).toBe(store);
    await runtime.stop();
    expect(store.status).toBe("closed");
  });
});

describe("Runtime.stop", () => {
  it("may be asked for many times, and all wait for the one stop", async () => {
    const runtime = await createRuntime({ lm: answering() });
    const stopped: string[] = [];
    runtime.on("application.runtime.stopped", ({ type }) => void stopped.push(type));
    await Promise.all([runtime.stop(), runtime.stop(), runtime[Symbol.asyncDispose]()]);
    await runtime.stop();
    expect(stopped).toEqual(["application.runtime.stopped"]);
    expect(runtime.system.actorCount).toBe(0);
  });

  it("is followed by RUNTIME_STOPPED, whatever is asked", async () => {
    const runtime = await createRuntime({ lm: answering(), store: memoryStore() });
    const handle = await runtime.spawnProgram(qa());
    await runtime.stop();
    const asked: readonly Promise<unknown>[] = [
      handle.run({ question: "q" }),
      runtime.spawnProgram(qa()),
      runtime.evaluate(qa(), { dataset: data, metric }),
      runtime.experiments.registerHypothesis({ researchQuestion: "?", prediction: "!" }),
    ];
    for (const error of await Promise.all(asked.map(rejection)))
      expect(error).toMatchObject({ code: "RUNTIME_STOPPED" });
    await handle.stop();
  });

  it("ends calls and runs in flight with typed errors, and nobody is left with an unhandled rejection", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const lm = scriptedLm(() => ({ hangs: true }));
    const runtime = await createRuntime({ lm, cache: "off", store: memoryStore() });
    const handle = await runtime.spawnProgram(qa());
    const call = rejection(handle.run({ question: "another" }));
    const evaluation = rejection(runtime.evaluate(qa(), { dataset: data, metric }));
    // Nobody awaits this one: stopping must not need it.
    void handle.run({ question: "nobody waits" }).catch(() => {});
    await until("all are in flight", () => lm.inFlight === 3);
    await runtime.stop();
    expect(await call).toMatchObject({ code: "ACTOR_DOWN" });
    expect(await evaluation).toMatchObject({
      code: "RUN_ABANDONED",
      details: { runId: expect.stringMatching(/^run/) },
    });
    expect(lm.inFlight).toBe(0);
    await turns(50);
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("leaves no timer behind", async () => {
    const clock = createManualClock();
    const lm = scriptedLm(() => ({ text: fields({ answer: "ok" }), delayMs: 100 }), { clock });
    const runtime = await createRuntime({ lm, clock, store: memoryStore({ clock }), timeoutMs: 1000 });
    const handle = await runtime.spawnProgram(qa());
    const call = rejection(handle.run({ question: "q" }));
    await until("it is in flight", () => lm.inFlight === 1);
    const stopping = runtime.stop();
    await clock.advance(0);
    await stopping;
    await call;
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
  });
});
