import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Person, Population, type Siblings } from "../../runtime/population.ts";

class Somebody implements Person<Somebody> {
  isTop = false;
  previous: Somebody | undefined = undefined;
  next: Somebody | undefined = undefined;
  children: Siblings<Somebody> | undefined = undefined;
  readonly actorId: number;
  readonly parent: Somebody | undefined;

  constructor(actorId: number, parent: Somebody | undefined) {
    this.actorId = actorId;
    this.parent = parent;
  }
}

/** One step: somebody is born to one of the living (or to nobody), or one of the living dies. */
const steps = fc.array(fc.record({ what: fc.constantFrom("born", "born", "dies"), whose: fc.nat(1000) }), {
  maxLength: 200,
});

/** What a population must say, from the list of the living alone. */
function model(living: readonly Somebody[]) {
  const childrenOf = (parent: Somebody | undefined) =>
    living.filter((one) =>
      parent === undefined ? one.parent === undefined || !living.includes(one.parent) : one.parent === parent,
    );
  return { tops: childrenOf(undefined), childrenOf };
}

describe("Population", () => {
  it("knows who lives, whose children they are and who has no living parent", () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const population = new Population<Somebody>();
        let living: Somebody[] = [];
        for (const [at, { what, whose }] of plan.entries()) {
          if (what === "born") {
            const one = new Somebody(at, living[whose % (living.length + 1)]);
            population.add(one);
            living.push(one);
          } else if (living.length > 0) {
            const dead = living[whose % living.length];
            if (dead === undefined) continue;
            const { childrenOf } = model(living);
            expect(population.delete(dead)).toEqual(childrenOf(dead));
            living = living.filter((one) => one !== dead);
          }
          const { tops, childrenOf } = model(living);
          expect(population.size).toBe(living.length);
          expect(population.tops()).toEqual(tops);
          const seen = [...population];
          expect(new Set(seen)).toEqual(new Set(living));
          expect(seen).toHaveLength(living.length);
          for (const one of living) {
            const mine = seen.filter(({ parent, isTop }) => parent === one && !isTop);
            expect(mine).toEqual(childrenOf(one));
            for (const child of mine) expect(seen.indexOf(child)).toBeGreaterThan(seen.indexOf(one));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("lists a long chain without nesting", () => {
    const population = new Population<Somebody>();
    let last: Somebody | undefined;
    for (let at = 0; at < 100_000; at++) {
      last = new Somebody(at, last);
      population.add(last);
    }
    expect([...population].length).toBe(100_000);
  });
});
