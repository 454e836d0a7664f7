import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chain } from "../../runtime/base/index.ts";

describe("Chain", () => {
  it("holds what a Set would hold, in its order, whoever leaves when", () => {
    const steps = fc.array(fc.oneof(fc.constant("add" as const), fc.nat({ max: 30 })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (taken) => {
        const chain = new Chain<number>();
        const set = new Set<number>();
        const links: ReturnType<typeof chain.add>[] = [];
        for (const step of taken) {
          if (step === "add") {
            set.add(links.length);
            links.push(chain.add(links.length));
            continue;
          }
          const link = links[step];
          if (link === undefined) continue;
          set.delete(link.value);
          chain.remove(link);
        }
        expect(chain.isEmpty).toBe(set.size === 0);
        expect(chain.takeAll()).toEqual([...set]);
        expect(chain.isEmpty).toBe(true);
      }),
    );
  });

  it("ignores one that leaves after all were taken, and goes on with those that came since", () => {
    const chain = new Chain<string>();
    const first = chain.add("first");
    chain.takeAll();
    chain.add("second");
    chain.remove(first);
    expect(chain.takeAll()).toEqual(["second"]);
  });
});
