import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimerWheel } from "../../runtime/timer-wheel.ts";
import { createManualClock } from "../../testing/index.ts";

describe("TimerWheel", () => {
  it("fires each deadline at its millisecond, in order, and never a withdrawn one", async () => {
    const plans = fc.array(fc.record({ delayMs: fc.nat(300), isWithdrawn: fc.boolean() }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const clock = createManualClock();
        const wheel = new TimerWheel(clock);
        const fired: { readonly delayMs: number; readonly at: number }[] = [];
        const timers = plan.map(({ delayMs }) => wheel.after(delayMs, () => fired.push({ delayMs, at: clock.now() })));
        plan.forEach(({ isWithdrawn }, index) => {
          if (isWithdrawn) timers[index]?.cancel();
        });
        await clock.advance(300);
        const expected = plan.filter(({ isWithdrawn }) => !isWithdrawn).map(({ delayMs }) => delayMs);
        expect(fired.map(({ delayMs }) => delayMs)).toEqual(expected.toSorted((a, b) => a - b));
        for (const { delayMs, at } of fired) expect(at).toBe(delayMs);
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it("sets one timer of the clock however many deadlines there are", () => {
    const clock = createManualClock();
    const wheel = new TimerWheel(clock);
    for (let count = 0; count < 1000; count++) wheel.after(5000 + (count % 7), () => {});
    expect(clock.pendingTimers).toBe(1);
  });

  it("is never early for deadlines added after others, and lets go of the clock when closed", async () => {
    const clock = createManualClock();
    const wheel = new TimerWheel(clock);
    const fired: number[] = [];
    wheel.after(100, () => fired.push(clock.now()));
    await clock.advance(40);
    wheel.after(50, () => fired.push(clock.now()));
    wheel.after(100, () => fired.push(clock.now()));
    await clock.advance(60);
    expect(fired).toEqual([90, 100]);
    wheel.close();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(1000);
    expect(fired).toEqual([90, 100]);
  });

  it("waits longer than a timer of the clock can", async () => {
    const clock = createManualClock();
    const wheel = new TimerWheel(clock);
    let fired = 0;
    wheel.after(2 ** 31 + 5, () => fired++);
    await clock.advance(2 ** 31 + 4);
    expect(fired).toBe(0);
    await clock.advance(1);
    expect(fired).toBe(1);
  });

  it("adds none for Infinity", () => {
    const clock = createManualClock();
    new TimerWheel(clock).after(Number.POSITIVE_INFINITY, () => {});
    expect(clock.pendingTimers).toBe(0);
  });
});
