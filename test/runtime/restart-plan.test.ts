import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterExit, restartPlan } from "../../runtime/restart-plan.ts";

const children = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({ id: fc.constant(id), restart: fc.constantFrom("permanent", "transient", "temporary") }),
      ),
    ),
  );
const strategies = fc.constantFrom("one_for_one", "one_for_all", "rest_for_one");
const cases = fc.tuple(strategies, children, fc.nat()).map(([strategy, list, at]) => ({
  strategy,
  list,
  failed: list[at % list.length]?.id ?? "",
}));

describe("restartPlan", () => {
  it("stops in reverse start order and starts in start order", () => {
    fc.assert(
      fc.property(cases, ({ strategy, list, failed }) => {
        const plan = restartPlan(strategy, list, failed);
        const order = list.map(({ id }) => id);
        expect(plan.start).toEqual(order.filter((id) => plan.start.includes(id)));
        expect(plan.stop).toEqual(order.filter((id) => plan.stop.includes(id)).reverse());
      }),
    );
  });

  it("always starts the failed child, never stops it, and starts what it stops unless that is temporary", () => {
    fc.assert(
      fc.property(cases, ({ strategy, list, failed }) => {
        const plan = restartPlan(strategy, list, failed);
        expect(plan.start).toContain(failed);
        expect(plan.stop).not.toContain(failed);
        expect(new Set([...plan.start, ...plan.remove])).toEqual(new Set([...plan.stop, failed]));
        for (const id of plan.remove) expect(list.find((child) => child.id === id)?.restart).toBe("temporary");
      }),
    );
  });

  it("concerns one, all, or those from the failed one on", () => {
    fc.assert(
      fc.property(children, fc.nat(), (list, at) => {
        const index = at % list.length;
        const failed = list[index]?.id ?? "";
        expect(restartPlan("one_for_one", list, failed).stop).toHaveLength(0);
        expect(restartPlan("one_for_all", list, failed).stop).toHaveLength(list.length - 1);
        expect(restartPlan("rest_for_one", list, failed).stop).toHaveLength(list.length - 1 - index);
        const earlier = list.slice(0, index).map(({ id }) => id);
        const { stop, start, remove } = restartPlan("rest_for_one", list, failed);
        expect([...stop, ...start, ...remove].filter((id) => earlier.includes(id))).toEqual([]);
      }),
    );
  });

  it("does nothing for a child it does not know", () => {
    expect(restartPlan("one_for_all", [{ id: "a", restart: "permanent" }], "b")).toEqual({
      stop: [],
      remove: [],
      start: [],
    });
  });
});

describe("afterExit", () => {
  it.each([
    ["permanent", "normal", "restart"],
    ["permanent", "killed", "restart"],
    ["transient", { shutdown: 1 }, "keep"],
    ["transient", { exit: 1 }, "restart"],
    ["temporary", "normal", "remove"],
    ["temporary", "killed", "remove"],
  ] as const)("%s after %j: %s", (restart, reason, expected) => {
    expect(afterExit(restart, reason)).toBe(expected);
  });
});
