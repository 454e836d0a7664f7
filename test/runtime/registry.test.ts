import { describe, expect, it } from "vitest";
import {
  type AnyActorRef,
  child,
  createRegistry,
  createSystem,
  defineActor,
  isDown,
  type RegistryNotice,
  type RegistryOptions,
  supervisor,
  whichChildren,
} from "../../runtime/index.ts";
import { newGate, newSystem } from "./busy-server.ts";

const idle = defineActor({ behaviourName: "idle", init: (_: void) => 0 });

async function table<Value = number>(keys: RegistryOptions["keys"], options: Partial<RegistryOptions> = {}) {
  const { system, clock } = newSystem();
  const registry = createRegistry<unknown, Value>(system, { keys, name: "table", ...options });
  const [a, b] = [await system.spawn(idle), await system.spawn(idle)];
  return { system, clock, registry, a, b };
}

describe("createRegistry: unique keys", () => {
  it("gives a key to one living actor, not even twice to the same [155]", async () => {
    const { registry, a, b } = await table("unique");
    registry.register("k", a, 1);
    const taken = expect.objectContaining({ code: "KEY_TAKEN", details: expect.objectContaining({ ref: a }) });
    expect(() => registry.register("k", b, 2)).toThrow(taken);
    expect(() => registry.register("k", a, 3)).toThrow(taken);
    expect(registry.lookup("k")).toEqual([{ key: "k", ref: a, value: 1 }]);
    expect(registry.whereis("k")).toBe(a);
  });

  it("lets one actor have many keys [156]", async () => {
    const { registry, a, b } = await table("unique");
    for (const key of ["x", 1, a]) registry.register(key, a, 0);
    expect(registry.keys(a)).toEqual(["x", 1, a]);
    expect(registry.keys(b)).toEqual([]);
  });

  it("frees keys with their owner, before anyone can look [158]", async () => {
    const { registry, a, system } = await table("unique");
    const seen: unknown[] = [];
    const watcher = defineActor({
      init: (_: void, self) => self.monitor(a),
      handleInfo: (state, message) => {
        if (isDown(message)) seen.push(registry.lookup("k"), registry.keys(a), registry.size);
        return state;
      },
    });
    await system.spawn(watcher);
    registry.register("k", a, 1);
    a.kill();
    expect(registry.lookup("k")).toEqual([]);
    await system.whenDown(a);
    await system.spawn(idle);
    expect(seen).toEqual([[], [], 0]);
  });

  it("lets a new actor take over a dead one's key, and keeps it for the new one [159]", async () => {
    const { registry, a, b, system } = await table("unique");
    // A watch older than the registry's: it hears of the end first, while the dead one's entry is still there to be cleaned.
    void system.whenDown(a);
    let size = 0;
    const bus = system.bus.on("runtime.actor.exited", () => {
      registry.register("k", b, 2);
      size = registry.size;
    });
    registry.register("k", a, 1);
    a.kill();
    bus.close();
    expect(size).toBe(2);
    expect(registry.lookup("k")).toEqual([{ key: "k", ref: b, value: 2 }]);
    expect(registry.size).toBe(1);
  });

  it("never fails the restart of a child that has its key through it [160]", async () => {
    const { registry, system, clock } = await table("unique");
    const children = [child("x", idle, undefined, { via: registry.via("k", 1) })];
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", intensity: 300, children }));
    for (let killed = 0; killed < 300; killed++) {
      registry.whereis("k")?.kill();
      await clock.settle();
    }
    expect(ref.isAlive).toBe(true);
    expect(registry.whereis("k")).toBe((await whichChildren(ref))[0]?.ref);
  });

  it("refuses a start with a taken key, and never runs its init [161]", async () => {
    const { registry, system, a } = await table("unique");
    registry.register("k", a, 1);
    let inits = 0;
    const counting = defineActor({ init: (_: void) => ++inits });
    await expect(system.spawn(counting, undefined, { via: registry.via("k", 2) })).rejects.toMatchObject({
      code: "KEY_TAKEN",
      details: { ref: a },
    });
    expect([inits, system.actorCount]).toEqual([0, 2]);
    const started = await system.spawn(counting, undefined, { via: registry.via("free", 2) });
    expect(registry.whereis("free")).toBe(started);
  });

  it("changes a value for its owner only [162]", async () => {
    const { registry, a, b } = await table("unique");
    registry.register("k", a, 1);
    let runs = 0;
    const double = (value: number) => {
      runs++;
      return value * 2;
    };
    expect(registry.updateValue("k", a, double)).toEqual({ status: "updated", before: 1, value: 2 });
    expect(registry.updateValue("k", b, double)).toEqual({ status: "not-owner" });
    expect(registry.updateValue("other", a, double)).toEqual({ status: "not-owner" });
    expect([runs, registry.values("k", a)]).toEqual([1, [2]]);
    expect(registry.unregister("k", a)).toBe(1);
    expect(registry.size).toBe(0);
  });

  it("keeps nothing of a registration that failed [166]", async () => {
    const { registry, a, b, system } = await table("unique");
    registry.register("k", a, 1);
    for (let tried = 0; tried < 10; tried++) expect(() => registry.register("k", b, 2)).toThrow();
    expect([registry.size, registry.keys(b)]).toEqual([1, []]);
    b.kill();
    await system.whenDown(b);
    expect(() => registry.register("free", b, 2)).toThrow(expect.objectContaining({ code: "ACTOR_DOWN" }));
    const stranger = await createSystem().spawn(idle);
    expect(() => registry.register("free", stranger, 2)).toThrow(expect.objectContaining({ code: "REF_FOREIGN" }));
    expect([registry.size, registry.lookup("free")]).toEqual([1, []]);
  });

  it("compares keys with ===, finds and counts by predicate [168]", async () => {
    const { registry, a, b } = await table("unique");
    for (const [key, owner] of [
      [1, a],
      ["1", b],
      [Number.NaN, a],
    ] as const)
      registry.register(key, owner, Number(key));
    expect(registry.whereis(1)).toBe(a);
    expect(registry.whereis("1")).toBe(b);
    expect(registry.values(Number.NaN, a)).toEqual([Number.NaN]);
    expect(registry.lookup({})).toEqual([]);
    expect(registry.select(({ value, ref }) => value === 1 && ref === b).map(({ key }) => key)).toEqual(["1"]);
    expect(registry.select(() => true).length).toBe(3);
  });
});

describe("createRegistry: duplicate keys", () => {
  it("lists an actor as often as it is entered, and takes all its entries out [157]", async () => {
    const { registry, a, b } = await table("duplicate");
    registry.register("k", a, 1);
    registry.register("k", b, 2);
    registry.register("k", a, 3);
    expect(registry.lookup("k").map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(registry.values("k", a)).toEqual([1, 3]);
    expect(registry.keys(a)).toEqual(["k", "k"]);
    expect(registry.unregister("k", a)).toBe(2);
    expect(registry.lookup("k").map(({ value }) => value)).toEqual([2]);
  });

  it("takes out only the entries that fit [157]", async () => {
    const { registry, a } = await table("duplicate");
    for (const value of [1, 2, 3]) registry.register("k", a, value);
    expect(registry.unregister("k", a, (value) => value > 1)).toBe(2);
    expect(registry.values("k", a)).toEqual([1]);
  });

  it("refuses via and updateValue: there is no one owner [161] [162]", async () => {
    const { registry, a } = await table("duplicate");
    const duplicate = expect.objectContaining({ code: "REGISTRY_DUPLICATE" });
    expect(() => registry.via("k", 1)).toThrow(duplicate);
    expect(() => registry.updateValue("k", a, (value) => value)).toThrow(duplicate);
  });

  it("dispatches to all living at once, and not at all to nobody [163]", async () => {
    const { registry, a, b } = await table("duplicate");
    const visits: (readonly AnyActorRef[])[] = [];
    const visit = (entries: readonly { readonly ref: AnyActorRef }[]) => {
      visits.push(entries.map(({ ref }) => ref));
    };
    registry.dispatch("k", visit);
    registry.register("k", a, 1);
    registry.register("k", b, 2);
    registry.dispatch("k", visit);
    a.kill();
    registry.dispatch("k", visit);
    expect(visits).toEqual([[a, b], [b]]);
  });

  it("dispatches to those there at the call, whatever is entered or taken out meanwhile [163]", async () => {
    const { registry, a, b } = await table("duplicate");
    registry.register("k", a, 1);
    registry.register("k", b, 2);
    let seen = 0;
    registry.dispatch("k", (entries) => {
      for (const { ref } of entries) {
        registry.unregister("k", ref);
        registry.register("k", ref, 9);
        seen++;
      }
    });
    expect(seen).toBe(2);
  });

  it("refuses another kind of keys", async () => {
    const { system } = newSystem();
    expect(() => createRegistry(system, { keys: "many" as "unique" })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});

describe("createRegistry: listeners", () => {
  it("are told what comes and goes, also by an owner's end [165]", async () => {
    const heard: string[] = [];
    const listening = defineActor({
      init: (_: void) => 0,
      handleInfo: (state, message) => {
        const { type, registry, key, ref, value } = message as RegistryNotice<string, number>;
        heard.push(`${type} ${registry} ${key} ${ref.actorId} ${value}`);
        return state;
      },
    });
    const { registry, system, clock, a, b } = await table("unique", { listeners: ["listener", "nobody"] });
    await system.spawn(listening, undefined, { name: "listener" });
    registry.register("x", a, 1);
    registry.register("y", b, 2);
    registry.unregister("x", a);
    b.kill();
    await clock.settle();
    const [one, two] = [a.actorId, b.actorId];
    expect(heard).toEqual([
      `register table x ${one} 1`,
      `register table y ${two} 2`,
      `unregister table x ${one} 1`,
      `unregister table y ${two} 2`,
    ]);
  });
});

describe("createRegistry: locks", () => {
  it("keep holders of the same key apart and let others in [167]", async () => {
    const { registry, clock, a, b } = await table("unique");
    const gate = newGate();
    const order: string[] = [];
    const first = registry.lock("k", a, async () => {
      order.push("first in");
      await gate.promise;
      order.push("first out");
      return 1;
    });
    const second = registry.lock("k", b, () => order.push("second"));
    await registry.lock("other", b, () => order.push("other"));
    await clock.settle();
    expect(order).toEqual(["first in", "other"]);
    gate.open();
    expect(await first).toBe(1);
    await second;
    expect(order).toEqual(["first in", "other", "first out", "second"]);
  });

  it("are freed when the work throws [167]", async () => {
    const { registry, a, b } = await table("unique");
    const failing = registry.lock("k", a, () => {
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
    expect(await registry.lock("k", b, () => "free")).toBe("free");
  });

  it("are freed when the holder ends, and skip a waiter that has ended [167]", async () => {
    const { registry, system, clock, a, b } = await table("unique");
    const c = await system.spawn(idle);
    const held = registry.lock("k", a, () => new Promise<void>(() => {}));
    let ran = false;
    const skipped = registry.lock("k", b, () => {
      ran = true;
    });
    const last = registry.lock("k", c, () => "mine");
    const ends = Promise.allSettled([held, skipped]);
    b.kill();
    a.kill();
    expect(await last).toBe("mine");
    await clock.settle();
    expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(ran).toBe(false);
    await expect(registry.lock("k", a, () => 1)).rejects.toMatchObject({ code: "ACTOR_DOWN" });
  });
});
