import { describe, expect, it } from "vitest";
import { createBus, createSystem, type EventOf, type EventStream, type RuntimeEvent } from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

type TestEvent =
  | EventOf<"job.call.started", Readonly<Record<never, never>>, { readonly job: string }>
  | EventOf<"job.call.stopped", { readonly durationMs: number }, { readonly job: string }>
  | EventOf<"job.queue.filled", { readonly length: number }>;
type AllEvents = TestEvent | RuntimeEvent;

const newBus = () => createBus<AllEvents>({ clock: createManualClock({ wallStartMs: 1000 }) });

describe("createBus", () => {
  it("delivers a frozen event with one envelope, counting up", () => {
    const bus = newBus();
    const seen: TestEvent[] = [];
    bus.on("job.call.*", (event) => seen.push(event));
    bus.emit("job.call.started", "worker", {}, { job: "a" });
    bus.emit("job.call.stopped", "worker", { durationMs: 3 }, { job: "a" }, { spanId: "s1", parentSpanId: "s0" });
    expect(seen).toEqual([
      { type: "job.call.started", seq: 1, at: 1000, source: "worker", measures: {}, about: { job: "a" } },
      {
        type: "job.call.stopped",
        seq: 2,
        at: 1000,
        source: "worker",
        spanId: "s1",
        parentSpanId: "s0",
        measures: { durationMs: 3 },
        about: { job: "a" },
      },
    ]);
    for (const event of seen) expect([event, event.measures, event.about].every(Object.isFrozen)).toBe(true);
  });

  it("matches exact types, * for one word and # for the rest", () => {
    const bus = newBus();
    const heard: string[] = [];
    for (const pattern of ["job.call.stopped", "job.*.stopped", "job.#", "#"] as const)
      bus.on(pattern, () => heard.push(pattern));
    bus.on("job.*.filled", () => heard.push("other"));
    bus.emit("job.call.stopped", "x", { durationMs: 1 }, { job: "a" });
    expect(heard.toSorted()).toEqual(["#", "job.#", "job.*.stopped", "job.call.stopped"]);
  });

  it("builds nothing where nobody listens", () => {
    const bus = newBus();
    let built = 0;
    const content = () => {
      built++;
      return { measures: { length: 1 }, about: {} };
    };
    bus.emitLazy("job.queue.filled", "x", content);
    expect([bus.has("job.queue.filled"), built]).toEqual([false, 0]);
    const subscription = bus.on("job.call.*", () => {});
    bus.emitLazy("job.queue.filled", "x", content);
    expect([bus.has("job.call.started"), bus.has("job.queue.filled"), built]).toEqual([true, false, 0]);
    subscription.close();
    expect(bus.has("job.call.started")).toBe(false);
  });

  it("hears of listeners that come and go between two events of a type", () => {
    const bus = newBus();
    const heard: string[] = [];
    const first = bus.on("job.#", () => heard.push("first"));
    bus.emit("job.queue.filled", "x", { length: 1 }, {});
    const second = bus.on("job.#", () => heard.push("second"));
    bus.emit("job.queue.filled", "x", { length: 1 }, {});
    first.close();
    first.close();
    bus.emit("job.queue.filled", "x", { length: 1 }, {});
    second[Symbol.dispose]();
    bus.emit("job.queue.filled", "x", { length: 1 }, {});
    expect(heard).toEqual(["first", "first", "second", "second"]);
  });

  it("keeps a listener's failure from the emitter and the others, and reports it once", () => {
    const bus = newBus();
    const heard: unknown[] = [];
    bus.on("job.#", () => {
      throw new Error("bad listener");
    });
    bus.on("job.#", () => heard.push("good listener"));
    bus.on("runtime.listener.failed", ({ about }) => {
      heard.push(about);
      throw new Error("worse listener");
    });
    expect(() => bus.emit("job.queue.filled", "x", { length: 1 }, {})).not.toThrow();
    expect(heard).toEqual([
      { topic: "job.queue.filled", pattern: "job.#", reason: "Error: bad listener" },
      "good listener",
    ]);
  });

  it("refuses patterns that match nothing by mistake", () => {
    const bus = newBus() as unknown as { on(pattern: string, listener: () => void): void };
    for (const pattern of ["", "job..call", "job.ca*", "#.job", "job.#.stopped"]) {
      expect(() => bus.on(pattern, () => {})).toThrow(expect.objectContaining({ code: "PATTERN_INVALID" }));
    }
  });

  it("lets a listener call the very actor whose event it hears", async () => {
    const { defineActor, reply } = await import("../../runtime/index.ts");
    const bus = newBus();
    const system = createSystem({ bus });
    const emitter = defineActor({
      init: (_: void) => 0,
      handleCall: {
        emit: (state) => {
          bus.emit("job.queue.filled", "x", { length: 1 }, {});
          return reply("emitted", state);
        },
        ping: (state) => reply("pong", state),
      },
    });
    const ref = await system.spawn(emitter);
    const answers: Promise<string>[] = [];
    bus.on("job.queue.filled", () => answers.push(ref.call("ping")));
    await ref.call("emit");
    expect(await Promise.all(answers)).toEqual(["pong"]);
    await system.stop();
  });
});

describe("events", () => {
  const fill = (bus: ReturnType<typeof newBus>, lengths: readonly number[]): void => {
    for (const length of lengths) bus.emit("job.queue.filled", "x", { length }, {});
  };
  const lengthsOf = async (stream: EventStream<{ readonly measures: { readonly length: number } }>, count: number) => {
    const lengths: number[] = [];
    for (let taken = 0; taken < count; taken++) {
      const { value } = await stream.next();
      if (value !== undefined) lengths.push(value.measures.length);
    }
    return lengths;
  };

  it("waits for events and ends its subscription with the loop", async () => {
    const bus = newBus();
    const stream = bus.events("job.queue.filled");
    queueMicrotask(() => fill(bus, [1, 2, 3]));
    const lengths: number[] = [];
    for await (const event of stream) {
      lengths.push(event.measures.length);
      if (lengths.length === 2) break;
    }
    expect(lengths).toEqual([1, 2]);
    expect(bus.has("job.queue.filled")).toBe(false);
  });

  it("drops the oldest by default and counts", async () => {
    const bus = newBus();
    const stream = bus.events("job.queue.filled", { buffer: 2 });
    fill(bus, [1, 2, 3, 4]);
    expect(stream.dropped).toBe(2);
    expect(await lengthsOf(stream, 2)).toEqual([3, 4]);
  });

  it("drops the newest where asked", async () => {
    const bus = newBus();
    const stream = bus.events("job.queue.filled", { buffer: 2, overflow: "drop-newest" });
    fill(bus, [1, 2, 3, 4]);
    expect(await lengthsOf(stream, 2)).toEqual([1, 2]);
    expect(stream.dropped).toBe(2);
  });

  it("fails where asked, after what was kept", async () => {
    const bus = newBus();
    const stream = bus.events("job.queue.filled", { buffer: 1, overflow: "fail" });
    fill(bus, [1, 2]);
    expect(bus.has("job.queue.filled")).toBe(false);
    expect(await lengthsOf(stream, 1)).toEqual([1]);
    await expect(stream.next()).rejects.toMatchObject({ code: "EVENTS_OVERFLOWED", details: { dropped: 1 } });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("ends when its signal aborts, also while waited for", async () => {
    const bus = newBus();
    const controller = new AbortController();
    const stream = bus.events("job.#", { signal: controller.signal });
    const next = stream.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(bus.has("job.queue.filled")).toBe(false);
    expect(await bus.events("job.#", { signal: controller.signal }).next()).toMatchObject({ done: true });
  });

  it("refuses a buffer of nothing", () => {
    const bus = newBus();
    expect(() => bus.events("job.#", { buffer: 0 })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    expect(() => bus.events("job.#", { overflow: "block" as "fail" })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
    expect(bus.has("job.queue.filled")).toBe(false);
  });
});
