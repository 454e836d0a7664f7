import { describe, expect, it } from "vitest";
import {
  type ActorRef,
  type AnyActorRef,
  child,
  countChildren,
  createSystem,
  defineActor,
  dynamicSupervisor,
  type ExitReason,
  errorCode,
  isBaseError,
  reply,
  type Self,
  type SupervisorRef,
  startChild,
  supervisor,
  terminateChild,
  whichChildren,
} from "../../runtime/index.ts";
import { createManualClock, misbehaving, recordEvents } from "../../testing/index.ts";

function newSystem() {
  const clock = createManualClock();
  return { clock, system: createSystem({ clock }) };
}

const echo = defineActor({
  init: (_: void) => 0,
  handleCall: { echo: (state, value: unknown) => reply(value, state) },
  handleCast: { note: (state) => state + 1 },
  handleInfo: (state: number) => state + 1,
});

describe("a behaviour that returns rubbish", () => {
  it("ends with RESULT_INVALID as reason, and its supervisor starts another [140]", async () => {
    const { clock, system } = newSystem();
    const recorder = recordEvents(system, { pattern: "runtime.supervisor.reported" });
    const bad = misbehaving("garbage", { times: 1 });
    await system.spawn(supervisor({ strategy: "one_for_one", children: [child("b", bad, undefined, { name: "b" })] }));
    const ref = system.named<typeof bad>("b");
    const failure = await ref.call("work", 1).catch((error: unknown) => error);
    expect(isBaseError(failure, "ACTOR_DOWN") && errorCode(failure.cause)).toBe("RESULT_INVALID");
    await clock.settle();
    expect(recorder.events[0]?.about).toMatchObject({ context: "child_terminated", message: 'call "work"' });
    expect(await ref.call("work", 2)).toBe(2);
  });
});

describe("an init that never settles", () => {
  it("is killed after its time, and the rest of the tree is rolled back [6] [142]", async () => {
    const { clock, system } = newSystem();
    const stuck = child("stuck", misbehaving("never-start"), undefined, { initTimeoutMs: 100 });
    const spawned = system
      .spawn(supervisor({ strategy: "one_for_one", children: [child("a", echo), stuck] }))
      .catch((error: unknown) => error);
    await clock.advance(100);
    const failure = await spawned;
    expect(isBaseError(failure, "START_FAILED") && failure.message).toContain("stuck");
    expect(system.actorCount).toBe(0);
  });

  it("counts as a failed restart, tried again until the supervisor gives up [50]", async () => {
    const { clock, system } = newSystem();
    let starts = 0;
    const onceGood = defineActor({
      init: (_: void): number | Promise<number> => (starts++ === 0 ? 0 : new Promise<never>(() => {})),
    });
    const top = await system.spawn(
      supervisor({
        strategy: "one_for_one",
        intensity: 2,
        children: [child("a", onceGood, undefined, { initTimeoutMs: 100, name: "a" })],
      }),
    );
    system.whereis("a")?.kill();
    await clock.advance(99);
    expect([starts, top.isAlive]).toEqual([2, true]);
    await clock.advance(500);
    expect([starts, top.isAlive]).toEqual([3, false]);
  });
});

describe("a supervisor stopped while its child hangs in init", () => {
  const stuck = child("stuck", misbehaving("never-start"));

  it("is killed after its shutdown time by the supervisor above, and takes the child along [20] [53]", async () => {
    const { clock, system } = newSystem();
    const inner = child("inner", supervisor({ strategy: "one_for_one" }), undefined, { name: "inner", shutdown: 100 });
    const outer = await system.spawn(supervisor({ strategy: "one_for_one", children: [inner] }));
    const ref = system.whereis<ReturnType<typeof supervisor>>("inner");
    const end = system.whenDown(ref as AnyActorRef);
    const starting = startChild(ref as SupervisorRef, stuck).catch(errorCode);
    await clock.settle();
    const stopping = terminateChild(outer, "inner");
    await clock.advance(99);
    expect(ref?.isAlive).toBe(true);
    await clock.advance(1);
    await stopping;
    expect([await end, await starting, system.actorCount]).toEqual<unknown[]>(["killed", "ACTOR_DOWN", 1]);
  });

  it("is killed when the system's own time is up [36]", async () => {
    const { clock, system } = newSystem();
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
    void startChild(ref, stuck).catch(() => undefined);
    await clock.settle();
    const stopping = system.stop({ timeoutMs: 1000 });
    await clock.advance(1000);
    await stopping;
    expect(system.actorCount).toBe(0);
  });

  it("is told to the one who wants it stopped, and left alone, where a time was given [33]", async () => {
    const { clock, system } = newSystem();
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
    void startChild(ref, stuck).catch(() => undefined);
    await clock.settle();
    const stopping = ref.stop({ timeoutMs: 100 }).catch(errorCode);
    await clock.advance(100);
    expect([await stopping, ref.isAlive]).toEqual(["STOP_TIMEOUT", true]);
    ref.kill();
    await clock.settle();
    expect(system.actorCount).toBe(0);
  });
});

describe("a terminate that hangs", () => {
  it.each([
    ["one_for_one", supervisor({ strategy: "one_for_one" })],
    ["dynamic", dynamicSupervisor()],
  ])("is cut off after the child's shutdown time, and its siblings have theirs (%s) [20] [29]", async (_kind, kind) => {
    const { clock, system } = newSystem();
    const top = (await system.spawn(kind as ReturnType<typeof supervisor>)) as SupervisorRef;
    const calm = await startChild(top, child("calm", echo));
    const stubborn = await startChild(top, child("stubborn", misbehaving("never-stop"), undefined, { shutdown: 100 }));
    const ends = Promise.all([system.whenDown(calm), system.whenDown(stubborn)]);
    const stopping = top.stop();
    await clock.advance(100);
    await stopping;
    expect(await ends).toEqual<ExitReason[]>(["shutdown", "killed"]);
  });
});

describe("1,000,000 messages to a stopped actor", () => {
  const MANY = 1_000_000;

  it("are dropped one by one and kept nowhere [133] [134]", async () => {
    const { clock, system } = newSystem();
    const ref = await system.spawn(echo);
    await ref.stop();
    for (let sent = 0; sent < MANY; sent += 2) {
      ref.cast("note");
      ref.send({ a: "message" });
    }
    await clock.settle();
    expect([system.actorCount, system.tree()]).toEqual([0, []]);
    expect(await ref.call("echo", 1).catch(errorCode)).toBe("ACTOR_DOWN");
    expect(clock.pendingTimers).toBe(0);
  });

  it("are reported each where somebody listens [134]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(echo);
    await ref.stop();
    let dropped = 0;
    system.bus.on("runtime.message.dropped", ({ about }) => {
      if (about.cause === "dead-actor") dropped++;
    });
    for (let sent = 0; sent < MANY; sent++) ref.cast("note");
    expect(dropped).toBe(MANY);
  });

  it("that is only suspended wait, and are handled when it goes on [147]", async () => {
    const { clock, system } = newSystem();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = defineActor({
      init: (_: void) => 0,
      handleCall: { count: (state) => reply(state) },
      handleCast: {
        wait: async (state) => {
          await promise;
          return state;
        },
        note: (state) => state + 1,
      },
    });
    const ref = await system.spawn(waiting);
    ref.cast("wait");
    await clock.settle();
    for (let sent = 0; sent < MANY; sent++) ref.cast("note");
    expect(system.tree()[0]?.mailbox).toBe(MANY);
    resolve();
    expect(await ref.call("count", undefined, { timeoutMs: Number.POSITIVE_INFINITY })).toBe(MANY);
  });
});

describe("a name taken twice", () => {
  it("refuses a spawn, a child and a registration, and leaves the first holder alone [91] [143]", async () => {
    const { system } = newSystem();
    const first = await system.spawn(echo, undefined, { name: "taken" });
    const other = await system.spawn(echo);
    const top = await system.spawn(supervisor({ strategy: "one_for_one" }));
    expect(await system.spawn(echo, undefined, { name: "taken" }).catch(errorCode)).toBe("NAME_TAKEN");
    expect(await startChild(top, child("c", echo, undefined, { name: "taken" })).catch(errorCode)).toBe("NAME_TAKEN");
    expect(() => system.register("taken", other)).toThrow(expect.objectContaining({ code: "NAME_TAKEN" }));
    expect(await countChildren(top)).toMatchObject({ specs: 0 });
    expect(system.whereis("taken")).toBe(first);
  });
});

describe("a call to oneself", () => {
  const asksItself = async (self: Self, ref: AnyActorRef) => {
    // A reference to whatever it is: only the kernel can know that it is the one who calls.
    const own = ref as ActorRef<typeof echo>;
    const [plain, through] = [own.call("echo", 1), self.call(own, "echo", 1)];
    const codes = [await plain.catch(errorCode), await through.catch(errorCode)];
    return reply([...codes, await self.call(own, "echo", 1).catch(errorCode)], 0);
  };
  const narcissus = defineActor({
    init: (_: void) => 0,
    handleCall: {
      echo: (_state, value: unknown) => reply(value, 0),
      byRef: (_state, _: void, self) => asksItself(self, self.ref),
      byName: (_state, name: string, self) => asksItself(self, self.system.named(name)),
    },
  });

  it("fails at once by reference, by name, and through self after an await [130]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(narcissus, undefined, { name: "narcissus" });
    expect(await ref.call("byRef")).toEqual(["CALLING_SELF", "CALLING_SELF", "CALLING_SELF"]);
    expect(await ref.call("byName", "narcissus")).toEqual(["CALLING_SELF", "CALLING_SELF", "CALLING_SELF"]);
  });

  it("of a supervisor's child to its own supervisor, in init, is a time-out and not a dead end [53] [128]", async () => {
    const { clock, system } = newSystem();
    const asking = defineActor({
      init: (_: void, self) => whichChildren(self.system.named("top"), { timeoutMs: 100 }).then(() => 0),
    });
    const top = await system.spawn(supervisor({ strategy: "one_for_one" }), undefined, { name: "top" });
    const started = startChild(top, child("asking", asking)).catch((error: unknown) => error);
    await clock.advance(100);
    const failure = await started;
    expect(isBaseError(failure, "START_FAILED") && errorCode(failure.cause)).toBe("CALL_TIMEOUT");
    expect(await countChildren(top)).toMatchObject({ specs: 0 });
  });
});
