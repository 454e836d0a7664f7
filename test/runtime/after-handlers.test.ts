import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type ArgsOf,
  BaseError,
  defineActor,
  errorCode,
  ignore,
  isTimeout,
  next,
  noReply,
  reply,
  type StateOf,
  stop,
} from "../../runtime/index.ts";
import { newSystem } from "./busy-server.ts";

/** An actor that writes down what runs, in order. */
const diary = defineActor({
  behaviourName: "diary",
  init: (first: readonly string[]) => next([...first, "init"], { continueWith: "from init" }),
  handleCall: {
    read: (state) => reply(state),
    readOn: (state) => next(reply(state, [...state, "answered"]), { continueWith: "from call" }),
    keepOn: (state, _: void, self) => {
      self.replyTo<string>().reply("kept");
      return next(noReply(state), { continueWith: "from noReply" });
    },
    idle: (state, timeoutMs: number) => next(reply(timeoutMs, state), { timeoutMs }),
  },
  handleCast: {
    note: (state, text: string) => [...state, text],
    noteOn: (state, text: string) => next([...state, text], { continueWith: `after ${text}` }),
    noteLater: async (state, text: string) => next([...state, text], { continueWith: `after ${text}` }),
    chain: (state, links: number) => next(state, { continueWith: links }),
    idle: (state, timeoutMs: number) => next(state, { timeoutMs }),
    self: (state, text: string, self) => {
      self.send(self.ref, text);
      return next(state, { continueWith: "first" });
    },
  },
  handleContinue: (state, payload) => {
    if (typeof payload !== "number") return [...state, `continue ${payload}`];
    return payload > 0 ? next(state, { continueWith: payload - 1 }) : [...state, "end of chain"];
  },
  handleInfo: (state, message) => [...state, isTimeout(message) ? `timeout ${message.timeoutMs}` : String(message)],
});

async function newDiary() {
  const { system, clock } = newSystem();
  const ref = await system.spawn(diary, []);
  await ref.call("read");
  ref.cast("note", "|");
  const since = async () => {
    const all = await ref.call("read");
    return all.slice(all.indexOf("|") + 1).join(", ");
  };
  return { system, clock, ref, since };
}

describe("handleContinue", () => {
  it("runs after init before any message that waits already [136]", async () => {
    const { system } = newSystem();
    const started = system.spawn(diary, [], { name: "diary" });
    system.named<typeof diary>("diary").cast("note", "waited");
    const ref = await started;
    expect(await ref.call("read")).toEqual(["init", "continue from init", "waited"]);
  });

  it.each([
    ["noteOn", "x, continue after x, y"],
    ["noteLater", "x, continue after x, y"],
  ] as const)("runs after %s before the next message [136]", async (name, expected) => {
    const { ref, since } = await newDiary();
    ref.cast(name, "x");
    ref.cast("note", "y");
    expect(await since()).toBe(expected);
  });

  it("runs after a call that was answered and one that was not [136]", async () => {
    const { ref, since } = await newDiary();
    await ref.call("readOn");
    expect(await ref.call("keepOn")).toBe("kept");
    expect(await since()).toBe("answered, continue from call, continue from noReply");
  });

  it("may continue as often as it likes without nesting [136]", async () => {
    const { ref, since } = await newDiary();
    ref.cast("chain", 100_000);
    ref.cast("note", "y");
    expect(await since()).toBe("end of chain, y");
  });

  it("goes before what a handler has sent to its own actor [153]", async () => {
    const { ref, since, clock } = await newDiary();
    ref.cast("self", "sent");
    await clock.settle();
    expect(await since()).toBe("continue first, sent");
  });

  it("ends the actor where the behaviour has none, and where it throws [136]", async () => {
    const { system } = newSystem();
    const without = defineActor({ init: (_: void) => next(0, { continueWith: "x" }) });
    const lost = await system.whenDown(await system.spawn(without));
    expect(lost).toMatchObject({ thrown: { code: "RESULT_INVALID" } });
    const throwing = defineActor({
      init: (_: void) => next(0, { continueWith: "x" }),
      handleContinue: () => {
        throw new Error("no further");
      },
    });
    const reason = await system.whenDown(await system.spawn(throwing));
    expect(reason).toMatchObject({ thrown: new Error("no further"), message: { kind: "continue", payload: "x" } });
  });

  it("keeps state and reply types inferred", () => {
    expectTypeOf<StateOf<typeof diary>>().toEqualTypeOf<string[]>();
    expectTypeOf<ArgsOf<typeof diary>>().toEqualTypeOf<readonly string[]>();
  });
});

describe("timeouts as return values", () => {
  it("fire once if nothing arrives in time [137]", async () => {
    const { ref, since, clock } = await newDiary();
    ref.cast("idle", 100);
    await clock.advance(99);
    await clock.advance(500);
    expect(await since()).toBe("timeout 100");
  });

  it.each(["message", "call"])("are withdrawn by any %s that arrives [137]", async (way) => {
    const { ref, since, clock } = await newDiary();
    ref.cast("idle", 100);
    await clock.advance(50);
    if (way === "call") await ref.call("read");
    else ref.send("hello");
    await clock.advance(500);
    expect(await since()).toBe(way === "call" ? "" : "hello");
  });

  it("are withdrawn by a message that waits already [137]", async () => {
    const { ref, since, clock } = await newDiary();
    ref.cast("idle", 100);
    ref.cast("note", "y");
    await clock.advance(500);
    expect(await since()).toBe("y");
  });

  it("start from a call's answer too, and end with the actor [137]", async () => {
    const { ref, clock } = await newDiary();
    expect(await ref.call("idle", 100)).toBe(100);
    await clock.advance(10);
    ref.kill();
    await clock.advance(500);
    expect(clock.pendingTimers).toBe(0);
  });

  it("of 0 fire after what waits and before what comes later [138]", async () => {
    const { ref, since, clock } = await newDiary();
    ref.cast("idle", 0);
    await clock.settle();
    ref.cast("note", "later");
    expect(await since()).toBe("timeout 0, later");
  });

  it("of 0 do not fire where a message waits [138]", async () => {
    const { ref, since } = await newDiary();
    ref.cast("idle", 0);
    ref.cast("note", "waits");
    expect(await since()).toBe("waits");
  });

  it("refuse what is no number of milliseconds [137]", () => {
    expect(() => next(0, { timeoutMs: -1 })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});

describe("bad returns", () => {
  const rubbish = defineActor({
    init: (how: "well" | "badly") => (how === "well" ? 0 : (reply(1) as unknown as number)),
    handleCall: {
      badly: () => 7 as unknown as ReturnType<typeof reply<number>>,
      nested: (state) => next(7 as unknown as ReturnType<typeof reply<number>>, { timeoutMs: 1 }),
    },
    handleCast: {
      badly: () => reply(1) as unknown as number,
      later: async () => noReply() as unknown as number,
      ignoring: () => ignore() as unknown as number,
      halting: () => next(stop("normal") as unknown as number, { continueWith: 1 }),
    },
    terminate: () => {},
    trapExit: true,
  });

  it("of init fail the start and leave nobody [4]", async () => {
    const { system } = newSystem();
    const error = await system.spawn(rubbish, "badly").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "START_FAILED", cause: { code: "RESULT_INVALID" } });
    expect((error as BaseError).cause).toHaveProperty("message", expect.stringContaining("a Reply"));
    expect(system.actorCount).toBe(0);
  });

  it.each(["badly", "later", "ignoring"] as const)(
    "of a cast (%s) end the actor with what came [140]",
    async (name) => {
      const { system } = newSystem();
      const ref = await system.spawn(rubbish, "well");
      ref.cast(name);
      const reason = await system.whenDown(ref);
      expect(reason).toMatchObject({ thrown: { code: "RESULT_INVALID" }, message: { kind: "cast", name } });
    },
  );

  it.each(["badly", "nested"] as const)("of a call (%s) end the actor and tell the caller [140]", async (name) => {
    const { system } = newSystem();
    const ref = await system.spawn(rubbish, "well");
    const error = await ref.call(name).catch((thrown: unknown) => thrown);
    expect(errorCode(error)).toBe("ACTOR_DOWN");
    expect((error as BaseError).cause).toMatchObject({ code: "RESULT_INVALID" });
  });

  it("never follow an end [140]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(rubbish, "well");
    ref.cast("halting");
    expect(await system.whenDown(ref)).toBe("normal");
  });
});

describe("starting", () => {
  it("kills an init that takes longer than it may [142]", async () => {
    const { system, clock } = newSystem();
    const hanging = defineActor({ init: (_: void) => new Promise<number>(() => {}) });
    const started = system.spawn(hanging, undefined, { initTimeoutMs: 100 }).catch((error: unknown) => error);
    await clock.advance(101);
    expect(await started).toMatchObject({ code: "START_TIMEOUT" });
    expect(system.actorCount).toBe(0);
  });

  it("tells ignore and stop by the start's own error [142]", async () => {
    const { system } = newSystem();
    const choosy = defineActor({ init: (how: "ignore" | "stop") => (how === "ignore" ? ignore() : stop({ exit: 1 })) });
    await expect(system.spawn(choosy, "ignore")).rejects.toMatchObject({ code: "START_IGNORED" });
    await expect(system.spawn(choosy, "stop")).rejects.toMatchObject({ details: { reason: { exit: 1 } } });
  });
});

describe("stop(reason, timeout)", () => {
  const stoppable = defineActor({
    init: (end: "well" | "throw" | "hang") => end,
    terminate: (_reason, end): void | Promise<void> => {
      if (end === "throw") throw new BaseError("TEST_FAILED", "terminate broke");
      if (end === "hang") return new Promise<void>(() => {});
    },
    trapExit: true,
  });

  it("resolves once the actor is down with that reason, and on a dead one [33]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(stoppable, "well");
    await ref.stop({ reason: { exit: "enough" } });
    expect(await system.whenDown(ref)).toEqual({ exit: "enough" });
    await ref.stop();
  });

  it("rejects where the actor ended otherwise than asked [33]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(stoppable, "throw");
    await expect(ref.stop()).rejects.toMatchObject({ code: "STOP_FAILED", cause: { code: "TEST_FAILED" } });
  });

  it("rejects after its time and leaves the actor alone [33]", async () => {
    const { system, clock } = newSystem();
    const ref = await system.spawn(stoppable, "hang");
    const stopping = ref.stop({ timeoutMs: 50 }).catch((error: unknown) => error);
    await clock.advance(51);
    expect(await stopping).toMatchObject({ code: "STOP_TIMEOUT" });
    expect(ref.isAlive).toBe(true);
    ref.kill();
  });
});
