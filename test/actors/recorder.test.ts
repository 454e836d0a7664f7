import { describe, expect, it } from "vitest";
import { type AppEvent, defineRecorder } from "../../actors/index.ts";
import { recorder } from "../../actors/recorder.ts";
import { createBus, createSystem } from "../../runtime/index.ts";
import { createResultStore, type EventRecord, memoryStore, type ResultStore } from "../../stores/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { RawBackend } from "../stores/raw-backend.ts";
import { exampleResult } from "../suites/sample-records.ts";

const WAIT = { timeoutMs: Number.POSITIVE_INFINITY };

async function startRecorder(options: { store?: ResultStore; eventBuffer?: number; behaviour?: typeof recorder } = {}) {
  const clock = createManualClock();
  const bus = createBus<AppEvent>({ clock });
  const system = createSystem({ name: "test", clock });
  const store = options.store ?? memoryStore({ clock });
  await store.open();
  const sizes: number[] = [];
  store.observe((fact) => {
    bus.emit(fact.type, "store", fact.measures, fact.about);
    if (fact.type === "store.batch.written") sizes.push(fact.measures.records);
  });
  const ref = await system.spawn(options.behaviour ?? recorder, {
    store,
    bus,
    ...(options.eventBuffer === undefined ? {} : { eventBuffer: options.eventBuffer }),
  });
  const record = (index: number) =>
    ref.call("record", { records: [exampleResult({ exampleId: `ex${index}`, index })] }, WAIT);
  const emit = (count: number) => {
    for (let n = 0; n < count; n++) bus.emit("application.runtime.started", "test", {}, { store: `s${n}` });
  };
  const logged = async (): Promise<readonly EventRecord[]> => (await store.list("event").all()).records;
  return { clock, bus, system, store, sizes, ref, record, emit, logged };
}

describe("recorder", () => {
  it("makes two batches of what 64 callers hand in, one made ready while the other is written, time after time", async () => {
    const { sizes, record, store } = await startRecorder();
    let next = 0;
    const caller = async () => {
      while (next < 640) await record(next++);
    };
    await Promise.all(Array.from({ length: 64 }, caller));
    expect(sizes).toEqual(Array.from({ length: 20 }, () => 32));
    expect((await store.list("example-result").all()).records).toHaveLength(640);
  });

  it("writes what it has been handed when it is stopped", async () => {
    const { system, ref, record, store } = await startRecorder();
    const calls = Array.from({ length: 10 }, (_, index) => record(index));
    await Promise.all([ref.stop(), Promise.allSettled(calls)]);
    const acknowledged = (await Promise.allSettled(calls)).filter((call) => call.status === "fulfilled").length;
    expect((await store.list("example-result").all()).records).toHaveLength(10);
    expect(acknowledged).toBe(10);
    await system.stop();
  });

  it("keeps the event log, but not what is told of batches", async () => {
    const { clock, emit, logged, record } = await startRecorder();
    emit(3);
    await record(0);
    emit(1);
    await clock.advance(1000);
    const types = (await logged()).map((event) => event.type);
    expect(types).toEqual(Array.from({ length: 4 }, () => "application.runtime.started"));
    await clock.advance(10_000);
    expect(await logged()).toHaveLength(4);
  });

  it("drops events beyond its buffer and writes down how many", async () => {
    const { clock, emit, logged } = await startRecorder({ eventBuffer: 10 });
    emit(25);
    await clock.advance(1000);
    const events = await logged();
    expect(events).toHaveLength(11);
    expect(events.at(-1)).toMatchObject({
      type: "store.event-log.dropped",
      measures: { count: 15 },
      about: { firstSeq: 11, lastSeq: 25 },
    });
  });

  it("writes the last events when it is stopped", async () => {
    const { emit, logged, system } = await startRecorder();
    emit(5);
    await system.stop();
    expect(await logged()).toHaveLength(5);
  });

  it("hears nothing more once it has been killed", async () => {
    const { bus, ref, system } = await startRecorder();
    expect(bus.has("application.runtime.started")).toBe(true);
    ref.kill();
    await system.whenDown(ref);
    expect(bus.has("application.runtime.started")).toBe(false);
  });

  it("reports that it waits for the store", async () => {
    const backend = new RawBackend();
    const { bus, clock, record, store } = await startRecorder({ store: createResultStore(backend) });
    const delays: number[] = [];
    bus.on("store.write.delayed", (event) => delays.push(event.measures.retryInMs));
    await store.close();
    const call = record(0);
    await clock.advance(60);
    await store.open();
    await clock.advance(5000);
    await call;
    expect(delays).toEqual([50, 100]);
  });
});

describe("defineRecorder", () => {
  it("can be told to acknowledge before it writes, so that tests can show what would be lost", async () => {
    const { ref, record, store } = await startRecorder({ behaviour: defineRecorder("before-write") });
    await store.close();
    await record(0);
    ref.kill();
    await store.open();
    expect((await store.list("example-result").all()).records).toEqual([]);
  });
});
