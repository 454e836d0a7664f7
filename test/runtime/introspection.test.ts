import { describe, expect, it } from "vitest";
import {
  child,
  defineActor,
  dynamicSupervisor,
  formatEvent,
  formatTree,
  partitionSupervisor,
  type RuntimeEvent,
  type SupervisorRef,
  type SystemView,
  startChild,
  supervisor,
  suspend,
  terminateChild,
  whichChildren,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

/** top over a, b and inner; inner over leaf; and an actor of its own. */
async function planted() {
  const workshop = createWorkshop();
  const { system, spec, traced } = workshop;
  const inner = child(
    "inner",
    supervisor({ strategy: "one_for_one", children: [spec("leaf", { name: "leaf" })] }),
    undefined,
    {
      name: "inner",
    },
  );
  const children = [spec("a", { name: "a" }), spec("b", { name: "b" }), inner];
  const top = await system.spawn(supervisor({ strategy: "one_for_one", children }), undefined, { name: "top" });
  const alone = await system.spawn(traced("alone"), undefined, { name: "alone" });
  return { ...workshop, top, alone };
}

describe("system.tree", () => {
  it("shows who runs under whom, in start order", async () => {
    const { system } = await planted();
    const [top, alone] = system.tree();
    expect(top).toMatchObject({
      actorName: "top",
      behaviour: "supervisor",
      kind: "supervisor",
      status: "running",
      host: "main",
      children: [
        { actorName: "a", childId: "a", kind: "worker", restarts: 0, children: [] },
        { actorName: "b", childId: "b" },
        {
          actorName: "inner",
          childId: "inner",
          kind: "supervisor",
          children: [{ actorName: "leaf", childId: "leaf" }],
        },
      ],
    });
    expect(alone).toMatchObject({ actorName: "alone", children: [] });
    expect(alone).not.toHaveProperty("childId");
  });

  it("counts restarts and tells how the last incarnation ended", async () => {
    const { system, clock } = await planted();
    system.named("leaf").kill();
    await clock.settle();
    system.whereis("a")?.exit({ exit: "oops" });
    system.send("a", "unhandled");
    await clock.settle();
    system.whereis("a")?.kill();
    await clock.settle();
    const [a, , inner] = system.tree()[0]?.children ?? [];
    expect(a).toMatchObject({ restarts: 1, lastExit: "killed" });
    expect(inner?.children[0]).toMatchObject({ restarts: 1, lastExit: "killed" });
  });

  it("shows children that have no incarnation", async () => {
    const { system, top, failures, clock } = await planted();
    await terminateChild(top, "b");
    expect(system.tree()[0]?.children[1]).toMatchObject({
      actorId: undefined,
      actorName: "b",
      status: "stopped",
      lastExit: "shutdown",
    });
    failures.set("a", 1_000_000);
    const looks: unknown[] = [];
    const bus = system.bus.on("runtime.child.failed", () => looks.push(system.tree()[0]?.children[0]?.status));
    system.whereis("a")?.kill();
    await clock.settle();
    bus.close();
    expect(looks[0]).toBe("restarting");
  });

  it("shows what waits, what was handled and what is being handled", async () => {
    const { system, alone, clock } = await planted();
    await alone.call("ping");
    await alone.call("ping");
    expect(system.tree()[1]).toMatchObject({ handled: 2, mailbox: 0 });
    await suspend(alone);
    void alone.call("ping").catch(() => undefined);
    expect(system.tree()[1]).toMatchObject({ status: "held", mailbox: 1 });
    const busy = defineActor({
      init: (_: void) => 0,
      handleCast: { wait: () => new Promise<number>(() => {}) },
    });
    const ref = await system.spawn(busy);
    ref.cast("wait");
    await clock.settle();
    expect(system.tree()[2]).toMatchObject({ status: "busy", handling: 'cast "wait"' });
  });

  it("knows the children of every kind of supervisor", async () => {
    const { system, spec } = createWorkshop();
    const dynamic = await system.spawn(dynamicSupervisor());
    await startChild(dynamic, spec("d"));
    const worker = defineActor({ init: (_: void) => 0 });
    await system.spawn(partitionSupervisor({ behaviour: worker, partitions: 2 }));
    expect(system.tree().map(({ children }) => children.map(({ childId }) => childId))).toEqual([["d"], ["0", "1"]]);
  });

  it("is as deep as it must be", async () => {
    const { system } = createWorkshop();
    const link = defineActor({
      init: async (depth: number, self): Promise<number> => {
        if (depth > 0) await self.spawnLink(link as never, (depth - 1) as never);
        return depth;
      },
    });
    await system.spawn(link, 3000);
    expect(formatTree(system.tree()).split("\n").length).toBe(3001);
  });
});

describe("system.observe", () => {
  it("looks at once and then every so often, until the system has stopped", async () => {
    const { system, clock, alone } = await planted();
    const views: SystemView[] = [];
    const watching = (async () => {
      for await (const view of system.observe({ everyMs: 100 })) views.push(view);
    })();
    await clock.settle();
    await alone.call("ping");
    await clock.advance(100);
    expect(views.map(({ actors, handled }) => ({ actors, handled }))).toEqual([
      { actors: 6, handled: 0 },
      { actors: 6, handled: 1 },
    ]);
    await system.stop();
    await clock.advance(100);
    await watching;
  });

  it("ends when its signal is aborted", async () => {
    const { system } = createWorkshop();
    const controller = new AbortController();
    const views: SystemView[] = [];
    for await (const view of system.observe({ signal: controller.signal })) {
      views.push(view);
      controller.abort();
    }
    expect(views.length).toBe(1);
  });
});

describe("whichChildren: restarts and last exits", () => {
  it("are there for every child [98]", async () => {
    const { system, clock } = await planted();
    const top = system.named<ReturnType<typeof supervisor>>("top") as SupervisorRef;
    system.whereis("a")?.kill();
    await clock.settle();
    const a = (await whichChildren(top)).find(({ id }) => id === "a");
    expect(a).toMatchObject({ restarts: 1, lastExit: "killed" });
  });
});

describe("formatTree and formatEvent", () => {
  it("draw the tree for people", async () => {
    const { system, top } = await planted();
    await terminateChild(top, "b");
    expect(formatTree(system.tree())).toBe(
      [
        "top · supervisor · running · waiting 0 · handled 2",
        "├─ a · running · waiting 0 · handled 0",
        "├─ b · stopped · waiting 0 · handled 0 · last exit shutdown",
        "└─ inner · supervisor · running · waiting 0 · handled 0",
        "   └─ leaf · running · waiting 0 · handled 0",
        "alone · running · waiting 0 · handled 0",
      ].join("\n"),
    );
  });

  it("word a supervisor's report with the fields of OTP's, cut where too long [104]", async () => {
    const { system, bus, spec, clock } = createWorkshop();
    const lines: string[] = [];
    bus.on("runtime.supervisor.reported", (event) => lines.push(formatEvent(event, { maxLength: 24 })));
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", intensity: 1 }), undefined, { name: "top" });
    const a = await startChild(ref, spec("a", { name: "a" }));
    a.cast("crash");
    await clock.settle();
    expect(lines[0]).toBe(
      [
        "2025-01-01T00:00:00.000Z [error] supervisor top: child a … (10 letters more)",
        "    reason: Error: a crashed",
        `    offender: actor a (${a.actorId}), permanent w… (20 letters more)`,
        '    handling: cast "crash"',
        "    restarts: 0 in this period, 1 left",
      ].join("\n"),
    );
  });

  it("word every other event in one line, with its weight", async () => {
    const { system, bus, spec, clock } = createWorkshop();
    const events: RuntimeEvent[] = [];
    bus.on("runtime.#", (event) => events.push(event));
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", intensity: 0 }), undefined, { name: "top" });
    const a = await startChild(ref, spec("a", { name: "a" }));
    a.send("nobody handles this");
    await clock.settle();
    a.kill();
    await clock.settle();
    const lines = events.map((event) => formatEvent(event).replace(/^\S+ /, ""));
    expect(lines).toContain(`[warning] actor a: info dropped (no-handler)`);
    expect(lines).toContain(`[error] actor a (${a.actorId}) exited: killed`);
    expect(lines).toContain("[error] supervisor top gave up after 0 restarts in 5000 ms; last a: killed");
    expect(lines).toContain(`[info] runtime.actor.started actor=a actorId=${a.actorId}`);
    expect(lines.filter((line) => line.includes("undefined"))).toEqual([]);
  });
});
