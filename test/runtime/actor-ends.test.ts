import { describe, expect, it } from "vitest";
import { defineActor, Failure, reply } from "../../runtime/index.ts";

import { newGate, newSystem, server } from "./busy-server.ts";

describe("cast and send", () => {
  it("casts to the dead and to unknown names are dropped [133]", async () => {
    const { system, dropped } = newSystem();
    const ref = await system.spawn(server);
    ref.kill();
    expect(() => ref.cast("note", "x")).not.toThrow();
    expect(() => system.named<typeof server>("nobody").cast("note", "x")).not.toThrow();
    expect(dropped).toEqual(['dead-actor cast "note"']);
  });

  it("sends to the dead are dropped, sends to an unknown name throw NAME_UNKNOWN [134]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server, undefined, { name: "server" });
    expect(() => system.send("sever", "x")).toThrow(/Did you mean "server"/);
    ref.kill();
    expect(() => ref.send("x")).not.toThrow();
    expect(() => system.send(ref, "x")).not.toThrow();
    expect(() => system.send("server", "x")).toThrow(expect.objectContaining({ code: "NAME_UNKNOWN" }));
  });

  it("hands any other message to handleInfo; without one it is dropped and the actor goes on [135]", async () => {
    const { system, dropped } = newSystem();
    const seen: unknown[] = [];
    const listener = defineActor({
      init: (_: void) => 0,
      handleCall: { ping: (state) => reply("pong", state) },
      handleInfo: (state, message) => {
        seen.push(message);
        return state;
      },
    });
    const ref = await system.spawn(listener);
    ref.send({ any: "thing" });
    expect(await ref.call("ping")).toBe("pong");
    expect(seen).toEqual([{ any: "thing" }]);
    const deaf = await system.spawn(server);
    deaf.send("hello");
    expect(await deaf.call("seen")).toEqual([]);
    expect(dropped).toEqual(["no-handler info"]);
  });
});

describe("exit reasons of a server", () => {
  it.each([
    ["crash", { record: { name: "TypeError", message: "boom" } }],
    ["throwString", { record: { name: "nocatch", message: "a string" }, thrown: "a string" }],
    ["leave", { exit: "left" }],
    ["stop", { exit: "stopped" }],
  ] as const)("%s ends it as it should [118]", async (name, reason) => {
    const { system } = newSystem();
    const ref = await system.spawn(server);
    const down = system.whenDown(ref);
    await expect(ref.call(name)).rejects.toMatchObject({ code: "ACTOR_DOWN" });
    expect(await down).toMatchObject(reason);
  });

  it("a stop is normal unless said otherwise [118]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server);
    const down = system.whenDown(ref);
    await ref.stop();
    expect(await down).toBe("normal");
  });

  it("death discards the mailbox and fails every waiting caller with its reason [119]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server);
    const gate = newGate();
    const calls = [ref.call("wait", gate), ref.call("seen"), ref.call("seen")];
    const outcomes = Promise.all(
      calls.map((call) => call.catch((error: { details: { reason: unknown } }) => error.details.reason)),
    );
    ref.exit({ exit: "gone" });
    expect(await outcomes).toEqual([{ exit: "gone" }, { exit: "gone" }, { exit: "gone" }]);
  });

  it("terminate sees the failure and the last good state, and may replace the reason by failing itself", async () => {
    const { system } = newSystem();
    const seen: unknown[] = [];
    const fragile = defineActor({
      init: (_: void) => "good",
      handleCast: {
        crash: (): string => {
          throw new Error("first");
        },
      },
      terminate: (reason, state) => {
        seen.push(reason instanceof Failure && reason.record.message, state);
        throw new Error("second");
      },
      trapExit: false,
    });
    const ref = await system.spawn(fragile);
    const down = system.whenDown(ref);
    ref.cast("crash");
    expect(await down).toMatchObject({ record: { message: "second" }, message: { kind: "terminate" } });
    expect(seen).toEqual(["first", "good"]);
  });

  it("stops in turn, behind the messages it already has", async () => {
    const { system, clock } = newSystem();
    const ref = await system.spawn(server);
    const gate = newGate();
    const waiting = ref.call("wait", gate);
    const stopping = ref.stop({ timeoutMs: 100 });
    const refused = expect(stopping).rejects.toMatchObject({ code: "STOP_TIMEOUT" });
    await clock.advance(100);
    await refused;
    expect(ref.isAlive).toBe(true);
    gate.open();
    expect(await waiting).toBe("waited");
    await clock.settle();
    expect(ref.isAlive).toBe(false);
    await ref.stop();
  });
});
