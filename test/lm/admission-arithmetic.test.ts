import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MinuteBudget } from "../../lm/budget.ts";
import { ConcurrencyWindow } from "../../lm/concurrency-window.ts";
import { backoffMs } from "../../lm/index.ts";
import { LearnedRate } from "../../lm/learned-rate.ts";
import { Ticket, TicketQueue } from "../../lm/ticket-queue.ts";

describe("MinuteBudget", () => {
  it("never lets more through than the budget in any minute", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.nat({ max: 3000 }), { maxLength: 200 }),
        (perMinute, gaps) => {
          const budget = new MinuteBudget(perMinute, 0);
          const sends: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap % 7 === 0 ? 0 : gap;
            now += budget.waitMs(1, now);
            budget.spend(1);
            sends.push(now);
          }
          for (const [index, at] of sends.entries()) {
            const inMinute = sends.slice(index).filter((other) => other < at + 60_000 - 1e-6).length;
            expect(inMinute).toBeLessThanOrEqual(perMinute);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("uses at least nine tenths of the budget when it is asked for all of it", () => {
    const budget = new MinuteBudget(600, 0);
    let now = 0;
    let sends = 0;
    while (now < 600_000) {
      const waitMs = budget.waitMs(1, now);
      now += waitMs;
      budget.spend(1);
      sends++;
    }
    expect(sends).toBeGreaterThan(5400);
  });

  it("lets an amount above its capacity through and has it paid off after", () => {
    const budget = new MinuteBudget(610, 0);
    expect(budget.waitMs(100, 0)).toBe(0);
    budget.spend(100);
    expect(budget.waitMs(10, 0)).toBeCloseTo(10_000);
  });

  it("takes back what was estimated too high", () => {
    const budget = new MinuteBudget(610, 0);
    budget.spend(10);
    budget.spend(-10);
    expect(budget.waitMs(10, 0)).toBe(0);
  });
});

describe("ConcurrencyWindow", () => {
  it("stays within its bounds whatever happens", () => {
    const happening = fc.tuple(fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(happening),
        (start, max, happenings) => {
          const window = new ConcurrencyWindow({ start, max });
          for (const [index, [isTrouble, wasFull]] of happenings.entries()) {
            if (isTrouble) window.troubled(index, index + 0.5);
            else window.succeeded(wasFull);
            expect(window.size).toBeGreaterThanOrEqual(1);
            expect(window.size).toBeLessThanOrEqual(Math.max(start, max));
          }
        },
      ),
    );
  });

  it("grows only where it was full", () => {
    const window = new ConcurrencyWindow({ start: 4 });
    for (let answer = 0; answer < 40; answer++) window.succeeded(false);
    expect(window.size).toBe(4);
    for (let answer = 0; answer < 40; answer++) window.succeeded(true);
    expect(window.size).toBe(14);
  });

  it("takes failures of requests that were under way together for one", () => {
    const window = new ConcurrencyWindow({ start: 100 });
    for (let failure = 0; failure < 50; failure++) window.troubled(10, 20 + failure);
    expect(window.size).toBe(70);
    window.troubled(21, 90);
    expect(window.size).toBe(49);
  });
});

describe("backoffMs", () => {
  it("is uniform below a bound that doubles until its maximum", () => {
    const bounds = [1, 2, 3, 4, 9].map((failures) => backoffMs(failures, () => 1, { baseMs: 100, maxMs: 700 }));
    expect(bounds).toEqual([100, 200, 400, 700, 700]);
    expect(backoffMs(3, () => 0)).toBe(0);
  });
});

describe("TicketQueue", () => {
  it("gives out tickets in the order of their first arrival", () => {
    const step = fc.tuple(fc.constantFrom("arrive", "take", "return", "leave"), fc.nat());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new TicketQueue();
        let waiting: Ticket[] = [];
        const out: Ticket[] = [];
        let arrivals = 0;
        for (const [what, pick] of steps) {
          if (what === "arrive") {
            const ticket = new Ticket(0, arrivals++);
            queue.add(ticket);
            waiting.push(ticket);
          } else if (what === "take") {
            const ticket = queue.peek();
            if (ticket !== undefined) {
              queue.remove(ticket);
              out.push(ticket);
            }
            expect(ticket).toBe(waiting[0]);
            waiting = waiting.slice(1);
          } else if (what === "return" && out.length > 0) {
            const [ticket] = out.splice(pick % out.length, 1) as [Ticket];
            queue.add(ticket);
            waiting = [...waiting, ticket].sort((a, b) => a.arrival - b.arrival);
          } else if (what === "leave" && waiting.length > 0) {
            const [ticket] = waiting.splice(pick % waiting.length, 1) as [Ticket];
            queue.remove(ticket);
          }
          expect(queue.size).toBe(waiting.length);
        }
      }),
    );
  });
});

interface Sent {
  readonly at: number;
  readonly refused: boolean;
}

/** Sends as fast as a learned rate allows to a server with a limit; answers need no time. */
function sendAsAllowed(isRefused: (at: number) => boolean, retryAfterMs: number, untilMs: number): Sent[] {
  const rate = new LearnedRate();
  const sent: Sent[] = [];
  let now = 0;
  let pausedUntil = 0;
  while (now < untilMs) {
    now = Math.max(now, pausedUntil);
    now += rate.waitMs(now) + 0.5;
    rate.sent(now);
    const refused = isRefused(now);
    sent.push({ at: now, refused });
    if (refused) {
      rate.refused(now, now + 0.1, retryAfterMs);
      pausedUntil = now + 0.1 + retryAfterMs;
    }
  }
  return sent;
}

function slidingLimit(requests: number, windowMs: number): (at: number) => boolean {
  const accepted: number[] = [];
  return (at) => {
    while (accepted.length > 0 && at - (accepted[0] ?? 0) >= windowMs) accepted.shift();
    if (accepted.length >= requests) return true;
    accepted.push(at);
    return false;
  };
}

function refillingLimit(perSecond: number, capacity: number): (at: number) => boolean {
  let tokens = capacity;
  let before = 0;
  return (at) => {
    tokens = Math.min(capacity, tokens + ((at - before) / 1000) * perSecond);
    before = at;
    if (tokens < 1) return true;
    tokens--;
    return false;
  };
}

describe("LearnedRate", () => {
  it("learns a sliding limit from one refusal and keeps to it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 500 }), (requests) => {
        const sent = sendAsAllowed(slidingLimit(requests, 1000), 1000, 15_000);
        const answered = sent.filter((one) => !one.refused).length;
        expect(sent.length - answered).toBe(1);
        expect(answered).toBeGreaterThan(requests * 15 * 0.75);
      }),
      { numRuns: 50 },
    );
  });

  it("finds the rate of a bucket that refills, whatever burst hid it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), fc.integer({ min: 1, max: 300 }), (perSecond, burst) => {
        const sent = sendAsAllowed(refillingLimit(perSecond, burst), 1000, 120_000);
        const late = sent.filter((one) => one.at > 60_000);
        const answered = late.filter((one) => !one.refused).length;
        expect(late.length - answered).toBeLessThanOrEqual(8);
        expect(answered).toBeGreaterThan(perSecond * 60 * 0.5);
      }),
      { numRuns: 50 },
    );
  });

  it("tries a faster pace again and finds a limit that was raised", () => {
    const lower = slidingLimit(10, 1000);
    const higher = slidingLimit(40, 1000);
    const sent = sendAsAllowed((at) => (at > 20_000 ? higher(at) : lower(at)), 1000, 120_000);
    const late = sent.filter((one) => one.at > 70_000 && !one.refused).length;
    expect(late).toBeGreaterThan(40 * 50 * 0.8);
  });

  it("asks once per named time through the longest storm, and is fast again soon after", () => {
    const isRefused = slidingLimit(20, 1000);
    const sent = sendAsAllowed((at) => at < 60_000 || isRefused(at), 1000, 180_000);
    expect(sent.filter((one) => one.at < 60_000).length).toBeGreaterThan(25);
    expect(sent.filter((one) => one.at > 120_000 && !one.refused).length).toBeGreaterThan(20 * 60 * 0.5);
  });

  it("takes refusals of requests sent together for one", () => {
    const rate = new LearnedRate();
    for (let send = 0; send < 30; send++) rate.sent(send);
    const isNew = [10, 11, 12].map((sentAt) => rate.refused(sentAt, 40, 1000));
    expect(isNew).toEqual([true, false, false]);
    rate.waitMs(1100);
    expect(rate.perSecond).toBeCloseTo(0.94 * 27);
  });

  it("does not hold anything back before a limit was met", () => {
    const rate = new LearnedRate();
    for (let send = 0; send < 10_000; send++) {
      expect(rate.waitMs(0)).toBe(0);
      rate.sent(0);
    }
  });
});
