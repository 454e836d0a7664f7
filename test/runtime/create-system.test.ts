import { describe, expect, it } from "vitest";
import { createSystem, defineActor, reply } from "../../runtime/index.ts";

const counter = defineActor({
  init: (start: number) => start,
  handleCall: { add: (state, n: number) => reply(state + n, state + n) },
  handleCast: { reset: (_state, to: number) => to },
});

describe("createSystem", () => {
  it("spawns an actor that answers calls and takes casts", async () => {
    const system = createSystem();
    const ref = await system.spawn(counter, 10, { name: "counter" });
    expect(await ref.call("add", 2)).toBe(12);
    ref.cast("reset", 0);
    expect(await ref.call("add", 1)).toBe(1);
    await ref.stop();
    await expect(ref.call("add", 1)).rejects.toMatchObject({ code: "ACTOR_DOWN" });
    await system.stop();
  });
});
