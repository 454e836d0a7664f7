import { describe, expect, expectTypeOf, it } from "vitest";
import { assign, fromPromise, type InputFrom, type InspectionEvent, type SnapshotFrom, setup } from "xstate";
import {
  type ActorRef,
  child,
  fromMachine,
  isBaseError,
  type KeptSnapshot,
  type SnapshotStore,
  type SupervisorRef,
  supervisor,
  whichChildren,
} from "../../runtime/index.ts";
import { newGate, newSystem } from "./busy-server.ts";

const counter = setup({
  types: {
    context: {} as { count: number },
    events: {} as { type: "ADD"; by: number } | { type: "FAIL" } | { type: "FINISH" } | { type: "WAIT" },
    input: {} as { start: number } | undefined,
    output: {} as number,
  },
}).createMachine({
  id: "counter",
  context: ({ input }) => ({ count: input?.start ?? 0 }),
  initial: "counting",
  states: {
    counting: {
      on: {
        ADD: { actions: assign({ count: ({ context, event }) => context.count + event.by }) },
        FAIL: {
          actions: () => {
            throw new Error("machine broke");
          },
        },
        FINISH: "finished",
        WAIT: "waiting",
      },
    },
    waiting: { after: { 100: "finished" } },
    finished: { type: "final" },
  },
  output: ({ context }) => context.count,
});

/** A place for one snapshot, through JSON as a disk would have it. */
function memory(): SnapshotStore & { saved: string | undefined } {
  return {
    saved: undefined,
    load() {
      return this.saved === undefined ? undefined : (JSON.parse(this.saved) as KeptSnapshot);
    },
    save(snapshot) {
      this.saved = JSON.stringify(snapshot);
    },
  };
}

describe("fromMachine", () => {
  it("takes events as calls, casts and messages, in turn", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(fromMachine(counter), { start: 1 });
    ref.cast("send", { type: "ADD", by: 10 });
    ref.send({ type: "ADD", by: 100 });
    ref.send("no event");
    const snapshot = await ref.call("send", { type: "ADD", by: 1000 });
    expect(snapshot.context.count).toBe(1111);
    expect((await ref.call("snapshot")).value).toBe("counting");
  });

  it("is named after the machine and needs no input where the machine needs none", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(fromMachine(counter));
    expect(ref.actorName).toMatch(/^counter#/);
  });

  it("ends with the machine, after its output was answered", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(fromMachine(counter), { start: 7 });
    const output = ref.call("output");
    const down = system.whenDown(ref);
    expect((await ref.call("send", { type: "FINISH" })).status).toBe("done");
    expect([await output, await down]).toEqual([7, "normal"]);
  });

  it("runs its delays on the system's clock", async () => {
    const { system, clock } = newSystem();
    const ref = await system.spawn(fromMachine(counter), { start: 7 });
    ref.cast("send", { type: "WAIT" });
    await clock.advance(99);
    expect(ref.isAlive).toBe(true);
    await clock.advance(1);
    expect(await system.whenDown(ref)).toBe("normal");
  });

  it("fails with what the machine fails with, and the event it was handling", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(fromMachine(counter));
    const down = system.whenDown(ref);
    const error = await ref.call("send", { type: "FAIL" }).catch((thrown: unknown) => thrown);
    expect(isBaseError(error, "ACTOR_DOWN") && error.cause).toEqual(new Error("machine broke"));
    expect(await down).toMatchObject({ message: { kind: "call", name: "send", payload: { type: "FAIL" } } });
  });

  it("fails with invoked work that nobody in the machine catches", async () => {
    const { system, clock } = newSystem();
    const invoking = setup({
      actors: { work: fromPromise(() => Promise.reject(new Error("work broke"))) },
    }).createMachine({
      id: "invoking",
      initial: "on",
      states: { on: { invoke: { src: "work" } } },
    });
    const ref = await system.spawn(fromMachine(invoking));
    await clock.settle();
    expect(await system.whenDown(ref)).toMatchObject({ thrown: new Error("work broke") });
  });

  it("ends the machine's invoked work when it is killed", async () => {
    const { system, clock } = newSystem();
    let signal: AbortSignal | undefined;
    const work = fromPromise(({ signal: given }) => {
      signal = given;
      return newGate().promise;
    });
    const invoking = setup({ actors: { work } }).createMachine({ invoke: { src: "work" } });
    const ref = await system.spawn(fromMachine(invoking));
    ref.kill();
    await clock.settle();
    expect(signal?.aborted).toBe(true);
  });

  it("starts anew when it is restarted, and goes on from its snapshot where that is kept", async () => {
    const { system, clock } = newSystem();
    const store = memory();
    const machine = fromMachine(counter, { persist: store });
    const children = [
      child("kept", machine, undefined, { name: "kept" }),
      child("anew", fromMachine(counter), undefined, { name: "anew" }),
    ];
    const ref: SupervisorRef = await system.spawn(supervisor({ strategy: "one_for_one", children }));
    const [kept, anew] = [system.named<typeof machine>("kept"), system.named<typeof machine>("anew")];
    for (const one of [kept, anew]) {
      await one.call("send", { type: "ADD", by: 5 });
      one.kill();
    }
    await clock.settle();
    expect((await whichChildren(ref)).map(({ restarts }) => restarts)).toEqual([1, 1]);
    expect((await kept.call("snapshot")).context.count).toBe(5);
    expect((await anew.call("snapshot")).context.count).toBe(0);
  });

  it("answers an event once its snapshot is saved, and fails where it cannot be", async () => {
    const { system, clock } = newSystem();
    const gate = newGate();
    let saves = 0;
    const slow: SnapshotStore = {
      load: () => undefined,
      save: () => {
        saves++;
        return saves === 1 ? undefined : saves === 2 ? gate.promise : Promise.reject(new Error("disk full"));
      },
    };
    const ref = await system.spawn(fromMachine(counter, { persist: slow }));
    let isAnswered = false;
    const answer = ref.call("send", { type: "ADD", by: 1 }).then(() => {
      isAnswered = true;
    });
    await clock.settle();
    expect(isAnswered).toBe(false);
    gate.open();
    await answer;
    await expect(ref.call("send", { type: "ADD", by: 1 })).rejects.toMatchObject({ cause: new Error("disk full") });
  });

  it("saves what the machine does by itself", async () => {
    const { system, clock } = newSystem();
    const store = memory();
    const ref = await system.spawn(fromMachine(counter, { persist: store }), { start: 3 });
    ref.cast("send", { type: "WAIT" });
    await clock.advance(100);
    expect(JSON.parse(store.saved ?? "{}")).toMatchObject({ status: "done", output: 3 });
  });

  it.each(["function", "observer"] as const)(
    "shows an inspector (%s) everything from the first state on",
    async (kind) => {
      const { system } = newSystem();
      const seen: InspectionEvent[] = [];
      // Both are typed as Stately's own inspectors are.
      const look = (event: InspectionEvent): void => void seen.push(event);
      const inspect = kind === "function" ? look : { next: look };
      const ref = await system.spawn(fromMachine(counter, { inspect }));
      await ref.call("send", { type: "ADD", by: 1 });
      expect(new Set(seen.map(({ type }) => type))).toEqual(
        new Set(["@xstate.actor", "@xstate.event", "@xstate.microstep", "@xstate.snapshot"]),
      );
    },
  );

  it("knows the machine's input, events, snapshot and output", () => {
    const behaviour = fromMachine(counter);
    type Ref = ActorRef<typeof behaviour>;
    expectTypeOf<Parameters<typeof behaviour.init>[0]>().toEqualTypeOf<InputFrom<typeof counter>>();
    const withInput = fromMachine(
      setup({ types: { input: {} as { n: number } } }).createMachine({ context: () => ({}) }),
    );
    expectTypeOf<Parameters<typeof withInput.init>[0]>().toEqualTypeOf<{ n: number } | undefined>();
    const ask = (ref: Ref) => ({ send: ref.call("send", { type: "WAIT" }), output: ref.call("output") });
    expectTypeOf<ReturnType<typeof ask>["send"]>().toEqualTypeOf<Promise<SnapshotFrom<typeof counter>>>();
    expectTypeOf<ReturnType<typeof ask>["output"]>().toEqualTypeOf<Promise<number>>();
    // @ts-expect-error an event that the machine does not take
    const wrong = (ref: Ref) => ref.call("send", { type: "NOPE" });
    expect(wrong).toBeTypeOf("function");
  });
});
