import { describe, expect, it } from "vitest";
import {
  type AnyActorRef,
  child,
  countChildren,
  defineActor,
  dynamicSupervisor,
  ignore,
  startChild,
  stop,
  terminateChild,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

describe("dynamicSupervisor: administration", () => {
  it("knows children by reference only, and neither restarts nor deletes [93] [94] [96] [99]", async () => {
    const { system, spec } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    const a = await startChild(ref, spec("a"));
    for (const asked of ["terminateChild", "restartChild", "deleteChild", "whichChild", "getChildSpec"] as const) {
      await expect(ref.call(asked, "a" as unknown as AnyActorRef)).rejects.toMatchObject({
        code: "SUPERVISOR_DYNAMIC",
      });
    }
    expect(await ref.call("whichChild", a)).toMatchObject({ id: "a", ref: a, status: "running" });
    expect(await ref.call("getChildSpec", a)).toMatchObject({ restart: "permanent" });
    await terminateChild(ref, a);
    await expect(ref.call("whichChild", a)).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
    await expect(terminateChild(ref, a)).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
  });

  it("leaves a living stranger alone [93]", async () => {
    const { system, spec, traced } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    await startChild(ref, spec("a"));
    const stranger = await system.spawn(traced("stranger"));
    await expect(terminateChild(ref, stranger)).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
    expect(stranger.isAlive).toBe(true);
  });

  it("refuses every child where it may have none, and keeps the place of one being restarted [102]", async () => {
    const { system, spec, failures, clock } = createWorkshop();
    const none = await system.spawn(dynamicSupervisor({ maxChildren: 0 }));
    await expect(startChild(none, spec("a"))).rejects.toMatchObject({ code: "CHILDREN_FULL" });
    const one = await system.spawn(dynamicSupervisor({ maxChildren: 1, intensity: 1_000_000 }));
    const a = await startChild(one, spec("a"));
    failures.set("a", 1_000_000);
    a.kill();
    await expect(startChild(one, spec("b"))).rejects.toMatchObject({ code: "CHILDREN_FULL" });
    expect(await countChildren(one)).toMatchObject({ specs: 1, active: 0 });
    await terminateChild(one, a);
    expect(await startChild(one, spec("b"))).toMatchObject({ isAlive: true });
    await clock.settle();
  });

  it("takes a refused start as the caller's error and goes on [89] [90]", async () => {
    const { system } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    const failing = defineActor({ init: (_: void) => stop({ exit: "no" }) });
    await expect(startChild(ref, child("x", failing))).rejects.toMatchObject({
      code: "START_FAILED",
      details: { reason: { exit: "no" } },
    });
    await expect(startChild(ref, child("y", defineActor({ init: (_: void) => ignore() })))).rejects.toMatchObject({
      code: "START_IGNORED",
    });
    expect(await countChildren(ref)).toMatchObject({ specs: 0 });
  });

  it("ends ten thousand children one by one in about linear time [101]", async () => {
    const { system, spec } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    const one = spec("c", { restart: "temporary" });
    const children = await Promise.all(Array.from({ length: 10_000 }, () => startChild(ref, one)));
    await Promise.all(children.map((each) => terminateChild(ref, each)));
    expect(system.actorCount).toBe(1);
  });
});
