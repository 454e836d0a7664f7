import { describe, expect, it } from "vitest";
import { createActor } from "xstate";
import { getShortestPaths } from "xstate/graph";
import { actorLifecycle } from "../../runtime/actor-lifecycle.ts";
import { actorMachine } from "../../runtime/actor-machine.ts";
import { childLifecycle } from "../../runtime/child-lifecycle.ts";
import { childMachine } from "../../runtime/child-machine.ts";
import { hostLifecycle } from "../../runtime/hosts/host-lifecycle.ts";
import { hostMachine } from "../../runtime/hosts/host-machine.ts";

describe.each([
  ["actor", actorMachine, actorLifecycle],
  ["child", childMachine, childLifecycle],
  ["host", hostMachine, hostLifecycle],
] as const)("lifecycle of an %s", (_name, machine, table) => {
  // One type for both: the walk below only handles their names as strings.
  const lifecycle = table as {
    initial: string;
    states: readonly string[];
    next(state: string, event: string): string;
    accepts(state: string, event: string): boolean;
  };

  it("has a path of the machine to each of its states, and ends where the machine ends", () => {
    const paths = getShortestPaths(machine);
    expect(new Set(paths.map(({ state }) => String(state.value)))).toEqual(new Set(lifecycle.states));
    for (const path of paths) {
      const walked = path.steps
        .map(({ event }) => event.type as string)
        .filter((type) => type !== "xstate.init")
        .reduce((state, event) => lifecycle.next(state, event), lifecycle.initial);
      expect(walked).toBe(String(path.state.value));
    }
  });

  it("agrees with the running machine on every event in every state", () => {
    for (const path of getShortestPaths(machine)) {
      for (const type of machine.events) {
        const actor = createActor(machine, { snapshot: machine.resolveState({ value: path.state.value as never }) });
        actor.start();
        const before = String(actor.getSnapshot().value);
        const isLegal = actor.getSnapshot().status === "active" && actor.getSnapshot().can({ type } as never);
        if (isLegal) actor.send({ type } as never);
        expect(lifecycle.accepts(before, type)).toBe(isLegal);
        if (isLegal) expect(lifecycle.next(before, type)).toBe(String(actor.getSnapshot().value));
        else expect(() => lifecycle.next(before, type)).toThrow(expect.objectContaining({ code: "LIFECYCLE_ILLEGAL" }));
      }
    }
  });
});
