import { array, assert, asyncProperty, constant, constantFrom, integer, oneof, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyActorRef, createRegistry, defineActor } from "../../runtime/index.ts";
import { newSystem } from "./busy-server.ts";

const idle = defineActor({ init: (_: void) => 0 });
const key = constantFrom("x", "y", "z");
const actor = integer({ min: 0, max: 4 });
const step = oneof(
  record({ do: constant("register" as const), key, actor }),
  record({ do: constant("unregister" as const), key, actor }),
  record({ do: constant("kill" as const), actor }),
);

describe("createRegistry, whatever is done to it", () => {
  it.each(["unique", "duplicate"] as const)("agrees with a list of entries: %s keys [158]", async (keys) => {
    await assert(
      asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
        const { system, clock } = newSystem();
        const registry = createRegistry<string, number>(system, { keys });
        const actors: AnyActorRef[] = [];
        for (let count = 0; count < 5; count++) actors.push(await system.spawn(idle));
        let model: { readonly key: string; readonly ref: AnyActorRef; readonly value: number }[] = [];
        for (const [value, one] of steps.entries()) {
          const ref = actors[one.actor];
          if (ref === undefined) continue;
          if (one.do === "register") {
            const isFree = ref.isAlive && (keys === "duplicate" || !model.some((entry) => entry.key === one.key));
            if (isFree) {
              registry.register(one.key, ref, value);
              model.push({ key: one.key, ref, value });
            } else expect(() => registry.register(one.key, ref, value)).toThrow();
          } else if (one.do === "unregister") {
            const left = model.filter((entry) => entry.key !== one.key || entry.ref !== ref);
            expect(registry.unregister(one.key, ref)).toBe(model.length - left.length);
            model = left;
          } else {
            ref.kill();
            model = model.filter((entry) => entry.ref !== ref);
          }
          for (const name of ["x", "y", "z"])
            expect(registry.lookup(name)).toEqual(model.filter((entry) => entry.key === name));
          for (const owner of actors)
            expect(registry.keys(owner)).toEqual(model.filter(({ ref: of }) => of === owner).map((entry) => entry.key));
          expect(registry.size).toBe(model.length);
        }
        await system.stop();
        await clock.settle();
        expect(registry.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
