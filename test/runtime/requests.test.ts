import { describe, expect, it } from "vitest";
import {
  type Alias,
  type AnyActorRef,
  collectRequests,
  defineActor,
  exit,
  isDown,
  type Monitor,
  type MonitorOptions,
  type PendingSend,
  reply,
} from "../../runtime/index.ts";
import { type Gate, newGate, newSystem } from "./busy-server.ts";

const worker = defineActor({
  behaviourName: "worker",
  init: (_: void) => 0,
  handleCall: {
    wait: async (state, gate: Gate) => {
      await gate.promise;
      return reply("done", state);
    },
    fail: (): ReturnType<typeof reply<string>> => {
      throw new Error("broken");
    },
  },
});

/** An actor that hands out aliases and monitors and writes down what comes. */
const asker = defineActor({
  behaviourName: "asker",
  init: (_: void) => [] as string[],
  handleCall: {
    alias: (state, _: void, self) => reply(self.alias(), state),
    watch: (state, { ref, alias }: { ref: AnyActorRef } & MonitorOptions, self) =>
      reply(self.monitor(ref, alias === undefined ? {} : { alias }), state),
    unwatch: (state, { monitor, ref }: { monitor: Monitor; ref: AnyActorRef }, self) => {
      self.demonitor(monitor);
      ref.kill();
      return reply(undefined, state);
    },
    later: (state, delayMs: number, self) => reply(self.sendAfter(delayMs, self.ref, "later"), state),
    heard: (state) => reply(state),
  },
  handleInfo: (state, message) => [...state, isDown(message) ? `DOWN ${String(message.reason)}` : String(message)],
});

describe("aliases", () => {
  it("drop what is sent through them once closed, and report it [126]", async () => {
    const { system, dropped } = newSystem();
    const ref = await system.spawn(asker);
    const alias: Alias = await ref.call("alias");
    alias.send("first");
    expect(alias.close()).toBe(true);
    expect([alias.close(), alias.isOpen]).toEqual([false, false]);
    alias.send("second");
    expect(await ref.call("heard")).toEqual(["first"]);
    expect(dropped).toEqual(["closed-alias info"]);
  });

  it("of a monitor close when it tells, and when it is withdrawn [126]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(asker);
    const [a, b] = [await system.spawn(worker), await system.spawn(worker)];
    const told = await ref.call("watch", { ref: a, alias: "demonitor" });
    a.kill();
    told.alias?.send("too late");
    const withdrawn = await ref.call("watch", { ref: b, alias: "demonitor" });
    withdrawn.alias?.send("in time");
    await ref.call("unwatch", { monitor: withdrawn, ref: b });
    withdrawn.alias?.send("too late");
    expect(await ref.call("heard")).toEqual(["DOWN killed", "in time"]);
  });

  it("of a monitor for one reply end both with the first message [126]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(asker);
    const a = await system.spawn(worker);
    const monitor = await ref.call("watch", { ref: a, alias: "reply" });
    monitor.alias?.send("the reply");
    monitor.alias?.send("another");
    a.kill();
    expect(await ref.call("heard")).toEqual(["the reply"]);
  });

  it("end with their actor [126]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(asker);
    const alias = await ref.call("alias");
    ref.kill();
    expect(alias.isOpen).toBe(false);
  });
});

describe("collectRequests", () => {
  it("hands each request out once, answered or failed, as they settle [149]", async () => {
    const { system } = newSystem();
    const requests = collectRequests<string, string>(system);
    const [a, b, c] = [await system.spawn(worker), await system.spawn(worker), await system.spawn(worker)];
    const [gate, never] = [newGate(), newGate()];
    requests.add("a", a.call("wait", gate));
    requests.add("b", b.call("fail"));
    requests.add("c", c.call("wait", never));
    expect([requests.size, requests.check()]).toEqual([3, undefined]);
    expect(await requests.next()).toMatchObject({ status: "failed", label: "b", error: { code: "ACTOR_DOWN" } });
    gate.open();
    expect(await requests.next()).toEqual({ status: "replied", label: "a", value: "done" });
    c.kill();
    expect(await requests.next()).toMatchObject({ status: "failed", label: "c", error: { code: "ACTOR_DOWN" } });
    expect(await requests.next()).toEqual({ status: "empty" });
  });

  it("leaves requests in place where none settles in time [149]", async () => {
    const { system, clock } = newSystem();
    const requests = collectRequests<number, string>(system);
    const gate = newGate();
    requests.add(1, (await system.spawn(worker)).call("wait", gate));
    const waiting = requests.next({ timeoutMs: 50 });
    await clock.advance(51);
    expect([await waiting, requests.size]).toEqual([{ status: "timeout" }, 1]);
    gate.open();
    await clock.settle();
    expect(requests.check()).toMatchObject({ status: "replied", label: 1 });
  });

  it("is walked until none is left [149]", async () => {
    const { system } = newSystem();
    const requests = collectRequests<number, number>(system);
    for (const label of [3, 1, 2]) requests.add(label, Promise.resolve(label * 2));
    const seen: number[] = [];
    for await (const outcome of requests) if (outcome.status === "replied") seen.push(outcome.value);
    expect(seen).toEqual([6, 2, 4]);
  });
});

describe("sendAfter", () => {
  it("sends once, and tells what was left when called off [145]", async () => {
    const { system, clock } = newSystem();
    const ref = await system.spawn(asker);
    const sent: PendingSend = await ref.call("later", 100);
    const calledOff: PendingSend = await ref.call("later", 100);
    await clock.advance(40);
    expect([calledOff.cancel(), calledOff.cancel()]).toEqual([60, undefined]);
    await clock.advance(200);
    expect(sent.cancel()).toBe(undefined);
    expect(await ref.call("heard")).toEqual(["later"]);
  });
});

describe("servers", () => {
  it("end with what terminate failed with [146]", async () => {
    const { system } = newSystem();
    const failing = defineActor({
      init: (_: void) => 0,
      terminate: () => {
        throw new Error("no end");
      },
      trapExit: true,
    });
    const ref = await system.spawn(failing);
    const down = system.whenDown(ref);
    await expect(ref.stop()).rejects.toMatchObject({ code: "STOP_FAILED" });
    expect(await down).toMatchObject({ thrown: new Error("no end"), message: { kind: "terminate" } });
  });

  it("tell terminate, monitors and the caller of a crash the same [139]", async () => {
    const { system } = newSystem();
    const seen: unknown[] = [];
    const crashing = defineActor({
      init: (_: void) => 0,
      handleCall: {
        crash: (): ReturnType<typeof reply<string>> => {
          throw new Error("boom");
        },
      },
      terminate: (reason) => {
        seen.push(reason);
      },
      trapExit: true,
    });
    const ref = await system.spawn(crashing);
    const down = system.whenDown(ref);
    const error = await ref.call("crash").catch((thrown: unknown) => thrown);
    expect(seen).toEqual([await down]);
    expect(error).toMatchObject({ code: "ACTOR_DOWN", cause: new Error("boom"), details: { reason: seen[0] } });
  });

  it("do not take a throw for a return value [141]", async () => {
    const { system } = newSystem();
    const throwing = defineActor({
      init: (_: void) => 0,
      handleCall: {
        get: (): ReturnType<typeof reply<number>> => {
          throw reply(1);
        },
      },
    });
    await expect((await system.spawn(throwing)).call("get")).rejects.toMatchObject({ code: "ACTOR_DOWN" });
  });

  it("end at exit(normal) of their own [111]", async () => {
    const { system } = newSystem();
    const leaving = defineActor({ init: (_: void) => 0, handleCast: { leave: (): number => exit("normal") } });
    const ref = await system.spawn(leaving);
    ref.cast("leave");
    expect(await system.whenDown(ref)).toBe("normal");
  });

  it("are linked by spawnLink and not by spawn [144]", async () => {
    const { system, clock } = newSystem();
    const parent = defineActor({
      init: async (_: void, self) => ({ linked: await self.spawnLink(worker), alone: await self.spawn(worker) }),
      handleCall: { children: (state) => reply(state) },
    });
    const ref = await system.spawn(parent);
    const { linked, alone } = await ref.call("children");
    ref.exit({ exit: "over" });
    await clock.settle();
    expect([linked.isAlive, alone.isAlive]).toEqual([false, true]);
  });

  it("answer a caller whose own mailbox is full, without looking through it [148]", async () => {
    const { system } = newSystem();
    const busy = defineActor({
      init: (_: void) => 0,
      handleCall: {
        ask: async (state, ref: AnyActorRef, self) => {
          for (let sent = 0; sent < 100_000; sent++) self.send(self.ref, sent);
          // The actor's own type is not needed here: `wait` is what it answers.
          const answer = await self.call(
            ref as Awaited<ReturnType<typeof system.spawn<typeof worker>>>,
            "wait",
            open(),
          );
          return reply({ answer, handled: state }, state);
        },
      },
      handleInfo: (state) => state + 1,
    });
    const open = (): Gate => {
      const gate = newGate();
      gate.open();
      return gate;
    };
    const ref = await system.spawn(busy);
    expect(await ref.call("ask", await system.spawn(worker))).toEqual({ answer: "done", handled: 0 });
  });
});
