import { describe, expect, it } from "vitest";
import {
  type ActorRef,
  countChildren,
  deleteChild,
  isExit,
  restartChild,
  type Strategy,
  startChild,
  supervisor,
  terminateChild,
  whichChildren,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

type Traced = ReturnType<ReturnType<typeof createWorkshop>["traced"]>;

/** A supervisor over children a, b and c. */
async function family(strategy: Strategy, options: { readonly intensity?: number; readonly periodMs?: number } = {}) {
  const workshop = createWorkshop();
  const { system, spec, took } = workshop;
  const ref = await system.spawn(supervisor({ strategy, children: [spec("a"), spec("b"), spec("c")], ...options }));
  took();
  return { ...workshop, ref };
}

/** The same family, whose supervisor writes down each EXIT when it takes it from its mailbox. */
async function eavesdropped(strategy: Strategy, intensity: number) {
  const workshop = createWorkshop();
  const { system, spec, took, trace } = workshop;
  const { handleInfo, ...rest } = supervisor({ strategy, intensity, children: [spec("a"), spec("b"), spec("c")] });
  const ref = await system.spawn({
    ...rest,
    handleInfo: (state, message, self) => {
      if (isExit(message)) trace.push(`EXIT(${message.from?.actorName.replace(/\W.*/, "")})`);
      return handleInfo?.(state, message, self) ?? state;
    },
  } satisfies ReturnType<typeof supervisor>);
  took();
  return { ...workshop, ref };
}

describe("supervisor: strategies", () => {
  it("one_for_one restarts only the child that died [37]", async () => {
    const { ref, kill, took, refOf } = await family("one_for_one");
    const b = await refOf(ref, "b");
    await kill(ref, "a");
    expect(took()).toBe("I(a)");
    expect(await refOf(ref, "b")).toBe(b);
    expect(await countChildren(ref)).toMatchObject({ specs: 3, active: 3 });
  });

  it("one_for_all restarts every child [38]", async () => {
    const { ref, kill, took } = await family("one_for_all");
    await kill(ref, "b");
    expect(took()).toBe("T(c,shutdown) T(a,shutdown) I(a) I(b) I(c)");
  });

  it("rest_for_one restarts those started after it [39]", async () => {
    const { ref, kill, took, refOf } = await family("rest_for_one");
    const a = await refOf(ref, "a");
    await kill(ref, "b");
    expect(took()).toBe("T(c,shutdown) I(b) I(c)");
    expect(await refOf(ref, "a")).toBe(a);
  });

  it("one_for_all starts over when one fails on the way up [40]", async () => {
    const { ref, kill, took, failures } = await family("one_for_all");
    failures.set("c", 1);
    await kill(ref, "a");
    expect(took()).toBe("T(c,shutdown) T(b,shutdown) I(a) I(b) F(c) T(b,shutdown) T(a,shutdown) I(a) I(b) I(c)");
  });

  it("rest_for_one goes on from the one that failed on the way up [41]", async () => {
    const { ref, kill, took, failures } = await family("rest_for_one");
    failures.set("c", 1);
    await kill(ref, "a");
    expect(took()).toBe("T(c,shutdown) T(b,shutdown) I(a) I(b) F(c) I(c)");
  });

  it.each(["one_for_all", "rest_for_one"] as const)("%s forgets a temporary bystander [42]", async (strategy) => {
    const { system, spec, kill, took } = createWorkshop();
    const ref = await system.spawn(
      supervisor({ strategy, children: [spec("a"), spec("t", { restart: "temporary" }), spec("c")] }),
    );
    took();
    await kill(ref, "a");
    expect(took()).toBe("T(c,shutdown) T(t,shutdown) I(a) I(c)");
    expect((await whichChildren(ref)).map(({ id }) => id)).toEqual(["c", "a"]);
  });

  it("one_for_one counts two deaths it sees at once as two restarts [43]", async () => {
    const { ref, refOf, took, clock } = await family("one_for_one", { intensity: 1 });
    const [a, b] = [await refOf(ref, "a"), await refOf(ref, "b")];
    a.kill();
    b.kill();
    await clock.settle();
    expect(took()).toBe("I(a) T(c,shutdown) T(a,shutdown)");
    expect(ref.isAlive).toBe(false);
  });

  it.each(["one_for_all", "rest_for_one"] as const)(
    "%s absorbs a second death in the group restart [43]",
    async (strategy) => {
      const { ref, refOf, took, clock } = await family(strategy, { intensity: 1 });
      const [a, b] = [await refOf(ref, "a"), await refOf(ref, "b")];
      a.kill();
      b.kill();
      await clock.settle();
      expect(took()).toBe("T(c,shutdown) I(a) I(b) I(c)");
      expect(ref.isAlive).toBe(true);
    },
  );

  it.each([
    // Each stops b and c itself; their EXITs are taken from the mailbox when their next incarnations run.
    ["one_for_all", "EXIT(a) T(c,shutdown) T(b,shutdown) I(a) I(b) I(c) EXIT(c) EXIT(b)"],
    ["rest_for_one", "EXIT(a) T(c,shutdown) T(b,shutdown) I(a) I(b) I(c) EXIT(c) EXIT(b)"],
  ] as const)("%s swallows the late EXITs of children it stopped itself [44]", async (strategy, expected) => {
    const { ref, kill, took } = await eavesdropped(strategy, 1);
    await kill(ref, "a");
    expect(took()).toBe(expected);
    expect(await countChildren(ref)).toMatchObject({ specs: 3, active: 3 });
  });

  it("swallows the EXIT of a child stopped by hand, which comes behind the start of the next one [44]", async () => {
    const { ref, refOf, took, clock } = await eavesdropped("one_for_one", 0);
    // Both requests are in the mailbox before the first is handled, so the EXIT of the stopped child queues behind the second.
    const [, next] = await Promise.all([terminateChild(ref, "a"), restartChild(ref, "a")]);
    await clock.settle();
    expect(took()).toBe("T(a,shutdown) I(a) EXIT(a)");
    expect([ref.isAlive, next.isAlive]).toEqual([true, true]);
    expect(await refOf(ref, "a")).toBe(next);
  });

  it("gives the id to another incarnation; the old one stays dead [47]", async () => {
    const { ref, refOf, kill } = await family("one_for_one");
    const before = (await refOf(ref, "a")) as ActorRef<Traced>;
    await kill(ref, "a");
    await expect(before.call("ping")).rejects.toMatchObject({ code: "ACTOR_DOWN", details: { reason: "noproc" } });
    expect(await ((await refOf(ref, "a")) as ActorRef<Traced>).call("ping")).toBe("pong");
  });
});

describe("supervisor: failed restarts", () => {
  /** Child a fails to come up for as long as told; the supervisor is looked at between two attempts. */
  async function looping(attempts: number, intensity: number) {
    const workshop = await family("one_for_one", { intensity, periodMs: 5000 });
    workshop.failures.set("a", attempts);
    return workshop;
  }

  it("shows a child between two attempts as restarting, and lets it be ended [48]", async () => {
    const { ref, refOf, spec, failures, took } = await looping(Number.POSITIVE_INFINITY, 1000);
    (await refOf(ref, "a")).kill();
    // Each request gets in between two attempts.
    const view = (await whichChildren(ref)).find(({ id }) => id === "a");
    expect(view).toMatchObject({ status: "restarting", ref: undefined });
    expect(await countChildren(ref)).toMatchObject({ specs: 3, active: 2 });
    await expect(restartChild(ref, "a")).rejects.toMatchObject({ code: "CHILD_RESTARTING" });
    await expect(deleteChild(ref, "a")).rejects.toMatchObject({ code: "CHILD_RESTARTING" });
    await expect(startChild(ref, spec("a"))).rejects.toMatchObject({ code: "CHILD_ALREADY_PRESENT" });
    await terminateChild(ref, "a");
    took();
    expect(await countChildren(ref)).toMatchObject({ active: 2 });
    expect(took()).toBe("");
    failures.delete("a");
    await restartChild(ref, "a");
    expect(took()).toBe("I(a)");
  });

  it("answers requests between two attempts [49]", async () => {
    const { ref, refOf, took } = await looping(Number.POSITIVE_INFINITY, 100);
    (await refOf(ref, "a")).kill();
    await countChildren(ref);
    const attempts = took().split(" ").length;
    expect(attempts).toBeLessThan(100);
    expect(ref.isAlive).toBe(true);
  });

  it("tries at once and counts every attempt, then gives up [50]", async () => {
    const { ref, kill, took, system, types } = await looping(Number.POSITIVE_INFINITY, 4);
    const down = system.whenDown(ref);
    await kill(ref, "a");
    expect(took()).toBe("F(a) F(a) F(a) F(a) T(c,shutdown) T(b,shutdown)");
    expect(await down).toBe("shutdown");
    expect(types.filter((type) => type === "runtime.child.failed")).toHaveLength(4);
    expect(types).toContain("runtime.supervisor.gave-up");
  });

  it("has the child active again when a later attempt works [51]", async () => {
    const { ref, kill, took } = await looping(1, 2);
    await kill(ref, "a");
    expect(took()).toBe("F(a) I(a)");
    expect(await countChildren(ref)).toMatchObject({ active: 3 });
  });

  it("stops promptly in the middle of a restart loop [32]", async () => {
    const { ref, refOf, system } = await looping(Number.POSITIVE_INFINITY, 1_000_000);
    (await refOf(ref, "a")).kill();
    const down = system.whenDown(ref);
    await ref.stop({ reason: "shutdown" });
    expect(await down).toBe("shutdown");
  });
});
