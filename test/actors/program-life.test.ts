import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import { predict, program } from "../../programs/index.ts";
import { createManualClock, type ScriptedAnswer, scriptedLm } from "../../testing/index.ts";
import { fields, Nested } from "./nested-program.ts";
import { rejection, turns, until } from "./waiting.ts";

const qa = () => predict("question -> answer");
const answer = (text: string): string => fields({ answer: text });
const hanging = (): ScriptedAnswer => ({ hangs: true });

describe("spawnProgram", () => {
  it("has one actor serve many calls at once", async () => {
    const lm = scriptedLm(() => ({ text: answer("ok"), delayMs: 1000 }), { clock: createManualClock() });
    await using runtime = await createRuntime({ lm, cache: "off", pool: { startConcurrency: 100 } });
    const handle = await runtime.spawnProgram(qa());
    const warnings: string[] = [];
    const warn = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", warn);
    const calls = Array.from({ length: 64 }, (_, index) => rejection(handle.run({ question: `q${index}` })));
    await until("all are in flight", () => lm.inFlight === 64);
    expect(handle.modulePaths).toEqual(["self"]);
    await handle.stop();
    await Promise.all(calls);
    await turns();
    process.off("warning", warn);
    expect(warnings).toEqual([]);
  });

  it("ends one call by its signal and no other", async () => {
    const release = Promise.withResolvers<ScriptedAnswer>();
    const lm = scriptedLm(() => release.promise);
    await using runtime = await createRuntime({ lm, cache: "off" });
    const handle = await runtime.spawnProgram(qa());
    const caller = new AbortController();
    const aborted = rejection(handle.run({ question: "a" }, { signal: caller.signal }));
    const other = handle.run({ question: "b" });
    await until("both are in flight", () => lm.inFlight === 2);
    caller.abort();
    expect(await aborted).toMatchObject({ code: "PROGRAM_ABORTED" });
    release.resolve(answer("b is right"));
    expect(await other).toEqual({ answer: "b is right" });
  });

  it("ends one call by its deadline and no other", async () => {
    const clock = createManualClock();
    const lm = scriptedLm(() => ({ text: answer("late"), delayMs: 500 }), { clock });
    await using runtime = await createRuntime({ lm, cache: "off", clock });
    const handle = await runtime.spawnProgram(qa());
    const hurried = rejection(handle.run({ question: "a" }, { timeoutMs: 100 }));
    const patient = handle.run({ question: "b" }, { timeoutMs: 1000 });
    await clock.advance(100);
    expect(await hurried).toMatchObject({ code: "PROGRAM_DEADLINE_EXCEEDED" });
    await clock.advance(400);
    expect(await patient).toEqual({ answer: "late" });
  });

  it("goes by the program's deadline where a call names none, and by the runtime's where the program does not", async () => {
    const clock = createManualClock();
    const lm = scriptedLm(hanging, { clock });
    await using runtime = await createRuntime({ lm, clock, timeoutMs: 200 });
    const own = await runtime.spawnProgram(qa(), { timeoutMs: 100 });
    const plain = await runtime.spawnProgram(qa());
    const ends: string[] = [];
    const calls = [
      rejection(plain.run({ question: "a" })).then(() => ends.push("runtime's")),
      rejection(own.run({ question: "b" })).then(() => ends.push("program's")),
    ];
    await clock.advance(200);
    await Promise.all(calls);
    expect(ends).toEqual(["program's", "runtime's"]);
  });

  it("takes no limit for a limit, and refuses a number that is none", async () => {
    await using runtime = await createRuntime({ lm: scriptedLm(() => answer("ok")) });
    const handle = await runtime.spawnProgram(qa(), { timeoutMs: Number.POSITIVE_INFINITY });
    expect(await handle.run({ question: "q" })).toEqual({ answer: "ok" });
    for (const timeoutMs of [0, -1, Number.NaN]) {
      expect(await rejection(handle.run({ question: "q" }, { timeoutMs }))).toMatchObject({
        code: "RUN_OPTIONS_INVALID",
        details: { option: "timeoutMs" },
      });
    }
  });

  it("rejects with PROGRAM_STOPPED after stop, which may be asked for twice, and ends what is in flight", async () => {
    const lm = scriptedLm(hanging);
    await using runtime = await createRuntime({ lm });
    const handle = await runtime.spawnProgram(qa());
    const inFlight = rejection(handle.run({ question: "q" }));
    await until("it is in flight", () => lm.inFlight === 1);
    await Promise.all([handle.stop(), handle.stop()]);
    expect(await inFlight).toMatchObject({ code: "ACTOR_DOWN" });
    await until("its request is aborted", () => lm.inFlight === 0);
    expect(await rejection(handle.run({ question: "q" }))).toMatchObject({ code: "PROGRAM_STOPPED" });
    expect(handle.actorOf("self")).toBeUndefined();
  });

  it("refuses wrong inputs with the field's name before anybody is asked", async () => {
    const lm = scriptedLm([]);
    await using runtime = await createRuntime({ lm });
    const handle = await runtime.spawnProgram(qa());
    const misspelt = { qestion: "q" } as unknown as { question: string };
    expect(await rejection(handle.run(misspelt))).toMatchObject({
      code: "PROGRAM_INPUT_INVALID",
      message: expect.stringContaining("question"),
    });
    expect(lm.calls).toHaveLength(0);
  });

  it("answers two programs of different models from their own", async () => {
    await using runtime = await createRuntime({ lm: scriptedLm(() => answer("first"), { modelName: "one" }) });
    const first = await runtime.spawnProgram(qa());
    const second = await runtime.spawnProgram(qa(), { lm: scriptedLm(() => answer("second"), { modelName: "two" }) });
    expect([await first.run({ question: "q" }), await second.run({ question: "q" })]).toEqual([
      { answer: "first" },
      { answer: "second" },
    ]);
  });
});

describe("a program whose supervisor gave up", () => {
  /** Kills a module's actor as often as it takes: the fourth kill within 5 s is one too many. */
  async function exhaust(kill: () => void): Promise<void> {
    for (let time = 0; time < 4; time++) {
      kill();
      await turns();
    }
  }

  it("is started anew by its next call, by one of many that come at once", async () => {
    const lm = scriptedLm(() => answer("ok"));
    await using runtime = await createRuntime({ lm, cache: "off" });
    const gaveUp: string[] = [];
    runtime.on("runtime.supervisor.gave-up", ({ about }) => void gaveUp.push(about.supervisor));
    const handle = await runtime.spawnProgram(qa());
    await exhaust(() => handle.actorOf("self")?.kill());
    expect(gaveUp).toHaveLength(1);
    expect(handle.actorOf("self")).toBeUndefined();
    const answers = await Promise.all(["a", "b", "c"].map((question) => handle.run({ question })));
    expect(answers).toEqual([{ answer: "ok" }, { answer: "ok" }, { answer: "ok" }]);
  });

  it("serves a call that comes while it is still going down", async () => {
    const lm = scriptedLm(() => answer("ok"));
    await using runtime = await createRuntime({ lm });
    const handle = await runtime.spawnProgram(qa());
    for (let time = 0; time < 3; time++) {
      handle.actorOf("self")?.kill();
      await turns();
    }
    handle.actorOf("self")?.kill();
    expect(await handle.run({ question: "q" })).toEqual({ answer: "ok" });
  });

  it("leaves other programs and their calls alone", async () => {
    const release = Promise.withResolvers<ScriptedAnswer>();
    const lm = scriptedLm(() => release.promise);
    await using runtime = await createRuntime({ lm });
    const victim = await runtime.spawnProgram(qa());
    const other = await runtime.spawnProgram(qa());
    const actorId = other.actorOf("self")?.actorId;
    const call = other.run({ question: "q" });
    await until("it is in flight", () => lm.inFlight === 1);
    await exhaust(() => victim.actorOf("self")?.kill());
    release.resolve(answer("undisturbed"));
    expect(await call).toEqual({ answer: "undisturbed" });
    expect(other.actorOf("self")?.actorId).toBe(actorId);
  });

  it("stays stopped if it was stopped while it was being started anew", async () => {
    await using runtime = await createRuntime({ lm: scriptedLm(() => answer("ok")) });
    const handle = await runtime.spawnProgram(new Nested());
    await exhaust(() => handle.actorOf("gen")?.kill());
    const call = rejection(handle.run({ question: "q" }));
    await handle.stop();
    expect(await call).toMatchObject({ code: expect.stringMatching(/PROGRAM_STOPPED|ACTOR_DOWN/) });
    await turns();
    expect(handle.modulePaths.map((path) => handle.actorOf(path))).toEqual(handle.modulePaths.map(() => undefined));
  });
});

describe("a function program", () => {
  it("is served by an actor per step", async () => {
    const lm = scriptedLm(({ messages }) =>
      JSON.stringify(messages).includes("## hint ##` ") ? fields({ hint: "h" }) : fields({ hint: "h", answer: "a" }),
    );
    const hinted = program(
      { step1: predict("question -> hint"), step2: predict("question, hint -> answer") },
      async ({ question }: { question: string }, { step1, step2 }) => {
        const { hint } = await step1({ question });
        return step2({ question, hint });
      },
    );
    await using runtime = await createRuntime({ lm });
    const handle = await runtime.spawnProgram(hinted);
    expect(handle.modulePaths).toEqual(["self", "step1", "step2"]);
    expect(await handle.run({ question: "q" })).toEqual({ answer: "a" });
  });
});
