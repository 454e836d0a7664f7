import { describe, expect, it } from "vitest";
import { type ActorRef, defineActor, Failure, reply, stopWithReply } from "../../runtime/index.ts";

import { newGate, newSystem, server } from "./busy-server.ts";

describe("call", () => {
  it("answers with the handler's reply, keeps state, and in order for one client [127]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server);
    expect(await Promise.all(["a", "b", "c"].map((text) => ref.call("note", text)))).toEqual([0, 1, 2]);
    expect(await ref.call("seen")).toEqual(["a", "b", "c"]);
  });

  it("times out after 5000 ms, leaves the server alone and drops the late reply [128]", async () => {
    const { system, clock, dropped } = newSystem();
    const ref = await system.spawn(server);
    const gate = newGate();
    const waiting = expect(ref.call("wait", gate)).rejects.toMatchObject({
      code: "CALL_TIMEOUT",
      details: { actor: "server#1", timeoutMs: 5000, message: { kind: "call", name: "wait" } },
    });
    let isSettled = false;
    void waiting.then(() => {
      isSettled = true;
    });
    await clock.advance(4999);
    expect(isSettled).toBe(false);
    await clock.advance(1);
    await waiting;
    gate.open();
    await clock.settle();
    expect(dropped).toEqual(['late-reply call "wait"']);
    expect(await ref.call("seen")).toEqual([]);
  });

  it("takes its own timeout, and none with Infinity [128]", async () => {
    const { system, clock } = newSystem();
    const ref = await system.spawn(server);
    const gate = newGate();
    const patient = ref.call("wait", gate, { timeoutMs: Number.POSITIVE_INFINITY });
    const hasty = expect(ref.call("seen", undefined, { timeoutMs: 10 })).rejects.toMatchObject({
      code: "CALL_TIMEOUT",
    });
    await clock.advance(10);
    await hasty;
    await clock.advance(10_000_000);
    gate.open();
    expect(await patient).toBe("waited");
    await expect(ref.call("seen", undefined, { timeoutMs: -1 })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(ref.call("seen", undefined, { timeoutMs: Number.NaN })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });

  it("rejects on a dead actor with noproc, and with the server's reason when it dies while handling [129]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server, undefined, { name: "server" });
    const error = await ref.call("crash").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "ACTOR_DOWN",
      details: { actor: "server", message: { kind: "call", name: "crash" } },
    });
    const { details, cause } = error as { details: { reason: unknown }; cause: unknown };
    expect(cause).toBeInstanceOf(TypeError);
    expect(details.reason).toBeInstanceOf(Failure);
    expect(details.reason).toMatchObject({
      record: { name: "TypeError", message: "boom" },
      message: { kind: "call", name: "crash" },
    });
    await expect(ref.call("seen")).rejects.toMatchObject({ code: "ACTOR_DOWN", details: { reason: "noproc" } });
    await expect(system.named<typeof server>("server").call("seen")).rejects.toMatchObject({ code: "NAME_UNKNOWN" });
  });

  it("knows at once that an actor calls itself [130]", async () => {
    const { system } = newSystem();
    const selfish = defineActor({
      init: (_: void) => 0,
      handleCall: {
        direct: async (state, me: { call: (name: "ping") => Promise<unknown> }) =>
          reply(await me.call("ping").catch(codeOf), state),
        later: async (state, me: ActorRef<typeof server>, self) => {
          await Promise.resolve();
          return reply(await self.call(me, "seen").catch(codeOf), state);
        },
        ping: (state) => reply("pong", state),
      },
    });
    const ref = await system.spawn(selfish);
    expect(await ref.call("direct", ref)).toBe("CALLING_SELF");
    // After an await only `self.call` still knows who is calling.
    expect(await ref.call("later", ref as unknown as ActorRef<typeof server>)).toBe("CALLING_SELF");
    expect(await ref.call("ping")).toBe("pong");
  });

  it("may be answered later by another message, once; a second reply is dropped [131]", async () => {
    const { system, dropped } = newSystem();
    const ref = await system.spawn(server);
    const first = ref.call("keep");
    const second = ref.call("keep");
    expect(await ref.call("release", "now")).toBe(2);
    expect(await Promise.all([first, second])).toEqual(["now", "now"]);
    await ref.call("release", "again");
    expect(dropped).toEqual(['second-reply call "keep"', 'second-reply call "keep"']);
  });

  it("may be failed later; the actor goes on", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server);
    const kept = ref.call("keep");
    const error = new RangeError("no");
    await Promise.all([expect(kept).rejects.toBe(error), ref.call("refuseKept", error)]);
    await expect(ref.call("refuse", error)).rejects.toBe(error);
    await expect(ref.call("failingWork", error)).rejects.toBe(error);
    expect(ref.isAlive).toBe(true);
  });

  it("serves other calls while the answers of started work are awaited", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server);
    const gate = newGate();
    const working = Array.from({ length: 300 }, () => ref.call("work", gate));
    expect(await ref.call("note", "meanwhile")).toBe(0);
    gate.open();
    expect(new Set(await Promise.all(working))).toEqual(new Set(["worked"]));
  });

  it("fails every pending call with its own message when the actor dies", async () => {
    const { system, clock } = newSystem();
    const ref = await system.spawn(server);
    const gate = newGate();
    const outcomes = [ref.call("work", gate), ref.call("keep"), ref.call("wait", gate), ref.call("note", "queued")].map(
      (call) =>
        call.catch(
          (error: { code: string; details: { reason: unknown; message: { name: string; payload: unknown } } }) => [
            error.code,
            error.details.reason,
            error.details.message.name,
            error.details.message.payload === gate || error.details.message.payload,
          ],
        ),
    );
    await clock.settle();
    ref.kill();
    expect(await Promise.all(outcomes)).toEqual([
      ["ACTOR_DOWN", "killed", "work", true],
      ["ACTOR_DOWN", "killed", "keep", undefined],
      ["ACTOR_DOWN", "killed", "wait", true],
      ["ACTOR_DOWN", "killed", "note", "queued"],
    ]);
  });

  it("may stop the actor and still answer; terminate ran before the answer [132]", async () => {
    const { system } = newSystem();
    const trace: string[] = [];
    const polite = defineActor({
      init: (_: void) => 0,
      handleCall: { bye: () => stopWithReply("normal", "bye") },
      terminate: async () => {
        await Promise.resolve();
        trace.push("terminated");
      },
      trapExit: false,
    });
    const ref = await system.spawn(polite);
    const down = system.whenDown(ref).then(() => trace.push("down"));
    await ref.call("bye").then((answer) => trace.push(answer));
    await down;
    expect(trace).toEqual(["terminated", "bye", "down"]);
  });

  it("is called off by its signal, before and during the wait", async () => {
    const { system, clock, dropped } = newSystem();
    const ref = await system.spawn(server);
    const gate = newGate();
    const controller = new AbortController();
    const waiting = ref.call("wait", gate, { signal: controller.signal });
    controller.abort("enough");
    await expect(waiting).rejects.toMatchObject({ code: "CALL_ABORTED", cause: "enough" });
    await expect(ref.call("seen", undefined, { signal: controller.signal })).rejects.toMatchObject({
      code: "CALL_ABORTED",
    });
    gate.open();
    await clock.settle();
    expect(dropped).toEqual(['late-reply call "wait"']);
  });

  it("does not know unknown names, and says which are near", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server);
    const loose = ref as unknown as { call(name: string): Promise<unknown>; cast(name: string): void };
    await expect(loose.call("sen")).rejects.toMatchObject({
      code: "MESSAGE_UNKNOWN",
      message: expect.stringContaining('"seen"'),
    });
    await expect(loose.call("toString")).rejects.toMatchObject({ code: "MESSAGE_UNKNOWN" });
    expect(() => loose.cast("notes")).toThrow(/Did you mean "note"/);
    expect(ref.isAlive).toBe(true);
  });

  it("ends the actor for a result that is none, telling what came", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(server);
    await expect(ref.call("nonsense")).rejects.toMatchObject({ code: "ACTOR_DOWN", cause: { code: "RESULT_INVALID" } });
  });
});

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
