import { describe, expectTypeOf, it } from "vitest";
import type { ActorRef, ArgsOf, StateOf } from "../../runtime/actor-ref.ts";
import type { ActorSystem } from "../../runtime/actor-system.ts";
import { defineActor } from "../../runtime/define-actor.ts";
import { type From, ignore, noReply, reply, replyLater, stop } from "../../runtime/handler-result.ts";

const counter = defineActor({
  init: (start: number, self) => (start < 0 ? ignore() : start > 9 ? stop({ exit: self.ref.actorName }) : start),
  handleCall: {
    add: (state, n: number, self) => reply(state + n, state + n),
    get: (state) => reply(state),
    later: (state, _: void, self) => noReply(state),
    typed: (state, text: string, self) => {
      const from: From<Date> = self.replyTo<Date>();
      return noReply(state, from);
    },
    work: (state, text: string) => replyLater(Promise.resolve(text), state),
    slow: async (state, text: string) => reply(text.length, state),
    either: (state, big: boolean) => (big ? reply("x") : replyLater(Promise.resolve("y"))),
  },
  handleCast: { reset: (_state, to: number) => to, halt: (state) => stop("normal", state), slow: async (s) => s },
  handleInfo: (state, message, self) => state,
  terminate: (reason, state) => {
    expectTypeOf(state).toEqualTypeOf<number>();
  },
  trapExit: true,
});
const asyncInit = defineActor({
  init: async (_: void, self) => ({ open: true, left: [] as string[] }),
  handleCall: { left: (state) => reply(state.left) },
});
declare const system: ActorSystem;

describe("types", () => {
  it("infers", () => {
    expectTypeOf<StateOf<typeof counter>>().toEqualTypeOf<number>();
    expectTypeOf<ArgsOf<typeof counter>>().toEqualTypeOf<number>();
    expectTypeOf<StateOf<typeof asyncInit>>().toEqualTypeOf<{ open: boolean; left: string[] }>();
    const check = async () => {
      const ref = await system.spawn(counter, 10, { name: "counter" });
      expectTypeOf(ref).toEqualTypeOf<ActorRef<typeof counter>>();
      expectTypeOf(await ref.call("add", 2)).toEqualTypeOf<number>();
      expectTypeOf(await ref.call("get")).toEqualTypeOf<number>();
      expectTypeOf(await ref.call("later")).toEqualTypeOf<unknown>();
      expectTypeOf(await ref.call("typed", "x")).toEqualTypeOf<Date>();
      expectTypeOf(await ref.call("work", "x")).toEqualTypeOf<string>();
      expectTypeOf(await ref.call("slow", "x")).toEqualTypeOf<number>();
      expectTypeOf(await ref.call("either", true)).toEqualTypeOf<string>();
      ref.cast("reset", 0);
      ref.cast("halt");
      const other = await system.spawn(asyncInit);
      expectTypeOf(await other.call("left", undefined, { timeoutMs: 5 })).toEqualTypeOf<string[]>();
      // @ts-expect-error: the payload is a number
      await ref.call("add", "2");
      // @ts-expect-error: no such call
      await ref.call("ad", 2);
      // @ts-expect-error: the payload is missing
      await ref.call("add");
      // @ts-expect-error: casts are checked too
      ref.cast("reset", "0");
      // @ts-expect-error: init takes a number
      await system.spawn(counter, "10");
    };
    void check;
  });
});
