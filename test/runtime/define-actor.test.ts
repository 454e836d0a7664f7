import { describe, expect, it } from "vitest";
import { defineActor, NoReply, noReply, Refusal, Reply, refuse, reply, replyLater, stop } from "../../runtime/index.ts";
import { createTestSelf } from "../../testing/index.ts";

const loose = defineActor as (behaviour: unknown) => unknown;

describe("defineActor", () => {
  it("makes a behaviour that is tested by calling it, without a system", () => {
    const counter = defineActor({
      init: (start: number) => start,
      handleCall: { add: (state, n: number) => reply(state + n, state + n) },
      handleCast: { reset: (_state, to: number) => to },
    });
    const self = createTestSelf();
    expect(counter.init(1, self)).toBe(1);
    expect(counter.handleCall.add(1, 2)).toEqual(new Reply(3, 3));
    expect(counter.handleCast.reset(1, 0)).toBe(0);
  });

  it("shows through a test's self what a handler does", async () => {
    const lazy = defineActor({
      init: (_: void) => 0,
      handleCall: {
        later: (state, value: string, self) => {
          const from = self.replyTo<string>();
          self.sendAfter(10, self.ref, "wake up");
          self.signal.addEventListener("abort", () => from.fail("ended"));
          if (value === "now") from.reply(value);
          return noReply(state, from);
        },
      },
    });
    const self = createTestSelf();
    expect(lazy.handleCall.later(0, "now", self)).toBeInstanceOf(NoReply);
    expect(self.answers).toEqual([{ status: "replied", value: "now" }]);
    await self.clock.advance(10);
    expect(self.effects).toEqual([{ kind: "sendAfter", target: self.ref, payload: "wake up" }]);
    self.end();
    expect(self.answers).toHaveLength(2);
  });

  it("refuses what is no behaviour, naming the part", () => {
    const init = () => 0;
    for (const [part, behaviour] of [
      ["init", {}],
      ["init", { init: 7 }],
      ["handleInfo", { init, handleInfo: "x" }],
      ["handleCall", { init, handleCall: null }],
      ["handleCall.add", { init, handleCall: { add: 7 } }],
      ["handleCast.add", { init, handleCast: { add: null } }],
    ] as const) {
      expect(() => loose(behaviour)).toThrow(
        expect.objectContaining({ code: "BEHAVIOUR_INVALID", details: expect.objectContaining({ part }) }),
      );
    }
  });

  it("wants trapExit said where terminate is defined [23]", () => {
    expect(() => loose({ init: () => 0, terminate: () => {} })).toThrow(/trapExit/);
    expect(() => loose({ init: () => 0, terminate: () => {}, trapExit: false })).not.toThrow();
  });
});

describe("handler results", () => {
  it("tell an unchanged state from one that is undefined", () => {
    expect(reply(1).state).not.toBe(reply(1, undefined).state);
    expect(reply(1, undefined).state).toBeUndefined();
    expect(noReply(undefined).state).toBeUndefined();
    expect(noReply().state).toBe(reply(1).state);
    expect(replyLater(Promise.resolve(1)).state).toBe(reply(1).state);
    expect(stop("normal").state).toBe(reply(1).state);
    expect(refuse("no")).toEqual(new Refusal("no", reply(1).state));
  });
});
