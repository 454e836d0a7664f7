// Knows nothing of actors: whoever rests will do.
import { describe, expect, it } from "vitest";
import { type Resting, Restless } from "../../runtime/restless.ts";

class One implements Resting {
  isAtRest = false;
  isAlive = true;
  calmed = 0;

  calm(): void {
    this.calmed++;
  }
}

describe("Restless", () => {
  it("finds whoever is not at rest, and lets go of those who are", () => {
    const restless = new Restless<One>();
    const [first, second] = [new One(), new One()];
    expect(restless.isAny()).toBe(false);
    restless.add(first);
    restless.add(second);
    second.isAtRest = true;
    expect(restless.isAny()).toBe(true);
    expect([first.calmed, second.calmed]).toEqual([0, 1]);
    first.isAtRest = true;
    expect(restless.isAny()).toBe(false);
    expect([first.calmed, second.calmed, restless.size]).toEqual([1, 1, 0]);
  });

  it("takes the dead for calm", () => {
    const restless = new Restless<One>();
    const one = new One();
    one.isAlive = false;
    restless.add(one);
    expect(restless.isAny()).toBe(false);
    expect(one.calmed).toBe(1);
  });

  it("does not keep all who were ever restless behind some who always are", () => {
    const restless = new Restless<One>();
    let last: One | undefined;
    for (let count = 0; count < 10_000; count++) {
      const one = new One();
      restless.add(one);
      // There is always one on top, so that those below are reached by nothing but a sweep.
      if (last !== undefined) last.isAlive = false;
      last = one;
      expect(restless.isAny()).toBe(true);
    }
    expect(restless.size).toBeLessThan(100);
  });
});
