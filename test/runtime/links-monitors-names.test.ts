import { describe, expect, it } from "vitest";
import {
  type AnyActorRef,
  createSystem,
  defineActor,
  describeReason,
  type ExitReason,
  exit,
  isDown,
  isExit,
  type Monitor,
  reply,
  type Self,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

function newSystem() {
  const clock = createManualClock();
  return { clock, system: createSystem({ name: "test", clock }) };
}

/** An actor that does what it is told and writes down what it hears. */
const parts = {
  init: (_: void) => ({ heard: [] as string[], monitors: [] as Monitor[] }),
  handleCall: {
    link: (state: Told, ref: AnyActorRef, self: Self) => {
      self.link(ref);
      return reply(undefined, state);
    },
    unlink: (state: Told, ref: AnyActorRef, self: Self) => {
      self.unlink(ref);
      return reply(undefined, state);
    },
    killThenUnlink: (state: Told, ref: AnyActorRef, self: Self) => {
      ref.kill();
      self.unlink(ref);
      return reply(undefined, state);
    },
    monitor: (state: Told, target: AnyActorRef | string, self: Self) => {
      const monitor = self.monitor(target);
      return reply(monitor, { ...state, monitors: [...state.monitors, monitor] });
    },
    killThenDemonitor: (state: Told, ref: AnyActorRef, self: Self) => {
      const monitor = self.monitor(ref);
      ref.kill();
      self.demonitor(monitor);
      return reply(undefined, state);
    },
    demonitor: (state: Told, monitor: Monitor, self: Self) => {
      self.demonitor(monitor);
      return reply(undefined, state);
    },
    register: (state: Told, name: string, self: Self) => {
      self.register(name);
      return reply(undefined, state);
    },
    sendTo: (state: Told, { to, messages }: { to: AnyActorRef; messages: readonly unknown[] }, self: Self) => {
      for (const message of messages) self.send(to, message);
      return reply(undefined, state);
    },
    heard: (state: Told) => reply(state.heard, state),
  },
  handleCast: {
    leave: (_state: Told, reason: ExitReason): Told => exit(reason),
  },
  handleInfo: (state: Told, message: unknown, self: Self): Told => {
    const heard = isExit(message)
      ? `EXIT(${message.from?.actorName},${describeReason(message.reason)})`
      : isDown(message)
        ? `DOWN(${message.ref?.actorName},${describeReason(message.reason)})${self.system.whereis("watched") === undefined ? "" : " name still taken"}`
        : String(message);
    return { ...state, heard: [...state.heard, heard] };
  },
};
interface Told {
  readonly heard: string[];
  readonly monitors: Monitor[];
}
const plain = defineActor(parts);
const trapping = defineActor({ ...parts, trapExit: true });

describe("links", () => {
  it("an abnormal end takes the other side along, with the same reason [105]", async () => {
    const { system } = newSystem();
    const [a, b] = [await system.spawn(plain), await system.spawn(plain)];
    await a.call("link", b);
    const down = system.whenDown(a);
    b.cast("leave", { exit: "bad" });
    expect(await down).toEqual({ exit: "bad" });
  });

  it("a normal end does not concern the other side [106]", async () => {
    const { system, clock } = newSystem();
    const [a, b] = [await system.spawn(plain), await system.spawn(plain)];
    await a.call("link", b);
    b.cast("leave", "normal");
    await clock.settle();
    expect([a.isAlive, b.isAlive]).toEqual([true, false]);
  });

  it.each(["normal", "shutdown", { exit: "bad" }] as const)(
    "who traps gets EXIT for %j instead [107]",
    async (reason) => {
      const { system } = newSystem();
      const [a, b] = [await system.spawn(trapping), await system.spawn(plain, undefined, { name: "b" })];
      await a.call("link", b);
      b.cast("leave", reason);
      await system.whenDown(b);
      expect(await a.call("heard")).toEqual([`EXIT(b,${describeReason(reason)})`]);
    },
  );

  it("are symmetric and unique [108]", async () => {
    const { system } = newSystem();
    const [a, b] = [await system.spawn(trapping), await system.spawn(trapping, undefined, { name: "b" })];
    await a.call("link", b);
    await a.call("link", b);
    await b.call("link", a);
    b.kill();
    expect(await a.call("heard")).toEqual(["EXIT(b,killed)"]);
    const [c, d] = [await system.spawn(trapping), await system.spawn(trapping, undefined, { name: "d" })];
    await d.call("link", c);
    d.kill();
    expect(await c.call("heard")).toEqual(["EXIT(d,killed)"]);
  });

  it("unlink leaves no EXIT, also none that has arrived already [109]", async () => {
    const { system } = newSystem();
    const a = await system.spawn(trapping);
    const [b, c] = [await system.spawn(plain), await system.spawn(plain)];
    await a.call("link", b);
    await a.call("unlink", b);
    b.kill();
    await a.call("link", c);
    await a.call("killThenUnlink", c);
    expect(await a.call("heard")).toEqual([]);
  });

  it("an exit signal normal from outside is ignored by who does not trap [110]", async () => {
    const { system, clock } = newSystem();
    const a = await system.spawn(plain);
    a.exit("normal");
    await clock.settle();
    expect(a.isAlive).toBe(true);
  });

  it("kill cannot be trapped; others see killed [112]", async () => {
    const { system } = newSystem();
    const a = await system.spawn(trapping);
    const down = system.whenDown(a);
    a.exit("kill");
    expect(await down).toBe("killed");
  });

  it("the peer of a killed actor gets killed, which it can trap [113]", async () => {
    const { system } = newSystem();
    const [a, b, c] = [
      await system.spawn(trapping),
      await system.spawn(plain, undefined, { name: "b" }),
      await system.spawn(plain),
    ];
    await a.call("link", b);
    await c.call("link", b);
    const down = system.whenDown(c);
    b.kill();
    expect(await a.call("heard")).toEqual(["EXIT(b,killed)"]);
    expect(await down).toBe("killed");
  });

  it("the peer of one that ends itself with kill can trap that [114]", async () => {
    const { system } = newSystem();
    const [a, b] = [await system.spawn(trapping), await system.spawn(plain, undefined, { name: "b" })];
    await a.call("link", b);
    b.cast("leave", "kill");
    await system.whenDown(b);
    expect(await a.call("heard")).toEqual(["EXIT(b,kill)"]);
  });

  it("a link to the dead is noproc: a message if trapped, else the end [115]", async () => {
    const { system } = newSystem();
    const dead = await system.spawn(plain, undefined, { name: "dead" });
    dead.kill();
    const a = await system.spawn(trapping);
    await a.call("link", dead);
    expect(await a.call("heard")).toEqual(["EXIT(dead,noproc)"]);
    const b = await system.spawn(plain);
    await expect(b.call("link", dead)).rejects.toMatchObject({ code: "ACTOR_DOWN", details: { reason: "noproc" } });
  });

  it("pass a reason along a chain up to who traps [116]", async () => {
    const { system } = newSystem();
    const [a, b, c] = [
      await system.spawn(plain),
      await system.spawn(plain, undefined, { name: "b" }),
      await system.spawn(trapping),
    ];
    await a.call("link", b);
    await b.call("link", c);
    a.cast("leave", { exit: "bad" });
    await system.whenDown(a);
    expect(await c.call("heard")).toEqual(["EXIT(b,exit: bad)"]);
  });

  it("bring down a chain of 100,000 without nesting [203]", async () => {
    const { system, clock } = newSystem();
    const linker = defineActor({
      init: (next: AnyActorRef | undefined, self) => {
        if (next !== undefined) self.link(next);
        return 0;
      },
    });
    const first = await system.spawn(linker, undefined);
    let last: AnyActorRef = first;
    for (let count = 1; count < 100_000; count++) last = await system.spawn(linker, last);
    last.kill();
    await clock.settle();
    expect(system.actorCount).toBe(0);
  });
});

describe("monitors", () => {
  it("tell once each, with reference and reason [120]", async () => {
    const { system } = newSystem();
    const [a, b] = [await system.spawn(plain), await system.spawn(plain, undefined, { name: "b" })];
    await a.call("monitor", b);
    await a.call("monitor", b);
    b.cast("leave", { shutdown: "tired" });
    await system.whenDown(b);
    expect(await a.call("heard")).toEqual(["DOWN(b,shutdown: tired)", "DOWN(b,shutdown: tired)"]);
  });

  it("tell noproc at once for the dead and for unknown names [121]", async () => {
    const { system } = newSystem();
    const [a, b] = [await system.spawn(plain), await system.spawn(plain, undefined, { name: "b" })];
    b.kill();
    await a.call("monitor", b);
    await a.call("monitor", "nobody");
    expect(await a.call("heard")).toEqual(["DOWN(b,noproc)", "DOWN(undefined,noproc)"]);
  });

  it("withdrawn tell nothing, now or later [122]", async () => {
    const { system } = newSystem();
    const [a, b, c] = [await system.spawn(plain), await system.spawn(plain), await system.spawn(plain)];
    const monitor = await a.call("monitor", b);
    await a.call("demonitor", monitor);
    b.kill();
    await a.call("killThenDemonitor", c);
    expect(await a.call("heard")).toEqual([]);
  });

  it("are one-way: the watcher's end does nothing to the watched [123]", async () => {
    const { system, clock } = newSystem();
    const [a, b] = [await system.spawn(plain), await system.spawn(plain)];
    await a.call("monitor", b);
    a.kill();
    await clock.settle();
    expect(b.isAlive).toBe(true);
    b.kill();
    await clock.settle();
  });

  it("tell after every message sent before the end [124]", async () => {
    const { system } = newSystem();
    const [a, b] = [await system.spawn(plain), await system.spawn(plain, undefined, { name: "b" })];
    await a.call("monitor", b);
    await b.call("sendTo", { to: a, messages: [1, 2] });
    b.cast("leave", { exit: "bye" });
    await system.whenDown(b);
    expect(await a.call("heard")).toEqual(["1", "2", "DOWN(b,exit: bye)"]);
  });

  it("tell when the name is free already [125]", async () => {
    const { system } = newSystem();
    const [a, b] = [await system.spawn(plain), await system.spawn(plain, undefined, { name: "watched" })];
    await a.call("monitor", b);
    b.kill();
    expect(await a.call("heard")).toEqual(["DOWN(watched,killed)"]);
  });
});

describe("names", () => {
  it("are unique among the living, also for their own holder [155]", async () => {
    const { system } = newSystem();
    const [a, b] = [await system.spawn(plain, undefined, { name: "one" }), await system.spawn(plain)];
    expect(() => system.register("one", b)).toThrow(expect.objectContaining({ code: "NAME_TAKEN" }));
    expect(() => system.register("one", a)).toThrow(expect.objectContaining({ code: "NAME_TAKEN" }));
    await expect(system.spawn(plain, undefined, { name: "one" })).rejects.toMatchObject({
      code: "NAME_TAKEN",
      details: { actorId: a.actorId },
    });
    expect(system.whereis("one")).toBe(a);
  });

  it("do not run init when they are taken [143]", async () => {
    const { system } = newSystem();
    let started = 0;
    const counted = defineActor({ init: (_: void) => ++started });
    await system.spawn(counted, undefined, { name: "one" });
    await expect(system.spawn(counted, undefined, { name: "one" })).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(started).toBe(1);
  });

  it("may be several per actor, and go one by one or with its end [158]", async () => {
    const { system } = newSystem();
    const a = await system.spawn(plain, undefined, { name: "one" });
    system.register("two", a);
    await a.call("register", "three");
    expect(system.unregister("two")).toBe(true);
    expect(system.unregister("two")).toBe(false);
    expect([system.whereis("one"), system.whereis("two"), system.whereis("three")]).toEqual([a, undefined, a]);
    a.kill();
    expect([system.whereis("one"), system.whereis("three")]).toEqual([undefined, undefined]);
    expect(() => system.register("one", a)).toThrow(expect.objectContaining({ code: "ACTOR_DOWN" }));
  });

  it("followed by system.named lead to the next incarnation", async () => {
    const { system } = newSystem();
    const follower = system.named<typeof plain>("one");
    expect(follower.isAlive).toBe(false);
    const a = await system.spawn(plain, undefined, { name: "one" });
    expect(await follower.call("heard")).toEqual([]);
    a.kill();
    await expect(follower.call("heard")).rejects.toMatchObject({ code: "NAME_UNKNOWN", retryable: true });
    await system.spawn(plain, undefined, { name: "one" });
    follower.send("hello");
    expect(await follower.call("heard")).toEqual(["hello"]);
  });
});
