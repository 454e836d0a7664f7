import { describe, expect, it } from "vitest";
import { defineActor } from "../../runtime/index.ts";

import { newSystem, plain } from "./told-actor.ts";

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
