import { describe, expect, expectTypeOf, it } from "vitest";
import { defineActor, getState, replaceState, reply, resume, suspend } from "../../runtime/index.ts";
import { newGate, newSystem } from "./busy-server.ts";

const counter = defineActor({
  behaviourName: "counter",
  init: (start: number) => start,
  handleCall: {
    get: (state) => reply(state),
    wait: async (state, gate: ReturnType<typeof newGate>) => {
      await gate.promise;
      return reply(state, state + 100);
    },
  },
  handleCast: { add: (state, n: number) => state + n },
  terminate: () => {},
  trapExit: true,
});

async function newCounter() {
  const { system, clock } = newSystem();
  return { system, clock, ref: await system.spawn(counter, 1) };
}

describe("getState and replaceState", () => {
  it("are handled in turn with the other messages [147]", async () => {
    const { ref } = await newCounter();
    ref.cast("add", 1);
    const before = getState(ref);
    ref.cast("add", 10);
    const replaced = replaceState(ref, (state) => state * 2);
    ref.cast("add", 100);
    const after = getState(ref);
    expectTypeOf(before).toEqualTypeOf<Promise<number>>();
    expect(await Promise.all([before, replaced, after])).toEqual([2, 24, 124]);
  });

  it("wait for a handler that is under way [147]", async () => {
    const { ref } = await newCounter();
    const gate = newGate();
    void ref.call("wait", gate);
    const state = getState(ref);
    gate.open();
    expect(await state).toBe(101);
  });

  it("leave the state where the change throws, and tell the asker [147]", async () => {
    const { ref } = await newCounter();
    const failing = replaceState(ref, () => {
      throw new TypeError("no state of mine");
    });
    await expect(failing).rejects.toThrow("no state of mine");
    expect(await getState(ref)).toBe(1);
  });

  it("know the dead, the slow, and what is no reference [147]", async () => {
    const { ref, clock } = await newCounter();
    void ref.call("wait", newGate()).catch(() => undefined);
    const late = getState(ref, { timeoutMs: 10 }).catch((error: unknown) => error);
    await clock.advance(11);
    expect(await late).toMatchObject({ code: "CALL_TIMEOUT" });
    ref.kill();
    await expect(getState(ref)).rejects.toMatchObject({ code: "ACTOR_DOWN" });
    await expect(getState({} as typeof ref)).rejects.toMatchObject({ code: "REF_FOREIGN" });
  });
});

describe("suspend and resume", () => {
  it("hold messages back, in order, and let them go [147]", async () => {
    const { ref, clock } = await newCounter();
    ref.cast("add", 1);
    await suspend(ref);
    ref.cast("add", 10);
    const got = ref.call("get");
    await clock.settle();
    expect(await getState(ref)).toBe(2);
    expect(await replaceState(ref, (state) => state + 1000)).toBe(1002);
    await resume(ref);
    expect(await got).toBe(1012);
  });

  it("answer requests that wait already, up to a resume [147]", async () => {
    const { ref } = await newCounter();
    const held = suspend(ref);
    ref.cast("add", 10);
    expect(await Promise.all([held, getState(ref), resume(ref), getState(ref)])).toEqual([undefined, 1, undefined, 11]);
  });

  it("change nothing where the actor runs already [147]", async () => {
    const { ref } = await newCounter();
    await resume(ref);
    expect(await ref.call("get")).toBe(1);
  });

  it.each(["stop", "kill", "system"] as const)("do not keep an actor from its end: %s [147]", async (how) => {
    const { ref, system } = await newCounter();
    await suspend(ref);
    ref.cast("add", 1);
    const down = system.whenDown(ref);
    if (how === "stop") await ref.stop();
    else if (how === "kill") ref.kill();
    else await system.stop();
    expect(await down).toBe(how === "stop" ? "normal" : how === "kill" ? "killed" : "shutdown");
  });
});
