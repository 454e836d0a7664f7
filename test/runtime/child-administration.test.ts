import { describe, expect, it } from "vitest";
import {
  child,
  countChildren,
  defineActor,
  deleteChild,
  getChildSpec,
  ignore,
  reconfigure,
  restartChild,
  type Strategy,
  type SupervisorRef,
  startChild,
  startOf,
  stop,
  supervisor,
  terminateChild,
  whichChild,
  whichChildren,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

async function family(strategy: Strategy = "one_for_one") {
  const workshop = createWorkshop();
  const { system, spec, took } = workshop;
  const ref = await system.spawn(supervisor({ strategy, children: [spec("a"), spec("b")] }));
  took();
  return { ...workshop, ref };
}

const ignoring = defineActor({ init: (_: void) => ignore() });

describe("startChild", () => {
  it("names the incarnation that runs under the id already [87]", async () => {
    const { ref, spec, refOf } = await family();
    const a = await refOf(ref, "a");
    await expect(startChild(ref, spec("a"))).rejects.toMatchObject({
      code: "CHILD_ALREADY_STARTED",
      details: { childId: "a", ref: a },
    });
  });

  it("refuses an id whose child is stopped [88]", async () => {
    const { ref, spec } = await family();
    await terminateChild(ref, "a");
    await expect(startChild(ref, spec("a"))).rejects.toMatchObject({ code: "CHILD_ALREADY_PRESENT" });
  });

  it.each([
    ["throws", { failure: { message: "no" } }],
    ["throws a string", { failure: { name: "nocatch", message: "no" } }],
    ["stops", { exit: "no" }],
  ] as const)("tells why a child that %s did not start, and keeps nothing of it [89]", async (how, reason) => {
    const { ref } = await family();
    const failing = defineActor({
      init: (_: void) => {
        if (how === "throws") throw new Error("no");
        if (how === "throws a string") throw "no";
        return stop({ exit: "no" });
      },
    });
    const error = await startChild(ref, child("x", failing)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "START_FAILED" });
    expect(JSON.parse(JSON.stringify(error)).details.reason).toMatchObject(reason);
    expect((await countChildren(ref)).specs).toBe(2);
  });

  it.each([
    ["permanent", 3],
    ["transient", 3],
    ["temporary", 2],
  ] as const)("keeps the spec of a %s child that ignores its start: %i specs [90]", async (restart, specs) => {
    const { ref } = await family();
    await expect(startChild(ref, child("x", ignoring, undefined, { restart }))).rejects.toMatchObject({
      code: "START_IGNORED",
    });
    expect(await countChildren(ref)).toMatchObject({ specs, active: 2 });
  });

  it("tells of a name that is taken elsewhere as it is, and keeps no spec [91]", async () => {
    const { ref, system, traced } = await family();
    const holder = await system.spawn(traced("holder"), undefined, { name: "desk" });
    await expect(startChild(ref, child("x", traced("x"), undefined, { name: "desk" }))).rejects.toMatchObject({
      code: "NAME_TAKEN",
      details: { actorId: holder.actorId },
    });
    expect((await countChildren(ref)).specs).toBe(2);
  });

  it("shows what a start said besides, at each start [17]", async () => {
    const { ref, traced, kill } = await family();
    let starts = 0;
    const spec = { id: "x", start: () => startOf(traced("x"), undefined, { extra: `start ${++starts}` }) };
    await startChild(ref, spec);
    expect((await whichChild(ref, "x")).extra).toBe("start 1");
    await kill(ref, "x");
    expect((await whichChild(ref, "x")).extra).toBe("start 2");
    await terminateChild(ref, "x");
    expect(await whichChild(ref, "x")).not.toHaveProperty("extra");
    await restartChild(ref, "x");
    expect((await whichChild(ref, "x")).extra).toBe("start 3");
  });

  it("makes other requests wait in order while an init runs [53]", async () => {
    const { ref, clock } = await family();
    const gate = Promise.withResolvers<number>();
    const order: string[] = [];
    const slow = defineActor({ init: (_: void) => gate.promise });
    const starting = startChild(ref, child("slow", slow)).then(() => order.push("started"));
    const asking = whichChildren(ref).then((children) => order.push(`sees ${children.length}`));
    await clock.settle();
    expect(order).toEqual([]);
    gate.resolve(1);
    await Promise.all([starting, asking]);
    expect(order).toEqual(["started", "sees 3"]);
  });
});

describe("terminateChild, restartChild and deleteChild", () => {
  it("terminate twice without complaint, and know no strangers [92]", async () => {
    const { ref } = await family();
    await terminateChild(ref, "a");
    await terminateChild(ref, "a");
    expect(await whichChild(ref, "a")).toMatchObject({ status: "stopped", ref: undefined });
    await expect(terminateChild(ref, "aa")).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
    const byRef = (await whichChildren(ref))[0]?.ref as unknown as string;
    await expect(terminateChild(ref, byRef)).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
  });

  it("restart a child whose start fails: the spec is kept and nothing is tried again [95]", async () => {
    const { ref, failures, took } = await family();
    await terminateChild(ref, "a");
    took();
    failures.set("a", 1);
    await expect(restartChild(ref, "a")).rejects.toMatchObject({ code: "START_FAILED" });
    expect(took()).toBe("F(a)");
    expect(await whichChild(ref, "a")).toMatchObject({ status: "stopped" });
    await restartChild(ref, "a");
    expect(took()).toBe("I(a)");
  });

  it("delete stopped children only [96]", async () => {
    const { ref } = await family();
    await expect(deleteChild(ref, "a")).rejects.toMatchObject({ code: "CHILD_RUNNING" });
    await expect(deleteChild(ref, "aa")).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
    await terminateChild(ref, "a");
    await deleteChild(ref, "a");
    expect((await whichChildren(ref)).map(({ id }) => id)).toEqual(["b"]);
  });

  it("fail at once where the supervisor is dead [100]", async () => {
    const { ref, spec } = await family();
    await ref.stop();
    const dead = { code: "ACTOR_DOWN", details: { reason: "noproc" } };
    await expect(startChild(ref, spec("x"))).rejects.toMatchObject(dead);
    await expect(terminateChild(ref, "a")).rejects.toMatchObject(dead);
    await expect(restartChild(ref, "a")).rejects.toMatchObject(dead);
    await expect(deleteChild(ref, "a")).rejects.toMatchObject(dead);
    await expect(whichChildren(ref)).rejects.toMatchObject(dead);
    await expect(countChildren(ref)).rejects.toMatchObject(dead);
  });
});

describe("whichChildren, whichChild, getChildSpec and countChildren", () => {
  it("count supervisors and workers, alive or not [97]", async () => {
    const { ref } = await family();
    await startChild(ref, child("inner", supervisor({ strategy: "one_for_one" })));
    await terminateChild(ref, "inner");
    await terminateChild(ref, "a");
    expect(await countChildren(ref)).toEqual({ specs: 3, active: 1, supervisors: 1, workers: 2 });
  });

  it("show id, reference, status and type, last started first [98]", async () => {
    const { ref, refOf } = await family();
    const [a, b] = [await refOf(ref, "a"), await refOf(ref, "b")];
    expect(await whichChildren(ref)).toEqual([
      { id: "b", ref: b, status: "running", type: "worker", restarts: 0 },
      { id: "a", ref: a, status: "running", type: "worker", restarts: 0 },
    ]);
  });

  it("show one child by its id [99]", async () => {
    const { ref, refOf } = await family();
    expect(await whichChild(ref, "a")).toEqual({
      id: "a",
      ref: await refOf(ref, "a"),
      status: "running",
      type: "worker",
      restarts: 0,
    });
    await expect(whichChild(ref, "aa")).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
  });

  it("hand back a spec with its defaults [12] [16]", async () => {
    const { ref } = await family();
    expect(await getChildSpec(ref, "a")).toMatchObject({
      id: "a",
      restart: "permanent",
      shutdown: 5000,
      type: "worker",
      significant: false,
    });
    await expect(getChildSpec(ref, "aa")).rejects.toMatchObject({ code: "CHILD_UNKNOWN" });
  });

  it("no longer hold what starts a temporary child [64]", async () => {
    const { ref, spec } = await family();
    const given = spec("x", { restart: "temporary" });
    await startChild(ref, given);
    const { start } = await getChildSpec(ref, "x");
    expect(start).not.toBe(given.start);
    expect(() => start(undefined as never)).toThrow(expect.objectContaining({ code: "START_NOT_KEPT" }));
  });
});

describe("supervisor: many children", () => {
  it("starts, finds, stops and ends tens of thousands in about linear time [101]", async () => {
    const { system, spec } = createWorkshop();
    const count = 30_000;
    const [a] = [spec("a")];
    const children = Array.from({ length: count }, (_, at) => ({ ...a, id: `child${at}` }));
    const ref = await system.spawn(supervisor({ strategy: "one_for_one", children }));
    for (let at = 0; at < count / 2; at++) void terminateChild(ref, `child${at}`);
    expect(await countChildren(ref)).toMatchObject({ specs: count, active: count / 2 });
    await ref.stop();
    expect(system.actorCount).toBe(0);
  });
});

describe("reconfigure", () => {
  it("changes options at once and specs without touching who runs [103]", async () => {
    const { ref, spec, took, refOf, kill } = await family();
    const a = await refOf(ref, "a");
    await reconfigure(ref, {
      strategy: "one_for_all",
      children: [spec("new"), spec("a", { shutdown: 1 })],
    });
    expect(took()).toBe("");
    expect((await whichChildren(ref)).map(({ id, status }) => `${id} ${status}`)).toEqual([
      "b running",
      "a running",
      "new stopped",
    ]);
    expect(await refOf(ref, "a")).toBe(a);
    expect((await getChildSpec(ref, "a")).shutdown).toBe(1);
    await kill(ref, "a");
    expect(took()).toBe("T(b,shutdown) I(new) I(a) I(b)");
  });

  it("changes nothing where an option or a spec is wrong [103]", async () => {
    const { ref, spec } = await family();
    await expect(reconfigure(ref, { strategy: "none" as Strategy })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(reconfigure(ref, { strategy: "one_for_all", children: [spec("a"), spec("a")] })).rejects.toMatchObject(
      { code: "CHILD_ALREADY_PRESENT" },
    );
    expect((await whichChildren(ref as SupervisorRef)).length).toBe(2);
  });
});
