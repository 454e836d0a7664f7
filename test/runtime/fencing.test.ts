import { describe, expect, it } from "vitest";
import {
  type ActorRef,
  type AnyActorRef,
  createBus,
  createSystem,
  defineActor,
  isDown,
  noReply,
  type RuntimeEvent,
  reply,
  replyLater,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

function newSystem() {
  const clock = createManualClock();
  const bus = createBus<RuntimeEvent>({ clock });
  const dropped: string[] = [];
  bus.on("runtime.message.dropped", ({ about }) => dropped.push(about.cause));
  return { clock, dropped, system: createSystem({ name: "test", clock, bus }) };
}

const recorder = defineActor({
  init: (_: void) => [] as readonly unknown[],
  handleCall: {
    all: (state) => reply(state),
    watch: (state, ref: AnyActorRef, self) => {
      self.monitor(ref);
      return reply(undefined, state);
    },
  },
  handleInfo: (state, message) => [...state, isDown(message) ? "DOWN" : message],
});

const noter = defineActor({ init: (_: void) => 0, handleCast: { note: (state) => state + 1 } });

describe("an actor that ends in the middle of an await", () => {
  it("is down at once, and nothing it does afterwards has an effect [196]", async () => {
    const { system, clock, dropped } = newSystem();
    const to = await system.spawn(recorder);
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const trace: string[] = [];
    const zombie = defineActor({
      init: (_: void) => "old",
      handleCall: {
        hang: async (_state, _: void, self) => {
          const from = self.from;
          await gate;
          trace.push("the continuation runs");
          self.send(to, "from the grave");
          self.cast(to as ActorRef<typeof noter>, "note");
          self.register("zombie");
          self.link(to);
          from.reply("late");
          await self.spawn(recorder).catch(() => trace.push("no spawn"));
          await self.spawnLink(recorder).catch(() => trace.push("no linked spawn"));
          return reply("later still", "new");
        },
      },
    });
    const ref = await system.spawn(zombie);
    await to.call("watch", ref);
    const call = ref.call("hang").catch((error: { code: string }) => error.code);
    await clock.settle();
    ref.kill();
    expect(await call).toBe("ACTOR_DOWN");
    expect(await to.call("all")).toEqual(["DOWN"]);
    open();
    await clock.settle();
    expect(trace).toEqual(["the continuation runs", "no spawn", "no linked spawn"]);
    expect(await to.call("all")).toEqual(["DOWN"]);
    expect(system.whereis("zombie")).toBeUndefined();
    expect(system.actorCount).toBe(1);
    expect(dropped).toContain("late-outcome");
    to.kill();
  });

  it("aborts its signal exactly once, before anyone hears of its end [197]", async () => {
    const { system, clock } = newSystem();
    const trace: string[] = [];
    const worker = defineActor({
      init: (_: void) => 0,
      handleCall: {
        work: (_state, _: void, self) => {
          self.signal.addEventListener("abort", () =>
            trace.push(`abort ${(self.signal.reason as { code: string }).code}`),
          );
          return noReply();
        },
      },
    });
    const watcher = defineActor({
      init: (ref: AnyActorRef, self) => self.monitor(ref),
      handleInfo: (state, message) => {
        if (isDown(message)) trace.push(`DOWN ${String(message.reason)}`);
        return state;
      },
    });
    const ref = await system.spawn(worker);
    await system.spawn(watcher, ref);
    const call = ref.call("work").catch(() => trace.push("call failed"));
    await clock.settle();
    ref.kill();
    ref.kill();
    await call;
    await clock.settle();
    expect(trace[0]).toBe("abort ACTOR_DOWN");
    expect(trace.toSorted()).toEqual(["DOWN killed", "abort ACTOR_DOWN", "call failed"]);
  });

  it("shows an aborted signal to whoever reads it first afterwards [197]", async () => {
    const { system } = newSystem();
    let signal = (): AbortSignal => AbortSignal.abort();
    const ref = await system.spawn(
      defineActor({
        init: (_: void, self) => {
          signal = () => self.signal;
          return 0;
        },
      }),
    );
    ref.kill();
    expect(signal().aborted).toBe(true);
  });
});

describe("async handlers", () => {
  it("hold the next message back until they have settled [198]", async () => {
    const { system, clock } = newSystem();
    const trace: string[] = [];
    const gates = new Map<string, () => void>();
    const slow = defineActor({
      init: (_: void) => 0,
      handleCall: {
        step: async (state, id: string) => {
          trace.push(`+${id}`);
          await new Promise<void>((resolve) => gates.set(id, resolve));
          trace.push(`-${id}`);
          return reply(state, state + 1);
        },
      },
    });
    const ref = await system.spawn(slow);
    const calls = [ref.call("step", "a"), ref.call("step", "b")];
    await clock.settle();
    expect(trace).toEqual(["+a"]);
    gates.get("a")?.();
    await clock.settle();
    expect(trace).toEqual(["+a", "-a", "+b"]);
    gates.get("b")?.();
    expect(await Promise.all(calls)).toEqual([0, 1]);
  });

  it("that reject end their actor, never the process [204]", async () => {
    const { system, clock } = newSystem();
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown): void => {
      unhandled.push(error);
    };
    process.on("unhandledRejection", onUnhandled);
    try {
      const bad = defineActor({
        init: (_: void) => 0,
        handleCall: {
          reject: async (): Promise<ReturnType<typeof reply<number>>> => {
            throw new Error("rejected");
          },
          lateWork: (_state, work: Promise<number>) => replyLater(work),
          killedThenWork: (_state, _: void, self) => {
            self.ref.kill();
            return replyLater(Promise.reject<number>(new Error("started too late")));
          },
        },
        handleCast: {
          reject: async (): Promise<number> => {
            throw new Error("rejected cast");
          },
          pipe: (state, work: Promise<number>, self) => {
            self.pipe(work, (value) => value);
            return state;
          },
          lateReject: async (state, work: Promise<number>) => {
            await work;
            return state;
          },
        },
      });
      const ref = await system.spawn(bad);
      await expect(ref.call("reject")).rejects.toMatchObject({ code: "ACTOR_DOWN", cause: { message: "rejected" } });
      expect(ref.isAlive).toBe(false);

      const second = await system.spawn(bad);
      const down = system.whenDown(second);
      second.cast("reject");
      expect(await down).toMatchObject({
        record: { message: "rejected cast" },
        message: { kind: "cast", name: "reject" },
      });

      const third = await system.spawn(bad);
      const thirdDown = system.whenDown(third);
      third.cast("pipe", Promise.reject(new Error("piped")));
      expect(await thirdDown).toMatchObject({ record: { message: "piped" }, message: { kind: "work" } });

      // Those that reject after their actor's end are nobody's exit, and still nobody's unhandled rejection.
      for (const how of ["pipe", "lateReject"] as const) {
        const { promise, reject } = Promise.withResolvers<number>();
        const dead = await system.spawn(bad);
        dead.cast(how, promise);
        await clock.settle();
        dead.kill();
        reject(new Error("too late"));
      }
      const suicide = await system.spawn(bad, undefined, { name: "suicide" });
      const answered = suicide.call("killedThenWork").catch((error: { code: string }) => error.code);
      expect(await answered).toBe("ACTOR_DOWN");

      const { promise, reject } = Promise.withResolvers<number>();
      const dead = await system.spawn(bad);
      const call = dead.call("lateWork", promise).catch((error: { code: string }) => error.code);
      await clock.settle();
      dead.kill();
      reject(new Error("too late"));
      expect(await call).toBe("ACTOR_DOWN");
      await clock.settle();
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", onUnhandled);
    }
  });
});

describe("the event loop", () => {
  it("gets its breath while an actor keeps sending to itself [202]", async () => {
    const system = createSystem();
    let count = 0;
    const restless = defineActor({
      init: (_: void) => 0,
      handleInfo: (state, message, self) => {
        count++;
        self.send(self.ref, message);
        return state;
      },
    });
    const ref = await system.spawn(restless);
    ref.send("go");
    // A timer and an I/O turn come through although the actor never stops: if they did not, this test would never end.
    await new Promise<void>((resolve) => setTimeout(resolve, 1));
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(count).toBeGreaterThan(0);
    ref.kill();
    await system.stop();
  });

  it("gets its breath while a caller awaits one reply after the other [202]", async () => {
    const system = createSystem();
    const echo = defineActor({ init: (_: void) => 0, handleCall: { ping: (state) => reply("pong", state) } });
    const ref = await system.spawn(echo);
    let isOver = false;
    setTimeout(() => {
      isOver = true;
    }, 1);
    while (!isOver) await ref.call("ping");
    expect(isOver).toBe(true);
    await system.stop();
  });

  it("sees a chain of 100,000 forwards through without nesting [203]", async () => {
    const system = createSystem();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const forwarder = defineActor({
      init: (next: AnyActorRef | undefined) => next,
      handleInfo: (next, message, self) => {
        if (next === undefined) resolve(message);
        else self.send(next, message);
        return next;
      },
    });
    let head: AnyActorRef = await system.spawn(forwarder, undefined);
    for (let count = 1; count < 100_000; count++) head = await system.spawn(forwarder, head);
    head.send("through");
    expect(await promise).toBe("through");
    await system.stop();
    expect(system.actorCount).toBe(0);
  });
});
