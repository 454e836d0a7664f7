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

  it("keeps every deadline's time, whatever is added and withdrawn meanwhile, by deadlines too", async () => {
    const commands = fc.array(
      fc.oneof(
        fc.record({ what: fc.constant("add" as const), delayMs: fc.nat(60), again: fc.option(fc.nat(40)) }),
        fc.record({ what: fc.constant("withdraw" as const), which: fc.nat(20) }),
        fc.record({ what: fc.constant("advance" as const), byMs: fc.integer({ min: 1, max: 50 }) }),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (plan) => {
        const clock = createManualClock();
        const wheel = new TimerWheel(clock);
        const fired: { readonly id: number; readonly at: number }[] = [];
        const due = new Map<number, number>();
        const expected: { readonly id: number; readonly at: number }[] = [];
        const timers: { cancel(): void }[] = [];
        const add = (delayMs: number, again: number | null): void => {
          const id = timers.length;
          due.set(id, clock.now() + delayMs);
          timers.push(
            wheel.after(delayMs, () => {
              fired.push({ id, at: clock.now() });
              expected.push({ id, at: due.get(id) ?? Number.NaN });
              due.delete(id);
              if (again !== null) add(again, null);
            }),
          );
        };
        for (const command of [...plan, { what: "advance" as const, byMs: 200 }]) {
          if (command.what === "add") add(command.delayMs, command.again);
          else if (command.what === "advance") await clock.advance(command.byMs);
          else {
            const id = command.which % Math.max(1, timers.length);
            timers[id]?.cancel();
            due.delete(id);
          }
          // Whatever is due has fired, once, at its time; nothing else has.
          if (command.what === "advance") for (const at of due.values()) expect(at).toBeGreaterThan(clock.now());
        }
        expect(fired).toEqual(expected);
        expect(due.size).toBe(0);
        expect(new Set(fired.map(({ id }) => id)).size).toBe(fired.length);
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 60 },
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
