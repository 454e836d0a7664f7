import { describe, expect, it } from "vitest";
import {
  child,
  countChildren,
  type ExitReason,
  type RestartType,
  restartChild,
  type Strategy,
  type SupervisorRef,
  startChild,
  supervisor,
  terminateChild,
  whichChildren,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

/** A supervisor over children a, b and c. */
async function family(strategy: Strategy, options: { readonly intensity?: number; readonly periodMs?: number } = {}) {
  const workshop = createWorkshop();
  const { system, spec, took } = workshop;
  const ref = await system.spawn(supervisor({ strategy, children: [spec("a"), spec("b"), spec("c")], ...options }));
  took();
  return { ...workshop, ref };
}

describe("supervisor: restart types", () => {
  const clean: readonly ExitReason[] = ["shutdown", { shutdown: "x" }];
  const abnormal: readonly ExitReason[] = [{ exit: "abnormal" }, "killed"];
  const table: readonly (readonly [string, RestartType, readonly ExitReason[], "restarted" | "kept" | "removed"])[] = [
    ["restarts a permanent child after a normal end [54]", "permanent", ["normal"], "restarted"],
    ["restarts a permanent child after a shutdown [55]", "permanent", clean, "restarted"],
    ["restarts a permanent child after an abnormal end [56]", "permanent", abnormal, "restarted"],
    ["keeps a transient child stopped after a normal end [57]", "transient", ["normal"], "kept"],
    ["keeps a transient child stopped after a shutdown [58]", "transient", clean, "kept"],
    ["restarts a transient child after an abnormal end [59]", "transient", abnormal, "restarted"],
    ["removes a temporary child after a normal end [60]", "temporary", ["normal"], "removed"],
    ["removes a temporary child after a shutdown [61]", "temporary", clean, "removed"],
    ["removes a temporary child after an abnormal end [62]", "temporary", abnormal, "removed"],
  ];

  it.each(table)("%s", async (_title, restart, reasons, expected) => {
    for (const reason of reasons) {
      const { system, spec, took, clock } = createWorkshop();
      const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
      const a = await startChild(ref, spec("a", { restart }));
      took();
      a.cast("leave", reason);
      await clock.settle();
      const restarted = expected === "restarted";
      expect(took().includes("I(a)"), JSON.stringify(reason)).toBe(restarted);
      const statuses = (await whichChildren(ref)).map(({ status }) => status);
      expect(statuses, JSON.stringify(reason)).toEqual(
        restarted ? ["running"] : expected === "kept" ? ["stopped"] : [],
      );
    }
  });

  it("restarts after a crash too [56]", async () => {
    const { system, spec, took, clock } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
    const a = await startChild(ref, spec("a"));
    a.cast("crash");
    await clock.settle();
    expect(took()).toBe("I(a) T(a,Error: a crashed) I(a)");
  });

  it("lets a temporary id be used again at once [63]", async () => {
    const { system, spec } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
    await startChild(ref, spec("a", { restart: "temporary" }));
    await terminateChild(ref, "a");
    await startChild(ref, spec("a", { restart: "temporary" }));
    expect(await countChildren(ref)).toMatchObject({ specs: 1, active: 1 });
  });
});

describe("supervisor: intensity", () => {
  it.each([0, 1, 3])("allows exactly %i restarts and gives up at the next [67]", async (intensity) => {
    const { ref, kill, took } = await family("one_for_one", { intensity });
    for (let done = 0; done < intensity; done++) await kill(ref, "a");
    expect(took()).toBe(Array(intensity).fill("I(a)").join(" "));
    expect(ref.isAlive).toBe(true);
    await kill(ref, "a");
    expect(ref.isAlive).toBe(false);
  });

  it("allows 3 in 5000 ms by default [67]", async () => {
    const { ref, kill } = await family("one_for_one");
    for (let done = 0; done < 3; done++) await kill(ref, "a");
    expect(ref.isAlive).toBe(true);
    await kill(ref, "a");
    expect(ref.isAlive).toBe(false);
  });

  it("still counts a restart exactly one period ago [68]", async () => {
    const { ref, kill, clock } = await family("one_for_one", { intensity: 1, periodMs: 1000 });
    await kill(ref, "a");
    await clock.advance(1000);
    await kill(ref, "a");
    expect(ref.isAlive).toBe(false);
  });

  it("forgets a restart longer ago than the period [68]", async () => {
    const { ref, kill, clock } = await family("one_for_one", { intensity: 1, periodMs: 1000 });
    await kill(ref, "a");
    await clock.advance(1001);
    await kill(ref, "a");
    expect(ref.isAlive).toBe(true);
  });

  it("stops the others in reverse and not the one that crashed [69]", async () => {
    const { ref, kill, took, system } = await family("one_for_one", { intensity: 0 });
    const down = system.whenDown(ref);
    await kill(ref, "b");
    expect(took()).toBe("T(c,shutdown) T(a,shutdown)");
    expect(await down).toBe("shutdown");
  });

  it("does not count temporary crashes, clean transient ends, or stops by hand [70]", async () => {
    const { ref, spec, clock } = await family("one_for_one", { intensity: 0 });
    const temporary = await startChild(ref, spec("temporary", { restart: "temporary" }));
    temporary.kill();
    const transient = await startChild(ref, spec("transient", { restart: "transient" }));
    transient.cast("leave", "normal");
    await clock.settle();
    await terminateChild(ref, "a");
    await restartChild(ref, "a");
    expect(ref.isAlive).toBe(true);
    expect(await countChildren(ref)).toMatchObject({ active: 3 });
  });

  it.each(["one_for_all", "rest_for_one"] as const)("counts a group restart of %s once [71]", async (strategy) => {
    const { ref, kill } = await family(strategy, { intensity: 1 });
    await kill(ref, "a");
    expect(ref.isAlive).toBe(true);
    await kill(ref, "a");
    expect(ref.isAlive).toBe(false);
  });

  it("is restarted by its own supervisor if permanent and not if transient [72]", async () => {
    const { system, spec, refOf, kill, took, clock } = createWorkshop();
    const inner = () => supervisor({ strategy: "one_for_one", intensity: 0, children: [spec("leaf")] });
    const outer = await system.spawn(
      supervisor({
        strategy: "one_for_one",
        children: [child("permanent", inner()), child("transient", inner(), undefined, { restart: "transient" })],
      }),
    );
    took();
    await kill((await refOf(outer, "permanent")) as SupervisorRef, "leaf");
    await kill((await refOf(outer, "transient")) as SupervisorRef, "leaf");
    await clock.settle();
    expect(took()).toBe("I(leaf)");
    const statuses = Object.fromEntries((await whichChildren(outer)).map(({ id, status }) => [id, status]));
    expect(statuses).toEqual({ permanent: "running", transient: "stopped" });
  });

  it("rebuilds inner trees from their specs; children added at run time are gone [52]", async () => {
    const { system, spec, refOf, kill } = createWorkshop();
    const inner = (id: string) =>
      child(id, supervisor({ strategy: "one_for_one", intensity: 0, children: [spec(`${id}1`)] }));
    const top = await system.spawn(supervisor({ strategy: "one_for_all", children: [inner("x"), inner("y")] }));
    await startChild((await refOf(top, "y")) as SupervisorRef, spec("extra"));
    await kill((await refOf(top, "x")) as SupervisorRef, "x1");
    const y = (await refOf(top, "y")) as SupervisorRef;
    expect((await whichChildren(y)).map(({ id }) => id)).toEqual(["y1"]);
  });
});
