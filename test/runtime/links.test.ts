import { describe, expect, it } from "vitest";
import { type AnyActorRef, defineActor, describeReason } from "../../runtime/index.ts";

import { newSystem, plain, trapping } from "./told-actor.ts";

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
