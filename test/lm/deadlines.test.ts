import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deadlines } from "../../lm/deadlines.ts";
import { manualClock } from "./manual-clock.ts";

describe("Deadlines", () => {
  it("tells each deadline once, never early and less than a slot late", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 20 }), async (delays) => {
        const clock = manualClock();
        const deadlines = new Deadlines(clock);
        const told: { at: number; now: number }[] = [];
        for (const delay of delays) {
          const at = clock.now() + delay;
          deadlines.add(at, () => told.push({ at, now: clock.now() }));
        }
        await clock.advance(1000);
        expect(told.length).toBe(delays.length);
        for (const { at, now } of told) expect(now >= at && now < at + 10).toBe(true);
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it("forgets what is removed and uses one timer for all", async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock);
    const told: number[] = [];
    const entries = [1, 2, 3, 4].map((index) => deadlines.add(clock.now() + index * 100, () => told.push(index)));
    expect(clock.pendingTimers).toBe(1);
    for (const index of [0, 2]) deadlines.remove(entries[index] as (typeof entries)[number]);
    await clock.advance(1000);
    expect(told).toEqual([2, 4]);
  });

  it("tells nothing after clear", async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock);
    deadlines.add(clock.now() + 10, () => expect.unreachable());
    deadlines.clear();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(100);
  });
});
