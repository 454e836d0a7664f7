import { describe, expect, it } from "vitest";
import { type ActorRef, type AnyActorRef, createSystem, defineActor, isDown, reply } from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

const recorder = defineActor({
  init: (_: void) => [] as readonly unknown[],
  handleCall: { all: (state) => reply(state) },
  handleCast: { add: (state, item: unknown) => [...state, item] },
  handleInfo: (state, message) => [...state, isDown(message) ? "DOWN" : message],
});
const sender = defineActor({
  init: (to: AnyActorRef) => to,
  handleCast: {
    send: (to, items: readonly unknown[], self) => {
      for (const item of items) self.send(to, item);
      return to;
    },
  },
});

function newSystem() {
  const clock = createManualClock();
  return { clock, system: createSystem({ clock }) };
}

describe("ordering", () => {
  it("keeps what one sender sends one receiver in order, its end last [150]", async () => {
    const { system, clock } = newSystem();
    const watcher = defineActor({
      init: (_: void, self) => {
        return { self, heard: [] as unknown[] };
      },
      handleCall: {
        watch: (state, ref: AnyActorRef, self) => {
          self.monitor(ref);
          return reply(undefined, state);
        },
        heard: (state) => reply(state.heard),
      },
      handleInfo: (state, message) => ({ ...state, heard: [...state.heard, isDown(message) ? "DOWN" : message] }),
    });
    const to = await system.spawn(watcher);
    const from = await system.spawn(sender, to);
    await to.call("watch", from);
    from.cast("send", [1, 2, 3, 4, 5]);
    void from.stop();
    await clock.settle();
    expect(await to.call("heard")).toEqual([1, 2, 3, 4, 5, "DOWN"]);
  });

  it("keeps each of two senders' own order [151]", async () => {
    const { system, clock } = newSystem();
    const to = await system.spawn(recorder);
    const [a, b] = [await system.spawn(sender, to), await system.spawn(sender, to)];
    for (let round = 0; round < 50; round++) {
      a.cast("send", [`a${round}`]);
      b.cast("send", [`b${round}`, `b${round}'`]);
    }
    await clock.settle();
    const heard = (await to.call("all")) as readonly string[];
    const expected = Array.from({ length: 50 }, (_, round) => round);
    expect(heard.filter((item) => item.startsWith("a"))).toEqual(expected.map((round) => `a${round}`));
    expect(heard.filter((item) => item.startsWith("b"))).toEqual(
      expected.flatMap((round) => [`b${round}`, `b${round}'`]),
    );
  });

  it("lets a call see the effect of the same client's cast before it [152]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(recorder);
    ref.cast("add", "cast");
    expect(await ref.call("all")).toEqual(["cast"]);
  });

  it("queues what an actor sends itself behind what is there [153]", async () => {
    const { system, clock } = newSystem();
    const order: unknown[] = [];
    const talker = defineActor({
      init: (_: void) => 0,
      handleInfo: (state, message, self) => {
        order.push(message);
        if (message === "first") self.send(self.ref, "to myself");
        return state;
      },
    });
    const ref = await system.spawn(talker);
    ref.send("first");
    ref.send("second");
    await clock.settle();
    expect(order).toEqual(["first", "second", "to myself"]);
  });

  it("promises no order between different receivers, and delivers all the same [154]", async () => {
    const { system, clock } = newSystem();
    const b = await system.spawn(recorder);
    const c = await system.spawn(sender, b);
    const a = await system.spawn(
      defineActor({
        init: (_: void) => 0,
        handleCast: {
          both: (state, to: { readonly b: AnyActorRef; readonly c: ActorRef<typeof sender> }, self) => {
            self.cast(to.c, "send", ["by way of c"]);
            self.send(to.b, "direct");
            return state;
          },
        },
      }),
    );
    a.cast("both", { b, c });
    await clock.settle();
    expect(new Set(await b.call("all"))).toEqual(new Set(["direct", "by way of c"]));
  });
});
