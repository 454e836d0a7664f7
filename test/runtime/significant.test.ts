import { describe, expect, it } from "vitest";
import {
  type AutoShutdown,
  type ChildOptions,
  child,
  dynamicSupervisor,
  type ExitReason,
  reconfigure,
  type Strategy,
  type SupervisorRef,
  startChild,
  supervisor,
  terminateChild,
  whichChildren,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

const TRANSIENT: ChildOptions = { restart: "transient", significant: true };
const TEMPORARY: ChildOptions = { restart: "temporary", significant: true };

/** A supervisor over a significant a and b and a plain c. */
async function family(
  autoShutdown: AutoShutdown,
  options: ChildOptions = TRANSIENT,
  strategy: Strategy = "one_for_one",
) {
  const workshop = createWorkshop();
  const { system, spec, took, clock } = workshop;
  const ref = await system.spawn(
    supervisor({ strategy, autoShutdown, children: [spec("a", options), spec("b", options), spec("c")] }),
  );
  took();
  const leave = async (id: string, reason: ExitReason) => {
    const view = (await whichChildren(ref)).find((one) => one.id === id);
    view?.ref?.exit(reason === "killed" ? "kill" : reason);
    if (reason !== "killed") await view?.ref?.stop({ reason }).catch(() => undefined);
    await clock.settle();
  };
  return { ...workshop, ref, leave };
}

describe("significant children", () => {
  it("are refused where the supervisor never ends by itself [76]", async () => {
    const { system, spec } = createWorkshop();
    const faulty = expect.objectContaining({ code: "CHILD_SPEC_INVALID" });
    expect(() => supervisor({ strategy: "one_for_one", children: [spec("a", TRANSIENT)] })).toThrow(faulty);
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
    await expect(startChild(ref, spec("a", TRANSIENT))).rejects.toEqual(faulty);
    expect(ref.isAlive).toBe(true);
  });

  it("are refused where they are permanent [77]", () => {
    const { spec } = createWorkshop();
    const children = [spec("a", { significant: true })];
    expect(() => supervisor({ strategy: "one_for_one", autoShutdown: "any_significant", children })).toThrow(
      expect.objectContaining({
        code: "CHILD_SPEC_INVALID",
        details: expect.objectContaining({ field: "significant" }),
      }),
    );
  });

  it("are refused by a dynamic supervisor, as is automatic shutdown [78]", async () => {
    const { system, spec } = createWorkshop();
    expect(() => dynamicSupervisor({ autoShutdown: "any_significant" as "never" })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
    const ref = await system.spawn(dynamicSupervisor());
    await expect(startChild(ref, spec("a", TEMPORARY))).rejects.toMatchObject({ code: "CHILD_SPEC_INVALID" });
  });

  it("end their supervisor when one transient ends cleanly, in reverse order [79]", async () => {
    const { ref, leave, took, system } = await family("any_significant");
    await leave("a", "normal");
    expect(took()).toBe("T(a,normal) T(c,shutdown) T(b,shutdown)");
    expect(await system.whenDown(ref)).toBe("shutdown");
  });

  it("are restarted after an abnormal end of a transient one [79]", async () => {
    const { ref, leave, took } = await family("any_significant");
    await leave("a", "killed");
    expect(took()).toBe("I(a)");
    expect(ref.isAlive).toBe(true);
  });

  it.each<ExitReason>(["normal", { exit: "oops" }, "killed"])(
    "end their supervisor when one temporary ends with %o [80]",
    async (reason) => {
      const { ref, leave } = await family("any_significant", TEMPORARY);
      await leave("a", reason);
      expect(ref.isAlive).toBe(false);
    },
  );

  it.each([TRANSIENT, TEMPORARY])("end their supervisor when the last of all has ended (%o) [81]", async (options) => {
    const { ref, leave, system } = await family("all_significant", options);
    await leave("a", "normal");
    expect(ref.isAlive).toBe(true);
    await leave("b", "normal");
    expect(await system.whenDown(ref)).toBe("shutdown");
  });

  it.each(["any_significant", "all_significant"] as const)(
    "stopped by hand trigger nothing (%s) [82]",
    async (mode) => {
      const { ref, clock } = await family(mode);
      await terminateChild(ref, "a");
      await terminateChild(ref, "b");
      await clock.settle();
      expect(ref.isAlive).toBe(true);
    },
  );

  it.each(["any_significant", "all_significant"] as const)(
    "alone count: others end without effect (%s) [83]",
    async (mode) => {
      const { ref, spec, clock } = await family(mode);
      for (const restart of ["transient", "temporary"] as const) {
        const other = await startChild(ref, spec(restart, { restart }));
        other.cast("leave", "normal");
        await clock.settle();
      }
      expect(ref.isAlive).toBe(true);
    },
  );

  it.each(["one_for_all", "rest_for_one"] as const)(
    "stopped because of a sibling trigger nothing (%s) [84]",
    async (strategy) => {
      const { system, spec, kill, took } = createWorkshop();
      const children = [spec("a"), spec("b", TRANSIENT), spec("c", TEMPORARY)];
      const ref = await system.spawn(supervisor({ strategy, autoShutdown: "any_significant", children }));
      took();
      await kill(ref, "a");
      expect(took()).toBe("T(c,shutdown) T(b,shutdown) I(a) I(b)");
      expect(ref.isAlive).toBe(true);
    },
  );

  it.each([
    [true, false],
    [false, true],
  ])("escalate as a clean end: significant %s leaves the outer alive %s [85]", async (significant, outerLives) => {
    const { system, spec, clock, refOf } = createWorkshop();
    const inner = supervisor({
      strategy: "one_for_one",
      autoShutdown: "any_significant",
      children: [spec("leaf", TEMPORARY)],
    });
    const outer = await system.spawn(
      supervisor({
        strategy: "one_for_one",
        autoShutdown: "any_significant",
        children: [child("inner", inner, undefined, { restart: "transient", significant })],
      }),
    );
    (await refOf((await refOf(outer, "inner")) as SupervisorRef, "leaf")).kill();
    await clock.settle();
    expect(outer.isAlive).toBe(outerLives);
  });

  it.each([
    ["never", "any_significant", false],
    ["any_significant", "never", true],
    ["never", "all_significant", true],
    ["all_significant", "never", true],
    ["any_significant", "all_significant", true],
    ["all_significant", "any_significant", false],
  ] as const)("follow a mode changed from %s to %s from the next exit on [86]", async (before, after, lives) => {
    const { system, spec, took, clock, refOf } = createWorkshop();
    const children = (mode: AutoShutdown) =>
      ["a", "b"].map((id) => spec(id, { restart: "temporary", significant: mode !== "never" }));
    const options = (mode: AutoShutdown) =>
      ({ strategy: "one_for_one", autoShutdown: mode, children: children(mode) }) as const;
    const ref = await system.spawn(supervisor(options(before)));
    const a = await refOf(ref, "a");
    took();
    await reconfigure(ref, options(after));
    expect(took()).toBe("");
    expect(await refOf(ref, "a")).toBe(a);
    a.kill();
    await clock.settle();
    expect(ref.isAlive).toBe(lives);
  });
});
