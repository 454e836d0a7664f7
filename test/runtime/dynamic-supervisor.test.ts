import { describe, expect, it } from "vitest";
import { countChildren, dynamicSupervisor, startChild, terminateChild, whichChildren } from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

describe("dynamicSupervisor", () => {
  it("stops all children at once, each within its time [26]", async () => {
    const { system, spec, clock, took } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    for (const id of ["a", "b", "c", "d", "e"]) await startChild(ref, spec(id, { hangs: true, shutdown: 200 }));
    took();
    void ref.stop();
    await clock.advance(199);
    expect(took()).toBe(["a", "b", "c", "d", "e"].map((id) => `T(${id},shutdown)`).join(" "));
    expect(ref.isAlive).toBe(true);
    await clock.advance(1);
    expect(ref.isAlive).toBe(false);
    expect(system.actorCount).toBe(0);
  });

  it("restarts only the child that crashed, with the same arguments [45]", async () => {
    const { system, spec, took, clock } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    const a = await startChild(ref, spec("a"));
    const b = await startChild(ref, spec("b"));
    took();
    a.kill();
    await clock.settle();
    expect(took()).toBe("I(a)");
    expect(b.isAlive).toBe(true);
    expect(await countChildren(ref)).toEqual({ specs: 2, active: 2, supervisors: 0, workers: 2 });
  });

  it.each([
    ["permanent", "I(a)", 1],
    ["transient", "", 0],
    ["temporary", "", 0],
  ] as const)("%s after a clean end: starts [%s], keeps %i [65]", async (restart, started, kept) => {
    const { system, spec, took, clock } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    const a = await startChild(ref, spec("a", { restart }));
    took();
    a.cast("leave", "shutdown");
    await clock.settle();
    expect(took().replace("T(a,shutdown)", "").trim()).toBe(started);
    expect((await countChildren(ref)).specs).toBe(kept);
  });

  it("counts restarts over all children together [75]", async () => {
    const { system, spec, clock } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor({ intensity: 1 }));
    const a = await startChild(ref, spec("a"));
    const b = await startChild(ref, spec("b"));
    a.kill();
    await clock.settle();
    expect(ref.isAlive).toBe(true);
    b.kill();
    await clock.settle();
    expect(ref.isAlive).toBe(false);
  });

  it("tries again at once when a restart fails, and gives up by count [50]", async () => {
    const { system, spec, took, failures, clock } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor({ intensity: 3 }));
    const a = await startChild(ref, spec("a"));
    took();
    failures.set("a", 9);
    a.kill();
    await clock.settle();
    expect(took()).toBe("F(a) F(a) F(a)");
    expect(ref.isAlive).toBe(false);
  });

  it("shows a restarting child and lets it be ended by its last reference [48]", async () => {
    const { system, spec, failures, clock } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor({ intensity: 1000 }));
    const a = await startChild(ref, spec("a"));
    failures.set("a", Number.POSITIVE_INFINITY);
    a.kill();
    expect(await whichChildren(ref)).toMatchObject([{ id: "a", status: "restarting", ref: undefined }]);
    await terminateChild(ref, a);
    await clock.settle();
    expect(await whichChildren(ref)).toEqual([]);
    expect(ref.isAlive).toBe(true);
  });

  it("ends a child by reference and knows no strangers and no dead [93]", async () => {
    const { system, spec, traced } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    const a = await startChild(ref, spec("a"));
    await terminateChild(ref, a);
    expect(a.isAlive).toBe(false);
    await expect(terminateChild(ref, a)).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
    const stranger = await system.spawn(traced("stranger"));
    await expect(terminateChild(ref, stranger)).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
    expect(stranger.isAlive).toBe(true);
  });

  it("refuses a child beyond maxChildren until one has gone [102]", async () => {
    const { system, spec } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor({ maxChildren: 1 }));
    const a = await startChild(ref, spec("a"));
    await expect(startChild(ref, spec("b"))).rejects.toMatchObject({ code: "CHILDREN_FULL" });
    await terminateChild(ref, a);
    await startChild(ref, spec("b"));
  });
});
