import { describe, expect, it } from "vitest";
import {
  child,
  countChildren,
  defineActor,
  deleteChild,
  type ExitReason,
  isExit,
  restartChild,
  startChild,
  supervisor,
  terminateChild,
  whichChildren,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

const strategy = "one_for_one";

describe("supervisor: starting", () => {
  it("starts children in order and resolves after the last init [1]", async () => {
    const { system, spec, took } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy, children: [spec("a"), spec("b"), spec("c")] }));
    expect(took()).toBe("I(a) I(b) I(c)");
    expect((await whichChildren(ref)).map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });

  it("waits for an init that takes its time [1]", async () => {
    const { system, trace, clock } = createWorkshop();
    let open = (): void => {};
    const slow = defineActor({
      init: async (_: void) => {
        await new Promise<void>((resolve) => {
          open = resolve;
        });
        trace.push("slow is up");
        return 0;
      },
    });
    const spawned = system
      .spawn(supervisor({ strategy, children: [child("slow", slow)] }))
      .then(() => trace.push("spawned"));
    await clock.settle();
    expect(trace).toEqual([]);
    open();
    await spawned;
    expect(trace).toEqual(["slow is up", "spawned"]);
  });

  it("runs without children and ends with shutdown [2]", async () => {
    const { system, clock } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy }));
    const down = system.whenDown(ref);
    await system.stop();
    await clock.settle();
    expect(await down).toBe("shutdown");
  });

  it("rolls back what it started when one child does not start [6]", async () => {
    const { system, spec, took, failures } = createWorkshop();
    failures.set("c", 1);
    const children = [spec("a"), spec("b"), spec("c"), spec("d")];
    await expect(system.spawn(supervisor({ strategy, children }))).rejects.toMatchObject({
      code: "START_FAILED",
      details: { reason: { shutdown: { failedToStart: "c", reason: { exit: "nope" } } } },
    });
    expect(took()).toBe("I(a) I(b) F(c) T(b,shutdown) T(a,shutdown)");
    expect(system.actorCount).toBe(0);
  });

  it("fills in permanent, worker and a shutdown of 5000 ms, for a supervisor infinity [12]", async () => {
    const { system, traced, clock, refOf, spec } = createWorkshop();
    const inner = supervisor({ strategy, children: [spec("stubborn", { hangs: true, shutdown: "infinity" })] });
    const children = [
      child("inner", inner),
      { id: "worker", start: () => ({ behaviour: traced("worker", { hangs: true }), args: undefined }) },
    ];
    const ref = await system.spawn(supervisor({ strategy, children }));
    expect((await whichChildren(ref)).map(({ id, type }) => [id, type])).toEqual([
      ["worker", "worker"],
      ["inner", "supervisor"],
    ]);
    const worker = await refOf(ref, "worker");
    const innerRef = await refOf(ref, "inner");
    void ref.stop({ reason: "shutdown" });
    await clock.advance(4999);
    expect(worker.isAlive).toBe(true);
    await clock.advance(1);
    expect(worker.isAlive).toBe(false);
    await clock.advance(10_000_000);
    expect(innerRef.isAlive).toBe(true);
    innerRef.kill();
  });

  it("restarts by default, as permanent does [12]", async () => {
    const { system, traced, kill, refOf } = createWorkshop();
    const start = () => ({ behaviour: traced("a"), args: undefined });
    const ref = await system.spawn(supervisor({ strategy, children: [{ id: "a", start }] }));
    const before = await refOf(ref, "a");
    await kill(ref, "a");
    expect(await refOf(ref, "a")).not.toBe(before);
  });

  it("refuses bad options and specs before anything starts", () => {
    const { spec } = createWorkshop();
    expect(() => supervisor({ strategy: "none_for_one" as "one_for_one" })).toThrow(/strategy/);
    expect(() => supervisor({ strategy, intensity: -1 })).toThrow(/intensity/);
    expect(() => supervisor({ strategy, periodMs: 0 })).toThrow(/periodMs/);
    expect(() => supervisor({ strategy, children: [spec("a"), spec("a")] })).toThrow(/"a"/);
    expect(() => supervisor({ strategy, children: [spec("a", { shutdown: -10 })] })).toThrow(/shutdown/);
    expect(() => supervisor({ strategy, children: [{ ...spec("a"), restart: "always" as "permanent" }] })).toThrow(
      /restart/,
    );
    expect(() => supervisor({ strategy, children: [spec("a", { shutdown: 0 })] })).not.toThrow();
  });
});

describe("supervisor: administration", () => {
  it("stops a child on request, keeps its spec and does not restart it [92]", async () => {
    const { system, spec, took, clock } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy, children: [spec("a")] }));
    took();
    await terminateChild(ref, "a");
    await clock.settle();
    expect(took()).toBe("T(a,shutdown)");
    expect(await whichChildren(ref)).toMatchObject([{ id: "a", status: "stopped", ref: undefined }]);
    await terminateChild(ref, "a");
    await expect(terminateChild(ref, "b")).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
  });

  it("starts a stopped child again, and refuses one that runs or is unknown [94]", async () => {
    const { system, spec, refOf } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy, children: [spec("a")] }));
    await expect(restartChild(ref, "a")).rejects.toMatchObject({ code: "CHILD_RUNNING" });
    await terminateChild(ref, "a");
    const again = await restartChild(ref, "a");
    expect(await refOf(ref, "a")).toBe(again);
    await expect(restartChild(ref, "b")).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
  });

  it("starts a child at run time and hands back its typed reference", async () => {
    const { system, spec } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy }));
    const a = await startChild(ref, spec("a"));
    expect(await a.call("ping")).toBe("pong");
    await expect(startChild(ref, spec("a"))).rejects.toMatchObject({ code: "CHILD_ALREADY_STARTED" });
    await terminateChild(ref, "a");
    await expect(startChild(ref, spec("a"))).rejects.toMatchObject({ code: "CHILD_ALREADY_PRESENT" });
    await expect(startChild(ref, spec("b", { shutdown: -1 }))).rejects.toMatchObject({ code: "CHILD_SPEC_INVALID" });
  });

  it("refuses a child whose start fails and does not keep its spec", async () => {
    const { system, spec, failures } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy }));
    failures.set("a", 1);
    await expect(startChild(ref, spec("a"))).rejects.toMatchObject({ code: "START_FAILED" });
    expect(await countChildren(ref)).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 });
  });

  it("deletes a stopped child only", async () => {
    const { system, spec } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy, children: [spec("a")] }));
    await expect(deleteChild(ref, "a")).rejects.toMatchObject({ code: "CHILD_RUNNING" });
    await terminateChild(ref, "a");
    await deleteChild(ref, "a");
    expect(await whichChildren(ref)).toEqual([]);
    await expect(deleteChild(ref, "a")).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
  });

  it("counts specs by type, running or not", async () => {
    const { system, spec } = createWorkshop();
    const children = [spec("a"), child("inner", supervisor({ strategy })), spec("b")];
    const ref = await system.spawn(supervisor({ strategy, children }));
    await terminateChild(ref, "b");
    expect(await countChildren(ref)).toEqual({ specs: 3, active: 2, supervisors: 1, workers: 2 });
  });

  it("tells a linked watcher that it gave up", async () => {
    const { system, spec, clock, refOf } = createWorkshop();
    const seen: ExitReason[] = [];
    const behaviour = supervisor({ strategy, intensity: 0, children: [spec("a")] });
    let inner: Parameters<typeof refOf>[0] | undefined;
    const watcher = defineActor({
      init: async (_: void, self) => {
        inner = await self.spawnLink(behaviour);
        return 0;
      },
      handleInfo: (state, message) => {
        if (isExit(message)) seen.push(message.reason);
        return state;
      },
      trapExit: true,
    });
    await system.spawn(watcher);
    if (inner === undefined) throw new Error("expected the supervisor to run");
    (await refOf(inner, "a")).kill();
    await clock.settle();
    expect(seen).toEqual(["shutdown"]);
  });
});
