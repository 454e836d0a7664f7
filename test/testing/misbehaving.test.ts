import { describe, expect, it } from "vitest";
import {
  type AnyActorRef,
  child,
  createBus,
  createSystem,
  defineActor,
  errorCode,
  isDown,
  type RuntimeEvent,
  reply,
  type SupervisorRef,
  supervisor,
  whichChildren,
} from "../../runtime/index.ts";
import {
  createManualClock,
  MISCHIEF,
  type MisbehavingOptions,
  type Mischief,
  type MischiefPart,
  misbehaving,
  recordEvents,
} from "../../testing/index.ts";

function newSystem() {
  const clock = createManualClock();
  const system = createSystem({ clock, bus: createBus<RuntimeEvent>({ clock }) });
  return { clock, system };
}

/** What a call of `work` comes to, for an actor in this mode that nobody supervises. */
async function outcomeOf(mode: Mischief, options: MisbehavingOptions = {}): Promise<unknown> {
  const { clock, system } = newSystem();
  const ref = await system.spawn(misbehaving(mode, options));
  const answer = ref.call("work", "value").catch(errorCode);
  await clock.advance(20_000);
  return answer;
}

describe("misbehaving", () => {
  it.each([
    ["throw", "ACTOR_DOWN"],
    ["reject", "ACTOR_DOWN"],
    ["exit", "ACTOR_DOWN"],
    ["garbage", "ACTOR_DOWN"],
    ["die-mid-stream", "ACTOR_DOWN"],
    ["hang", "CALL_TIMEOUT"],
    ["answer-late", "CALL_TIMEOUT"],
    ["answer-twice", "value"],
    ["flood", "value"],
  ] as const)("answers a call in mode %s with %s", async (mode, expected) => {
    expect(await outcomeOf(mode)).toBe(expected);
  });

  it.each(["throw", "reject", "exit", "garbage", "hang", "die-mid-stream"] as const)(
    "fails casts and other messages in mode %s too",
    async (mode) => {
      for (const way of ["cast", "send"] as const) {
        const { clock, system } = newSystem();
        const ref = await system.spawn(misbehaving(mode));
        if (way === "cast") ref.cast("work", "value");
        else ref.send("value");
        await clock.settle();
        expect(system.tree().map(({ status }) => status)).toEqual(mode === "hang" ? ["busy"] : []);
      }
    },
  );

  it("drops the second of two answers", async () => {
    const { clock, system } = newSystem();
    const recorder = recordEvents(system, { pattern: "runtime.message.dropped" });
    const ref = await system.spawn(misbehaving("answer-twice"));
    await ref.call("work", "value");
    await clock.settle();
    expect(recorder.events.map(({ about }) => about)).toMatchObject([{ cause: "second-reply" }]);
  });

  it.each([
    ["fail-start", "START_FAILED"],
    ["ignore-start", "START_IGNORED"],
    ["never-start", "START_TIMEOUT"],
  ] as const)("refuses to start in mode %s: %s", async (mode, code) => {
    const { clock, system } = newSystem();
    const started = system.spawn(misbehaving(mode), undefined, { initTimeoutMs: 100 }).catch(errorCode);
    await clock.advance(100);
    expect(await started).toBe(code);
  });

  it.each([
    ["never-stop", "STOP_TIMEOUT"],
    ["fail-stop", "STOP_FAILED"],
  ] as const)("refuses to stop in mode %s: %s", async (mode, code) => {
    const { clock, system } = newSystem();
    const ref = await system.spawn(misbehaving(mode));
    const stopped = ref.stop({ timeoutMs: 100 }).catch(errorCode);
    await clock.advance(100);
    expect(await stopped).toBe(code);
  });

  it.each([
    ["flood", 7, 7],
    ["die-mid-stream", 7, 3],
  ] as const)("sends parts in mode %s: of %i, %i arrive", async (mode, count, arrived) => {
    const { clock, system } = newSystem();
    const parts: (number | "DOWN")[] = [];
    const listener = defineActor({
      init: (_: void) => 0,
      handleCall: {
        watch: (state, ref: AnyActorRef, self) => {
          self.monitor(ref);
          return reply(undefined, state);
        },
      },
      handleInfo: (state, message) => {
        parts.push(isDown(message) ? "DOWN" : (message as MischiefPart).part);
        return state;
      },
    });
    const to = await system.spawn(listener);
    const ref = await system.spawn(misbehaving(mode, { to, count }));
    await to.call("watch", ref);
    ref.cast("work", "go");
    await clock.settle();
    const expected: (number | "DOWN")[] = Array.from({ length: arrived }, (_, part) => part);
    expect(parts).toEqual(mode === "flood" ? expected : [...expected, "DOWN"]);
  });

  it("fails as often as told, over its incarnations, and then is good", async () => {
    const { clock, system } = newSystem();
    const flaky = misbehaving("throw", { times: 2 });
    await system.spawn(
      supervisor({ strategy: "one_for_one", children: [child("flaky", flaky, undefined, { name: "flaky" })] }),
    );
    const ref = system.named<typeof flaky>("flaky");
    const answers: unknown[] = [];
    for (let asked = 0; asked < 3; asked++) {
      answers.push(await ref.call("work", "value").catch(errorCode));
      await clock.settle();
    }
    expect(answers).toEqual(["ACTOR_DOWN", "ACTOR_DOWN", "value"]);
  });

  it("knows every mode by name, and the nearest to one it does not know", () => {
    for (const mode of MISCHIEF) expect(misbehaving(mode).behaviourName).toContain(mode);
    expect(() => misbehaving("thrown" as Mischief)).toThrow(
      expect.objectContaining({ code: "MISCHIEF_UNKNOWN", message: expect.stringContaining('Did you mean "throw"?') }),
    );
  });
});

const DEADLY = ["throw", "reject", "exit", "garbage", "die-mid-stream"] as const;
const SIBLINGS = { one_for_one: "a#1 c#1", one_for_all: "a#2 c#2", rest_for_one: "a#1 c#2" } as const;

describe("a supervisor of a misbehaving child", () => {
  const table = DEADLY.flatMap((mode) =>
    (Object.keys(SIBLINGS) as (keyof typeof SIBLINGS)[]).map((strategy) => [mode, strategy] as const),
  );

  it.each(table)("%s under %s: restarts what its strategy says, and reports it", async (mode, strategy) => {
    const { clock, system } = newSystem();
    const recorder = recordEvents(system, { pattern: "runtime.child.restarted" });
    let starts = { a: 0, c: 0 };
    const counted = (id: "a" | "c") =>
      child(
        id,
        defineActor({
          init: (_: void) => {
            starts = { ...starts, [id]: starts[id] + 1 };
            return 0;
          },
        }),
      );
    const bad = child("b", misbehaving(mode, { times: 1 }), undefined, { name: "b" });
    await system.spawn(supervisor({ strategy, children: [counted("a"), bad, counted("c")] }));
    system.send("b", "go");
    await clock.settle();
    expect(`a#${starts.a} c#${starts.c}`).toBe(SIBLINGS[strategy]);
    expect(recorder.events.map(({ about }) => about)).toContainEqual(
      expect.objectContaining({ childId: "b", strategy }),
    );
  });

  it.each(["hang", "answer-late", "answer-twice", "flood"] as const)("leaves one in mode %s alone", async (mode) => {
    const { clock, system } = newSystem();
    const recorder = recordEvents(system, { pattern: "runtime.child.*" });
    const bad = misbehaving(mode);
    const top: SupervisorRef = await system.spawn(
      supervisor({ strategy: "one_for_one", children: [child("b", bad, undefined, { name: "b" })] }),
    );
    void system
      .named<typeof bad>("b")
      .call("work", 1)
      .catch(() => undefined);
    await clock.advance(20_000);
    expect((await whichChildren(top))[0]).toMatchObject({ id: "b", status: "running" });
    expect(recorder.types).toEqual([]);
  });
});
