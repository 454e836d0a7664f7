import { describe, expect, it } from "vitest";
import {
  type ActorRef,
  type AnyActorRef,
  type ChildOptions,
  child,
  countChildren,
  createSystem,
  defineActor,
  describeReason,
  dynamicSupervisor,
  type ExitReason,
  exit,
  ignore,
  type RuntimeEvent,
  reply,
  type SupervisorRef,
  startChild,
  supervisor,
  terminateChild,
  whichChildren,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { createWorkshop } from "./traced-children.ts";

/** A child that answers a shutdown in its own way. */
const odd = (reason: ExitReason) =>
  defineActor({ init: (_: void) => 0, terminate: () => exit(reason), trapExit: true, behaviourName: "odd" });

const ODD: readonly ExitReason[] = ["normal", "shutdown", { shutdown: "x" }, { exit: "other" }];

/** What a workshop's supervisors report, in one line each. */
function reports(workshop: ReturnType<typeof createWorkshop>): readonly string[] {
  const lines: string[] = [];
  workshop.bus.on("runtime.supervisor.reported", ({ about }) =>
    lines.push(`${about.context} ${about.childId}: ${about.reason}`),
  );
  return lines;
}

describe("supervisor: children that end oddly while it stops", () => {
  it.each(["static", "dynamic"])("keep their own reasons and change nothing of its own, %s [25] [28]", async (kind) => {
    const { system, types } = createWorkshop();
    const ref: AnyActorRef = await system.spawn(
      kind === "static" ? supervisor({ strategy: "one_for_one" }) : dynamicSupervisor(),
    );
    const children: ActorRef<ReturnType<typeof odd>>[] = [];
    for (const [at, reason] of ODD.entries())
      children.push(await startChild(ref as SupervisorRef, child(`c${at}`, odd(reason))));
    const ends = children.map((one) => system.whenDown(one));
    const end = system.whenDown(ref);
    await ref.stop({ reason: "shutdown" });
    expect(await Promise.all(ends)).toEqual(ODD);
    expect(await end).toBe("shutdown");
    expect(types).not.toContain("runtime.child.restarted");
  });

  it.each([
    ["permanent", ["c0: normal", "c2: shutdown: x", "c3: exit: other"]],
    ["transient", ["c3: exit: other"]],
    ["temporary", ["c3: exit: other"]],
  ] as const)("are reported where %s and not ended as asked [30]", async (restart, expected) => {
    const workshop = createWorkshop();
    const lines = reports(workshop);
    const ref = await workshop.system.spawn(
      supervisor({
        strategy: "one_for_one",
        children: ODD.map((reason, at) => child(`c${at}`, odd(reason), undefined, { restart })),
      }),
    );
    await ref.stop();
    expect(lines.toReversed()).toEqual(expected.map((line) => `shutdown_error ${line}`));
  });

  it("are not reported where brutal_kill killed them, and are where a timeout did [30]", async () => {
    const workshop = createWorkshop();
    const lines = reports(workshop);
    const { system, spec, clock } = workshop;
    const children = [spec("brutal", { shutdown: "brutal_kill" }), spec("slow", { hangs: true, shutdown: 10 })];
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", children }));
    void ref.stop();
    await clock.advance(11);
    expect(lines).toEqual(["shutdown_error slow: killed"]);
  });
});

describe("dynamicSupervisor: stopping", () => {
  it("kills brutal_kill children at once, all of them [27]", async () => {
    const { system, spec, took } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    const ends: Promise<ExitReason>[] = [];
    for (let at = 0; at < 10; at++) {
      ends.push(system.whenDown(await startChild(ref, spec(`c${at}`, { shutdown: "brutal_kill" }))));
    }
    took();
    await ref.stop();
    expect(await Promise.all(ends)).toEqual(Array(10).fill("killed"));
    expect(took()).toBe("");
  });

  it("gives each child what its own spec says [29]", async () => {
    const { system, spec, clock } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor());
    const options: readonly (ChildOptions & { hangs?: boolean; trapExit?: boolean })[] = [
      { shutdown: "infinity" },
      { shutdown: "brutal_kill" },
      { shutdown: 1, hangs: true },
      { shutdown: 1, hangs: true, trapExit: false },
    ];
    const ends: Promise<ExitReason>[] = [];
    for (const [at, one] of options.entries()) ends.push(system.whenDown(await startChild(ref, spec(`c${at}`, one))));
    void ref.stop();
    await clock.advance(2);
    expect(await Promise.all(ends)).toEqual(["shutdown", "killed", "killed", "shutdown"]);
  });

  it("ends promptly where a restart is being tried [32]", async () => {
    const { system, spec, failures, clock } = createWorkshop();
    const ref = await system.spawn(dynamicSupervisor({ intensity: 1_000_000 }));
    const a = await startChild(ref, spec("a"));
    failures.set("a", 1_000_000);
    a.kill();
    const end = system.whenDown(ref);
    void ref.stop({ reason: "shutdown" });
    await clock.settle();
    expect(await end).toBe("shutdown");
  });
});

describe("a parent's end", () => {
  it("runs terminate of a child that traps exits, with the parent's reason [35]", async () => {
    const { system, traced, took } = createWorkshop();
    const parent = defineActor({
      init: async (_: void, self) => ({ child: await self.spawnLink(traced("a")) }),
      handleCall: { child: (state) => reply(state.child) },
    });
    const ref = await system.spawn(parent);
    const end = system.whenDown(await ref.call("child"));
    took();
    ref.exit({ exit: "r" });
    expect(await end).toEqual({ exit: "r" });
    expect(took()).toBe("T(a,exit: r)");
  });
});

describe("a restart whose init ignores", () => {
  /** Starts once and ignores from then on. */
  const once = () => {
    let starts = 0;
    return defineActor({ init: (_: void) => (starts++ === 0 ? 0 : ignore()) });
  };

  it("is kept by a static supervisor and forgotten by a dynamic one [46]", async () => {
    const { system, clock } = createWorkshop();
    const fixed = await system.spawn(supervisor({ strategy: "one_for_one" }));
    const dynamic = await system.spawn(dynamicSupervisor());
    (await startChild(fixed, child("a", once()))).kill();
    (await startChild(dynamic, child("a", once()))).kill();
    await clock.settle();
    expect((await whichChildren(fixed)).map(({ status, ref }) => ({ status, ref }))).toEqual([
      { status: "stopped", ref: undefined },
    ]);
    expect(await countChildren(dynamic)).toMatchObject({ specs: 0 });
  });
});

describe("supervisor: reports of ends", () => {
  it.each([
    ["permanent", ["normal", "shutdown: x", "exit: other"]],
    ["transient", ["exit: other"]],
    ["temporary", ["exit: other"]],
  ] as const)("are made for %s children: %o [66]", async (restart, expected) => {
    const workshop = createWorkshop();
    const lines = reports(workshop);
    const { system, spec, clock } = workshop;
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", intensity: 10 }));
    for (const reason of ["normal", { shutdown: "x" }, { exit: "other" }] as const) {
      const a = await startChild(ref, spec("a", { restart }));
      a.cast("leave", reason);
      await clock.settle();
      await terminateChild(ref, "a").catch(() => undefined);
      await (ref as SupervisorRef).call("deleteChild", "a").catch(() => undefined);
    }
    expect(lines).toEqual(expected.map((line) => `child_terminated a: ${line}`));
  });

  it("say who, why, in which context, what it was handling and how many restarts are left [104]", async () => {
    const { system, spec, clock, bus } = createWorkshop();
    const events: RuntimeEvent[] = [];
    bus.on("runtime.supervisor.reported", (event) => events.push(event));
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", intensity: 1 }), undefined, { name: "top" });
    const a = await startChild(ref, spec("a"));
    a.cast("crash");
    await clock.settle();
    const b = await startChild(ref, spec("b"));
    b.kill();
    await clock.settle();
    expect(events[0]).toMatchObject({
      source: "top",
      measures: { restarts: 0, restartsLeft: 1 },
      about: {
        supervisor: "top",
        context: "child_terminated",
        reason: "Error: a crashed",
        message: 'cast "crash"',
        childId: "a",
        actor: a.actorName,
        actorId: a.actorId,
        restart: "permanent",
        shutdown: "5000",
        childType: "worker",
      },
    });
    expect(events.map(({ about }) => ("context" in about ? about.context : ""))).toEqual([
      "child_terminated",
      "child_terminated",
      "shutdown",
    ]);
  });

  it("tell a start that failed, at run time and on a restart [104]", async () => {
    const workshop = createWorkshop();
    const lines = reports(workshop);
    const { system, spec, clock, failures } = workshop;
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
    failures.set("a", 1);
    await startChild(ref, spec("a")).catch(() => undefined);
    const a = await startChild(ref, spec("a"));
    failures.set("a", 1);
    a.kill();
    await clock.settle();
    expect(lines).toEqual(["start_error a: exit: nope", "child_terminated a: killed", "start_error a: exit: nope"]);
  });
});

describe("supervisor: restart counts", () => {
  it("start from zero in each incarnation [73]", async () => {
    const { system, spec, kill, refOf } = createWorkshop();
    const inner = supervisor({ strategy: "one_for_one", intensity: 1, children: [spec("leaf")] });
    const outer = await system.spawn(supervisor({ strategy: "one_for_one", children: [child("inner", inner)] }));
    const killLeaf = async () => kill((await refOf(outer, "inner")) as SupervisorRef, "leaf");
    const first = await refOf(outer, "inner");
    await killLeaf();
    await killLeaf();
    const second = await refOf(outer, "inner");
    expect(second).not.toBe(first);
    await killLeaf();
    expect(await refOf(outer, "inner")).toBe(second);
  });

  it("never add up where the restarts are far apart [74]", async () => {
    const { system, spec, kill, clock } = createWorkshop();
    const ref = await system.spawn(
      supervisor({ strategy: "one_for_one", intensity: 1, periodMs: 1000, children: [spec("a")] }),
    );
    for (let killed = 0; killed < 5; killed++) {
      await kill(ref, "a");
      await clock.advance(1001);
    }
    expect(ref.isAlive).toBe(true);
  });
});

describe("messages at an end", () => {
  it("a trapping server takes the EXIT of one that is not its parent as a message [117]", async () => {
    const clock = createManualClock();
    const system = createSystem({ clock });
    const heard: string[] = [];
    const trapping = defineActor({
      init: (_: void) => 0,
      handleCall: {
        link: (state, other: AnyActorRef, self) => {
          self.link(other);
          return reply(undefined, state);
        },
      },
      handleInfo: (state, message) => {
        heard.push(describeReason((message as { reason: ExitReason }).reason));
        return state;
      },
      trapExit: true,
    });
    const ref = await system.spawn(trapping);
    const other = await system.spawn(defineActor({ init: (_: void) => 0 }));
    await ref.call("link", other);
    other.exit({ exit: "gone" });
    await clock.settle();
    expect([heard, ref.isAlive]).toEqual([["exit: gone"], true]);
  });
});
