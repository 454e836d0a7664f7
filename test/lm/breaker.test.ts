import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isRefusal } from "../../lm/breaker.ts";
import { Breaker } from "../../lm/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { manualClock } from "./manual-clock.ts";

const fault = () => Promise.reject(new BaseError("LM_SERVER_FAILED", "500"));
const answer = () => Promise.resolve("ok");

describe("Breaker", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  it("passes on what an attempt answers or rejects with", async () => {
    const breaker = new Breaker();
    expect(await breaker.run(answer)).toBe("ok");
    await expect(breaker.run(fault)).rejects.toMatchObject({ code: "LM_SERVER_FAILED" });
  });

  it("stays closed while failures are few or rare", async () => {
    const breaker = new Breaker({ minAttempts: 5 });
    for (let attempt = 0; attempt < 4; attempt++) await breaker.run(fault).catch(() => {});
    expect(breaker.state).toBe("closed");
    for (let attempt = 0; attempt < 20; attempt++) await breaker.run(answer);
    for (let attempt = 0; attempt < 10; attempt++) await breaker.run(fault).catch(() => {});
    expect(breaker.state).toBe("closed");
  });

  it("opens, refuses without asking, and tells", async () => {
    const changes: unknown[] = [];
    const breaker = new Breaker({ minAttempts: 3, onChange: (state, failures) => changes.push([state, failures]) });
    for (let attempt = 0; attempt < 3; attempt++) await breaker.run(fault).catch(() => {});
    const asked = vi.fn(answer);
    expect(isRefusal(await breaker.run(asked).catch((error: unknown) => error))).toBe(true);
    expect(asked).not.toHaveBeenCalled();
    expect(changes).toEqual([["open", 3]]);
  });

  it("forgets failures that its window has passed", async () => {
    const clock = manualClock();
    const breaker = new Breaker({ minAttempts: 4, windowMs: 1000, clock });
    for (let attempt = 0; attempt < 3; attempt++) await breaker.run(fault).catch(() => {});
    await Promise.all([clock.advance(1100), vi.advanceTimersByTimeAsync(0)]);
    await breaker.run(fault).catch(() => {});
    expect(breaker.state).toBe("closed");
  });

  it("sets no timer while it is closed and none once it is disposed", async () => {
    const breaker = new Breaker({ minAttempts: 1 });
    await breaker.run(answer);
    expect(vi.getTimerCount()).toBe(0);
    await breaker.run(fault).catch(() => {});
    await breaker.run(fault).catch(() => {});
    expect([breaker.state, vi.getTimerCount()]).toEqual(["open", 1]);
    breaker.dispose();
    expect(vi.getTimerCount()).toBe(0);
    expect(isRefusal(await breaker.run(answer).catch((error: unknown) => error))).toBe(true);
  });
});
