import { describe, expect, it } from "vitest";
import { HostWatch } from "../../../runtime/hosts/host-watch.ts";
import { createManualClock } from "../../../testing/index.ts";

function newWatch({ limitMs = 30, killGraceMs = 50 } = {}) {
  const clock = createManualClock();
  const state = { beatAt: 0, killedAt: undefined as number | undefined, readsBefore: () => {}, limitMs };
  const stuck: string[] = [];
  const watch = new HostWatch({
    clock,
    limitMs: () => state.limitMs,
    killGraceMs,
    sinceBeatMs: () => clock.now() - state.beatAt,
    unconfirmedMs: () => (state.killedAt === undefined ? 0 : clock.now() - state.killedAt),
    afterReading: (verdict) => {
      state.readsBefore();
      verdict();
    },
    onStuck: (said) => stuck.push(said),
  });
  state.beatAt = clock.now();
  return { clock, state, stuck, watch };
}

describe("HostWatch", () => {
  it("finds a host stuck once its last beat is too long ago, and no earlier", async () => {
    const { clock, stuck, watch } = newWatch();
    watch.start();
    await clock.advance(29);
    expect(stuck).toEqual([]);
    await clock.advance(1);
    expect(stuck).toEqual(["its event loop has not come round for 30 ms"]);
    await clock.advance(100);
    expect([stuck.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it("lets a host live that beats, looking now and then", async () => {
    const { clock, state, stuck, watch } = newWatch();
    watch.start();
    for (let at = 0; at < 50; at++) {
      await clock.advance(10);
      state.beatAt = clock.now();
    }
    expect([stuck, clock.pendingTimers]).toEqual([[], 1]);
    watch.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it("reads what has arrived before it judges: this side may have stood still", async () => {
    const { clock, state, stuck, watch } = newWatch();
    watch.start();
    state.readsBefore = () => {
      state.beatAt = clock.now();
    };
    await clock.advance(1000);
    expect(stuck).toEqual([]);
  });

  it("has the patience that the moment asks for", async () => {
    const { clock, state, stuck, watch } = newWatch();
    watch.start();
    state.limitMs = 100;
    await clock.advance(99);
    expect(stuck).toEqual([]);
    await clock.advance(1);
    expect(stuck).toHaveLength(1);
  });

  it("looks earlier where it begins again with less patience", async () => {
    const { clock, state, stuck, watch } = newWatch({ limitMs: 1000 });
    watch.start();
    state.limitMs = 30;
    watch.start();
    await clock.advance(30);
    expect([stuck.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it("does not watch beats that never come", async () => {
    const { clock, watch } = newWatch({ limitMs: Number.POSITIVE_INFINITY });
    watch.start();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(1);
  });

  it("finds a host stuck that does not confirm a kill in time", async () => {
    const { clock, state, stuck, watch } = newWatch({ limitMs: Number.POSITIVE_INFINITY });
    state.killedAt = clock.now();
    watch.expectEnd();
    watch.expectEnd();
    await clock.advance(49);
    expect(stuck).toEqual([]);
    await clock.advance(1);
    expect(stuck).toEqual(["a killed actor was not gone after 50 ms"]);
  });

  it("waits for the later of two kills where the first is confirmed", async () => {
    const { clock, state, stuck, watch } = newWatch({ limitMs: Number.POSITIVE_INFINITY });
    state.killedAt = clock.now();
    watch.expectEnd();
    await clock.advance(30);
    state.killedAt = clock.now();
    await clock.advance(20);
    expect([stuck, clock.pendingTimers]).toEqual([[], 1]);
    state.killedAt = undefined;
    await clock.advance(50);
    expect([stuck, clock.pendingTimers]).toEqual([[], 0]);
  });
});
