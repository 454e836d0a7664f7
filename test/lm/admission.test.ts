import { describe, expect, it } from "vitest";
import { Admission, type AdmissionOptions } from "../../lm/index.ts";
import type { Ticket } from "../../lm/ticket-queue.ts";
import { manualClock } from "./manual-clock.ts";

function fixture(options: AdmissionOptions = {}) {
  const clock = manualClock();
  const admission = new Admission({ clock, random: () => 0, ...options });
  const enter = (tokens = 0): Ticket => {
    const ticket = admission.enter(tokens);
    if (ticket === undefined) throw new Error("The queue is full.");
    return ticket;
  };
  return { clock, admission, enter };
}

describe("Admission", () => {
  it("admits up to its window and the rest in the order they came", () => {
    const { admission, enter } = fixture({ startConcurrency: 2, maxConcurrency: 2 });
    const tickets = [1, 2, 3, 4].map(() => enter());
    const admitted: number[] = [];
    for (const [index, ticket] of tickets.entries()) ticket.whenAdmitted(() => admitted.push(index));
    expect(admitted).toEqual([0, 1]);
    admission.release(tickets[1] as Ticket, { type: "answered" });
    admission.release(tickets[0] as Ticket, { type: "neutral" });
    expect(admitted).toEqual([0, 1, 2, 3]);
    expect(admission.status).toMatchObject({ inFlight: 2, queued: 0, window: 2 });
  });

  it("frees one place however often a ticket is given back", () => {
    const { admission, enter } = fixture({ startConcurrency: 1, maxConcurrency: 1 });
    const ticket = enter();
    admission.release(ticket, { type: "neutral" });
    admission.release(ticket, { type: "neutral" });
    expect(admission.status.inFlight).toBe(0);
  });

  it("has no ticket for one too many, but takes back who asks again", () => {
    const { admission, enter } = fixture({ startConcurrency: 1, maxConcurrency: 1, maxQueued: 1 });
    const first = enter();
    enter();
    expect(admission.enter(0)).toBeUndefined();
    admission.release(first, { type: "troubled" });
    admission.enterAgain(first);
    expect(admission.status).toMatchObject({ inFlight: 1, queued: 1 });
  });

  it("passes on the place of one who leaves the queue", () => {
    const { admission, enter } = fixture({ startConcurrency: 1, maxConcurrency: 1 });
    const [first, second, third] = [enter(), enter(), enter()] as const;
    admission.leave(second);
    admission.leave(second);
    admission.release(first, { type: "answered" });
    expect([second.status, third.status]).toEqual(["left", "admitted"]);
  });

  it("pauses everybody for as long as is asked, then goes on at the pace it learned", async () => {
    const { clock, admission, enter } = fixture();
    const sent = Array.from({ length: 10 }, () => enter());
    admission.release(sent[9] as Ticket, { type: "rate-limited", retryAfterMs: 1000 });
    for (const ticket of sent.slice(0, 9)) admission.release(ticket, { type: "answered" });
    const waiting = [1, 2, 3].map(() => enter());
    const states = () => waiting.map((ticket) => ticket.status);
    await clock.advance(999);
    expect(states()).toEqual(["waiting", "waiting", "waiting"]);
    await clock.advance(1);
    expect(states()).toEqual(["admitted", "waiting", "waiting"]);
    // Nine were taken in the second before: 0.94 × 9 per second is one in 118.2 ms.
    await clock.advance(118);
    expect(states()).toEqual(["admitted", "waiting", "waiting"]);
    await clock.advance(1);
    expect(states()).toEqual(["admitted", "admitted", "waiting"]);
  });

  it("shrinks its window where a 429 names no time, and not where it does", () => {
    const { admission, enter } = fixture({ startConcurrency: 10 });
    admission.release(enter(), { type: "rate-limited", retryAfterMs: 5 });
    expect(admission.status.window).toBe(10);
    const other = fixture({ startConcurrency: 10 });
    other.admission.release(other.enter(), { type: "rate-limited" });
    expect(other.admission.status.window).toBe(7);
  });

  it("keeps to a budget of requests that it is told", async () => {
    const { clock, enter } = fixture({ requestsPerMinute: 60, startConcurrency: 1000 });
    const tickets = Array.from({ length: 200 }, () => enter());
    await clock.advance(60_000);
    const admitted = tickets.filter((ticket) => ticket.status === "admitted").length;
    expect(admitted).toBeGreaterThan(54);
    expect(admitted).toBeLessThanOrEqual(60);
  });

  it("keeps to a budget of tokens, corrected by what was used", async () => {
    const { clock, admission, enter } = fixture({ tokensPerMinute: 6100 });
    const first = enter(100);
    const second = enter(100);
    expect([first.status, second.status]).toEqual(["admitted", "waiting"]);
    admission.release(first, { type: "answered", tokens: 50 });
    await clock.advance(501);
    expect(second.status).toBe("admitted");
  });

  it("tells those who watch it, until they stop", () => {
    const { admission, enter } = fixture();
    const told: unknown[] = [];
    const stop = admission.watch((throttled) => told.push(throttled));
    const tickets = [enter(), enter()];
    admission.release(tickets[0] as Ticket, { type: "rate-limited", retryAfterMs: 100 });
    admission.release(tickets[1] as Ticket, { type: "rate-limited", retryAfterMs: 100 });
    stop();
    expect(told).toEqual([{ reason: "rate-limited", pauseMs: 100, window: 16, queued: 0 }]);
  });

  it("sets no timer while nobody waits", () => {
    const { clock, admission, enter } = fixture();
    admission.release(enter(), { type: "rate-limited", retryAfterMs: 100 });
    expect(clock.pendingTimers).toBe(0);
  });
});
