import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LruMap } from "../../lm/lru-map.ts";

describe("LruMap", () => {
  it("forgets what was not used for longest", () => {
    const map = new LruMap<number>(2).set("a", 1).set("b", 2);
    map.get("a");
    map.set("c", 3);
    expect([...map]).toEqual([
      ["a", 1],
      ["c", 3],
    ]);
  });

  it("behaves as a list ordered by use and cut to its bound", () => {
    const step = fc.tuple(fc.constantFrom("get", "set", "delete"), fc.constantFrom("a", "b", "c", "d", "e"), fc.nat());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (bound, steps) => {
        const map = new LruMap<number>(bound);
        let model: [string, number][] = [];
        for (const [what, key, value] of steps) {
          const known = model.find(([name]) => name === key);
          const others = model.filter(([name]) => name !== key);
          if (what === "get") {
            expect(map.get(key)).toBe(known?.[1]);
            if (known !== undefined) model = [...others, known];
          } else if (what === "set") {
            map.set(key, value);
            model = [...others, [key, value] as [string, number]].slice(-bound);
          } else {
            expect(map.delete(key)).toBe(known !== undefined);
            model = others;
          }
          expect([...map]).toEqual(model);
          expect(map.size).toBe(model.length);
        }
      }),
    );
  });
});
