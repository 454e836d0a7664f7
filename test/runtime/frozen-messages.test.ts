import { describe, expect, it } from "vitest";
import { type AnyActorRef, createSystem, defineActor, isBaseError, reply } from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

interface Box {
  items: { n: number }[];
}

const keeper = defineActor({
  init: (_: void) => [] as unknown[],
  handleCall: {
    keep: (state, box: Box) => reply(box, [...state, box]),
    kept: (state) => reply({ boxes: state }),
    change: (state, box: Box) => {
      box.items.push({ n: 0 });
      return reply(undefined, state);
    },
    withRef: (state, { ref }: { ref: AnyActorRef; map: Map<string, number> }) => reply(ref.isAlive, state),
  },
  handleCast: { keep: (state, box: Box) => [...state, box] },
  handleInfo: (state, message) => [...state, message],
});

function newBox(): Box {
  return { items: [{ n: 1 }] };
}

describe('createSystem({ messages: "frozen" })', () => {
  const system = createSystem({ messages: "frozen", clock: createManualClock() });

  it.each(["call", "cast", "send", "name"] as const)(
    "makes a change to what was sent by %s fail in the sender [205]",
    async (way) => {
      const ref = await system.spawn(keeper, undefined, { name: way });
      const box = newBox();
      if (way === "call") await ref.call("keep", box);
      else if (way === "cast") ref.cast("keep", box);
      else system.send(way === "name" ? way : ref, box);
      expect(() => box.items.push({ n: 2 })).toThrow(TypeError);
      expect(() => Object.assign(box.items[0] ?? {}, { n: 2 })).toThrow(TypeError);
      expect(await ref.call("kept")).toEqual({ boxes: [newBox()] });
    },
  );

  it("makes a change to what was received, or answered, fail too [205]", async () => {
    const ref = await system.spawn(keeper);
    const { boxes } = await ref.call("kept");
    expect(() => boxes.push("another")).toThrow(TypeError);
    const failure = await ref.call("change", newBox()).catch((error: unknown) => error);
    expect(isBaseError(failure, "ACTOR_DOWN") && failure.cause).toBeInstanceOf(TypeError);
  });

  it("leaves instances of classes alone, and goes round in circles once [205]", async () => {
    const ref = await system.spawn(keeper);
    const map = new Map<string, number>();
    const circle: { ref: AnyActorRef; map: Map<string, number>; self?: unknown } = { ref, map };
    circle.self = circle;
    expect(await ref.call("withRef", circle)).toBe(true);
    map.set("still", 1);
    expect([map.size, Object.isFrozen(map), Object.isFrozen(circle)]).toEqual([1, false, true]);
  });
});

describe("createSystem", () => {
  it("passes messages as they are unless told otherwise [205]", async () => {
    const system = createSystem({ clock: createManualClock() });
    const ref = await system.spawn(keeper);
    const box = newBox();
    expect(await ref.call("keep", box)).toBe(box);
    expect(Object.isFrozen(box)).toBe(false);
  });
});
