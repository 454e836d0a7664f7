import { describe, expect, expectTypeOf, it } from "vitest";
import { createRuntime } from "../../index.ts";
import { createBus, createSystem, type EventOf, type RuntimeEvent } from "../../runtime/index.ts";
import { createManualClock, misbehaving, recordEvents } from "../../testing/index.ts";

type DoorEvent =
  | EventOf<"door.opened", { readonly width: number }, Readonly<Record<never, never>>>
  | EventOf<"door.closed", Readonly<Record<never, never>>, { readonly by: string }>;

function newDoor(timeoutMs?: number) {
  const bus = createBus<DoorEvent>();
  const recorder = recordEvents(bus, timeoutMs === undefined ? {} : { timeoutMs });
  return {
    bus,
    recorder,
    open: (width = 1) => bus.emit("door.opened", "door", { width }, {}),
    close: (by = "wind") => bus.emit("door.closed", "door", {}, { by }),
  };
}

describe("recordEvents", () => {
  it("keeps what was published, in order, until it is cleared or stopped", () => {
    const { recorder, open, close } = newDoor();
    open();
    close();
    expect(recorder.types).toEqual(["door.opened", "door.closed"]);
    recorder.clear();
    close("Ann");
    expect(recorder.events).toMatchObject([{ type: "door.closed", about: { by: "Ann" } }]);
    recorder.stop();
    close();
    expect(recorder.types).toEqual(["door.closed"]);
  });

  it("waits for a sequence with others in between, the first of which may be there already", async () => {
    const { recorder, open, close } = newDoor();
    open(1);
    const both = recorder.sequence(["door.opened", "door.closed"]);
    open(2);
    close("Ann");
    const [opened, closed] = await both;
    expect([opened.measures.width, closed.about.by]).toEqual([1, "Ann"]);
    expectTypeOf(closed.about.by).toBeString();
  });

  it("hands each event to one who waits, in the order in which they asked", async () => {
    const { recorder, open, close } = newDoor();
    const waiting = [recorder.next("door.opened"), recorder.next("door.opened"), recorder.next("door.closed")];
    open(1);
    open(2);
    close();
    const [first, second] = await Promise.all(waiting);
    expect([first?.measures, second?.measures]).toEqual([{ width: 1 }, { width: 2 }]);
  });

  it("says what is missing and what came instead, and goes on for the next one who asks", async () => {
    const { recorder, open } = newDoor(1);
    open();
    await expect(recorder.sequence(["door.opened", "door.closed"])).rejects.toMatchObject({
      code: "EVENTS_MISSING",
      message: "Expected door.closed within 1 ms after door.opened. Recorded: door.opened.",
    });
    open();
    expect((await recorder.next("door.opened")).type).toBe("door.opened");
  });

  it("holds exact types, and types in order among others", () => {
    const { recorder, open, close } = newDoor();
    open();
    open();
    close();
    recorder.expectTypes(["door.opened", "door.opened", "door.closed"]);
    recorder.expectSequence(["door.opened", "door.closed"]);
    const unexpected = expect.objectContaining({ code: "EVENTS_UNEXPECTED" });
    expect(() => recorder.expectTypes(["door.opened", "door.closed"])).toThrow(unexpected);
    expect(() => recorder.expectTypes(["door.opened", "door.closed", "door.opened"])).toThrow(unexpected);
    expect(() => recorder.expectSequence(["door.closed", "door.opened"])).toThrow(unexpected);
  });

  it("takes a system whose clock stands still", async () => {
    const clock = createManualClock();
    const system = createSystem({ clock });
    using recorder = recordEvents(system, { pattern: "runtime.actor.*" });
    const ref = await system.spawn(misbehaving("answer-late"));
    const late = ref.call("work", "here", { timeoutMs: 60_000 });
    await clock.advance(10_000);
    expect(await late).toBe("here");
    ref.kill();
    const [, exited] = await recorder.sequence(["runtime.actor.started", "runtime.actor.exited"]);
    expect(exited.about.reason).toBe("killed");
    expectTypeOf(recorder.events).toEqualTypeOf<readonly RuntimeEvent[]>();
  });

  it("takes a runtime, whose events are those of every room", async () => {
    const runtime = await createRuntime();
    using recorder = recordEvents(runtime, { pattern: "application.#" });
    await runtime.stop();
    recorder.expectTypes(["application.runtime.stopped"]);
  });

  it("refuses a pattern that is none", () => {
    expect(() => recordEvents(createBus<DoorEvent>(), { pattern: "door..opened" })).toThrow(
      expect.objectContaining({ code: "PATTERN_INVALID" }),
    );
  });
});
