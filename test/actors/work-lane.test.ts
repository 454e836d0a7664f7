// One signal and one timer for one piece of work after another: each ends by itself, by its deadline or with the lane.
// Knows nothing of examples.
import { describe, expect, it } from "vitest";
import { WorkLane } from "../../actors/work-lane.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { createManualClock } from "../../testing/index.ts";

const late = (): BaseError => new BaseError("LATE", "too late");
const never = () => new Promise<never>(() => {});

describe("WorkLane", () => {
  it("gives work that ends in time one signal and one timer", async () => {
    const clock = createManualClock();
    const lane = new WorkLane(clock, new AbortController().signal);
    const signals = new Set<AbortSignal>();
    for (let piece = 0; piece < 5; piece++) {
      await lane.run(clock.now() + 100, late, async (signal) => signals.add(signal));
      await clock.advance(10);
    }
    expect(signals.size).toBe(1);
    expect(clock.pendingTimers).toBe(1);
    lane.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it("ends work at its own deadline, not at that of the piece before", async () => {
    const clock = createManualClock();
    const lane = new WorkLane(clock, new AbortController().signal);
    await lane.run(clock.now() + 100, late, async () => "done");
    await clock.advance(60);
    let outcome: unknown = "under way";
    const seen: AbortSignal[] = [];
    const ended = lane
      .run(clock.now() + 100, late, (signal) => {
        seen.push(signal);
        return never();
      })
      .catch((error: unknown) => {
        outcome = error;
      });
    await clock.advance(99);
    expect(outcome).toBe("under way");
    await clock.advance(1);
    await ended;
    expect(outcome).toMatchObject({ code: "LATE" });
    expect(seen[0]?.aborted).toBe(true);
    expect(await lane.run(clock.now() + 100, late, async (signal) => signal.aborted)).toBe(false);
    lane.close();
  });

  it("keeps an earlier deadline than the one it waits for", async () => {
    const clock = createManualClock();
    const lane = new WorkLane(clock, new AbortController().signal);
    await lane.run(clock.now() + 1000, late, async () => "done");
    const outcome = expect(lane.run(clock.now() + 10, late, never)).rejects.toMatchObject({ code: "LATE" });
    await clock.advance(10);
    await outcome;
    lane.close();
  });

  it("hands on what the work rejects with", async () => {
    const lane = new WorkLane(createManualClock(), new AbortController().signal);
    await expect(lane.run(10, late, () => Promise.reject(new Error("slip")))).rejects.toThrow("slip");
    lane.close();
  });

  it("ends with the reason of the signal around it, at once and for what comes after", async () => {
    const clock = createManualClock();
    const outer = new AbortController();
    const lane = new WorkLane(clock, outer.signal);
    const outcome = expect(lane.run(100, late, never)).rejects.toBe("enough");
    outer.abort("enough");
    await outcome;
    await expect(lane.run(100, late, async () => "done")).rejects.toBe("enough");
    expect(clock.pendingTimers).toBe(0);
    await expect(new WorkLane(clock, outer.signal).run(100, late, async () => "done")).rejects.toBe("enough");
  });
});
