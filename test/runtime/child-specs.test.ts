import { describe, expect, it } from "vitest";
import {
  type AnyChildSpec,
  BaseError,
  child,
  countChildren,
  defineActor,
  dynamicSupervisor,
  getChildSpec,
  ignore,
  reply,
  startChild,
  supervisor,
  whichChildren,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

const ignoring = defineActor({ init: (_: void) => ignore() });

describe("supervisor: starting", () => {
  it("resolves to nothing running where init ignores its start [3]", async () => {
    const { system } = createWorkshop();
    await expect(system.spawn(ignoring)).rejects.toMatchObject({ code: "START_IGNORED" });
    expect(system.actorCount).toBe(0);
  });

  it("tells what init threw, and by nothing else [5]", async () => {
    const { system, clock, types } = createWorkshop();
    const throwing = defineActor({
      init: (_: void) => {
        throw new TypeError("bad init");
      },
    });
    await expect(system.spawn(throwing)).rejects.toMatchObject({
      code: "START_FAILED",
      cause: new TypeError("bad init"),
    });
    await clock.settle();
    expect(types).toEqual(["runtime.actor.exited"]);
  });

  it("rolls back two levels and keeps the first cause [7]", async () => {
    const { system, spec, failures, took } = createWorkshop();
    failures.set("c", 1);
    const inner = supervisor({ strategy: "one_for_one", children: [spec("b"), spec("c"), spec("d")] });
    const outer = supervisor({ strategy: "one_for_one", children: [spec("a"), child("inner", inner)] });
    const error = await system.spawn(outer).catch((thrown: unknown) => thrown);
    expect(took()).toBe("I(a) I(b) F(c) T(b,shutdown) T(a,shutdown)");
    expect((error as BaseError).details["reason"]).toEqual({
      shutdown: {
        failedToStart: "inner",
        reason: { shutdown: { failedToStart: "c", reason: { exit: "nope" } } },
      },
    });
  });

  it.each([
    ["permanent", { specs: 1, active: 0, supervisors: 0, workers: 1 }],
    ["transient", { specs: 1, active: 0, supervisors: 0, workers: 1 }],
    ["temporary", { specs: 0, active: 0, supervisors: 0, workers: 0 }],
  ] as const)("keeps the spec of a %s child that ignores its start, unless temporary [8]", async (restart, counts) => {
    const { system } = createWorkshop();
    const children = [child("x", ignoring, undefined, { restart })];
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", children }));
    expect(await countChildren(ref)).toEqual(counts);
    expect((await whichChildren(ref)).map(({ ref: running }) => running)).toEqual(
      restart === "temporary" ? [] : [undefined],
    );
  });

  it("gives up at the fourth kill within five seconds by default [9]", async () => {
    const { system, spec, kill, clock } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", children: [spec("a")] }));
    for (let killed = 0; killed < 3; killed++) {
      await kill(ref, "a");
      await clock.advance(1600);
    }
    expect(ref.isAlive).toBe(true);
    await kill(ref, "a");
    expect(ref.isAlive).toBe(false);
  });
});

describe("supervisor: options and specs", () => {
  it.each([
    [{ strategy: "none_for_one" }, "strategy"],
    [{ intensity: Number.POSITIVE_INFINITY }, "intensity"],
    [{ intensity: -1 }, "intensity"],
    [{ intensity: 1.5 }, "intensity"],
    [{ periodMs: 0 }, "periodMs"],
    [{ periodMs: Number.POSITIVE_INFINITY }, "periodMs"],
    [{ autoShutdown: "sometimes" }, "autoShutdown"],
  ])("refuses %o before anything starts [10]", (faulty, option) => {
    const options = { strategy: "one_for_one", ...faulty } as Parameters<typeof supervisor>[0];
    expect(() => supervisor(options)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", details: expect.objectContaining({ option }) }),
    );
  });

  it("ignores keys it does not know [11]", async () => {
    const { system, spec } = createWorkshop();
    const options = { strategy: "one_for_one", colour: "red", children: [{ ...spec("a"), colour: "red" }] } as const;
    expect(await countChildren(await system.spawn(supervisor(options)))).toMatchObject({ active: 1 });
  });

  const faults: readonly (readonly [string, unknown])[] = [
    ["id", { id: "" }],
    ["id", { id: 7 }],
    ["start", { start: undefined }],
    ["start", { start: "start" }],
    ["restart", { restart: "prmanent" }],
    ["shutdown", { shutdown: -10 }],
    ["shutdown", { shutdown: Number.NaN }],
    ["shutdown", { shutdown: "soon" }],
    ["type", { type: "wrker" }],
    ["significant", { significant: "yes" }],
  ];
  it.each(faults)("refuses a spec with a wrong %s: %o [13]", async (field, faulty) => {
    const { system, spec } = createWorkshop();
    const bad = { ...spec("a"), ...(faulty as object) } as AnyChildSpec;
    const error = expect.objectContaining({
      code: "CHILD_SPEC_INVALID",
      details: expect.objectContaining({ field }),
    });
    expect(() => supervisor({ strategy: "one_for_one", children: [bad] })).toThrow(error);
    const fixed = await system.spawn(supervisor({ strategy: "one_for_one" }));
    await expect(startChild(fixed, bad as never)).rejects.toEqual(error);
    const dynamic = await system.spawn(dynamicSupervisor());
    await expect(startChild(dynamic, bad as never)).rejects.toEqual(error);
    expect([fixed.isAlive, dynamic.isAlive]).toEqual([true, true]);
  });

  it("refuses what is no spec at all [13]", async () => {
    const { system } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
    await expect(startChild(ref, undefined as never)).rejects.toMatchObject({ code: "CHILD_SPEC_INVALID" });
    await expect(startChild(ref, null as never)).rejects.toBeInstanceOf(BaseError);
  });

  it("takes a shutdown of 0 [13]", () => {
    const { spec } = createWorkshop();
    supervisor({ strategy: "one_for_one", children: [spec("a", { shutdown: 0 })] });
  });

  it("refuses an id given twice, with nothing started [14]", () => {
    const { spec, took } = createWorkshop();
    expect(() => supervisor({ strategy: "one_for_one", children: [spec("a"), spec("b"), spec("a")] })).toThrow(
      expect.objectContaining({ code: "CHILD_ALREADY_PRESENT" }),
    );
    expect(took()).toBe("");
  });
});

describe("child", () => {
  const named = defineActor({ init: (name: string) => name, handleCall: { name: (state) => reply(state) } });

  it("makes a spec that may be copied and changed", async () => {
    const { system } = createWorkshop();
    const sup = await system.spawn(dynamicSupervisor());
    const spec = child("a", named, "first", { restart: "temporary" });
    const [one, other] = [await startChild(sup, { ...spec, id: "b" }), await startChild(sup, spec)];
    expect([await one.call("name"), await other.call("name")]).toEqual(["first", "first"]);
    expect((await whichChildren(sup)).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("takes what was left out of a copy for its default [12]", async () => {
    const { system } = createWorkshop();
    const sup = await system.spawn(dynamicSupervisor());
    const { shutdown: _, ...rest } = child("a", named, "first", { shutdown: 1 });
    const ref = await startChild(sup, rest);
    expect(await getChildSpec(sup, ref)).toMatchObject({ shutdown: 5000, restart: "permanent", type: "worker" });
    expect(await ref.call("name")).toBe("first");
  });

  it("refuses a start that was taken out of its spec [13]", async () => {
    const { system } = createWorkshop();
    const sup = await system.spawn(dynamicSupervisor());
    const { start } = child("a", named, "first");
    await expect(startChild(sup, { id: "b", start })).rejects.toMatchObject({
      code: "CHILD_SPEC_INVALID",
      details: { childId: "b", field: "start" },
    });
  });
});
