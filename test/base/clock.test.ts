import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../runtime/base/index.ts";

describe("systemClock", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("waits as long as it is told, also where that is longer than Node's timers can", () => {
    const fired = vi.fn();
    systemClock.setTimer(3e9, fired);
    vi.advanceTimersByTime(3e9 - 1);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
  });

  it("never fires after Infinity, and can be cancelled in any stretch of a long wait", () => {
    const fired = vi.fn();
    systemClock.setTimer(Number.POSITIVE_INFINITY, fired);
    const long = systemClock.setTimer(5e9, fired);
    vi.advanceTimersByTime(4e9);
    long.cancel();
    vi.advanceTimersByTime(4e9);
    expect(fired).not.toHaveBeenCalled();
  });
});
