// Decides when a request may be sent to one provider and model: window, learned pace, budgets, pauses, a first-in-first-out queue.
// Knows nothing of requests, sockets or retries. One object may be given to several runtimes: they then share the provider fairly.
import { type Clock, systemClock, type Timer } from "../runtime/base/index.ts";
import { backoffMs } from "./backoff.ts";
import { MinuteBudget } from "./budget.ts";
import { ConcurrencyWindow } from "./concurrency-window.ts";
import { LearnedRate } from "./learned-rate.ts";
import { Ticket, TicketQueue } from "./ticket-queue.ts";

/** Limits of an admission. At its defaults it finds out by itself what the provider takes. */
export interface AdmissionOptions {
  /** Requests in flight at first. Default 16. */
  readonly startConcurrency?: number;
  /** Never more in flight than this. Default 256, or `startConcurrency` if that is more. */
  readonly maxConcurrency?: number;
  /** A budget the provider states. Never exceeded in any minute. Default: none, learned from refusals. */
  readonly requestsPerMinute?: number;
  /** Likewise in tokens, estimated before a request and corrected by its usage. */
  readonly tokensPerMinute?: number;
  /** Calls that may wait; the next is refused at once with LM_QUEUE_FULL. Default 10,000. */
  readonly maxQueued?: number;
  /** Default the machine's. */
  readonly clock?: Clock;
  /** Chance for jitter, in [0, 1). Default Math.random. */
  readonly random?: () => number;
}

/** How a request that was admitted ended. */
export type AdmissionOutcome =
  | { readonly type: "answered"; readonly tokens?: number }
  /** 429. */
  | { readonly type: "rate-limited"; readonly retryAfterMs?: number }
  /** 5xx, network, timeout. */
  | { readonly type: "troubled"; readonly retryAfterMs?: number }
  /** Anything that says nothing about the provider's capacity: a refused request, an abort. */
  | { readonly type: "neutral" };

/** What an admission tells those who watch it: sending was slowed down. */
export interface Throttled {
  readonly reason: "rate-limited" | "troubled";
  readonly pauseMs: number;
  /** Requests that may be in flight from now on. */
  readonly window: number;
  readonly queued: number;
}

/** How things stand, for people and dashboards. */
export interface AdmissionStatus {
  readonly inFlight: number;
  readonly queued: number;
  readonly window: number;
  /** Learned; absent until a limit was met. */
  readonly requestsPerSecond?: number;
  /** Left of a pause that the provider asked for. */
  readonly pausedMs: number;
}

// Several processes that were told the same second must not come back in the same millisecond.
const PAUSE_JITTER = 0.05;

/** Admission to one provider and model. */
export class Admission {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #window: ConcurrencyWindow;
  readonly #rate = new LearnedRate();
  readonly #requests: MinuteBudget | undefined;
  readonly #tokens: MinuteBudget | undefined;
  readonly #maxQueued: number;
  readonly #queue = new TicketQueue();
  readonly #watchers = new Set<(throttled: Throttled) => void>();
  #inFlight = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #pausesInRow = 0;
  #arrivals = 0;
  #timer: Timer | undefined;
  #wakeAt = 0;

  constructor(options: AdmissionOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#window = new ConcurrencyWindow({
      ...(options.startConcurrency === undefined ? {} : { start: options.startConcurrency }),
      ...(options.maxConcurrency === undefined ? {} : { max: options.maxConcurrency }),
    });
    const now = this.#clock.now();
    const { requestsPerMinute, tokensPerMinute } = options;
    this.#requests = requestsPerMinute === undefined ? undefined : new MinuteBudget(requestsPerMinute, now);
    this.#tokens = tokensPerMinute === undefined ? undefined : new MinuteBudget(tokensPerMinute, now);
    this.#maxQueued = options.maxQueued ?? 10_000;
  }

  get status(): AdmissionStatus {
    const { perSecond } = this.#rate;
    return {
      inFlight: this.#inFlight,
      queued: this.#queue.size,
      window: this.#window.size,
      ...(perSecond === Number.POSITIVE_INFINITY ? {} : { requestsPerSecond: perSecond }),
      pausedMs: Math.max(0, this.#pausedUntil - this.#clock.now()),
    };
  }

  /** Whether a budget of tokens needs estimates; without one they are not worth making. */
  get countsTokens(): boolean {
    return this.#tokens !== undefined;
  }

  /** Calls back whenever sending is slowed down; returns how to stop that. */
  watch(watcher: (throttled: Throttled) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Asks to send a request of about `tokens` tokens.
   *
   * The ticket is admitted at once, or waits (`ticket.admitted` tells when), or is undefined because the queue is full.
   * Every admitted ticket is given back by `release`, every waiting one may `leave`.
   */
  enter(tokens: number): Ticket | undefined {
    const ticket = new Ticket(tokens, this.#arrivals++);
    if (this.#queue.size === 0 && this.#inFlight < this.#window.size) {
      const now = this.#clock.now();
      if (this.#waitMs(tokens, now) === 0) {
        this.#admit(ticket, now);
        return ticket;
      }
    }
    if (this.#queue.size >= this.#maxQueued) return undefined;
    this.#wait(ticket);
    return ticket;
  }

  /** Asks again for a ticket that was released: it keeps the place that its first arrival had, and no bound refuses it. */
  enterAgain(ticket: Ticket): void {
    this.#wait(ticket);
  }

  /** Takes a ticket out of the queue. One that was admitted must be released instead. */
  leave(ticket: Ticket): void {
    if (ticket.status !== "waiting") return;
    ticket.status = "left";
    this.#queue.remove(ticket);
    this.#drain();
  }

  /** Gives an admitted ticket back, saying how its request ended. */
  release(ticket: Ticket, outcome: AdmissionOutcome): void {
    if (ticket.status !== "admitted") return;
    ticket.status = "released";
    const wasFull = this.#inFlight >= this.#window.size;
    this.#inFlight--;
    const now = this.#clock.now();
    switch (outcome.type) {
      case "answered":
        this.#pausesInRow = 0;
        this.#window.succeeded(wasFull);
        if (outcome.tokens !== undefined) this.#tokens?.spend(outcome.tokens - ticket.tokens);
        break;
      case "rate-limited":
        this.#rateLimited(ticket, now, outcome.retryAfterMs);
        break;
      case "troubled":
        this.#window.troubled(ticket.sentAt, now);
        if (outcome.retryAfterMs !== undefined) this.#pause("troubled", now, outcome.retryAfterMs);
        break;
      case "neutral":
        break;
      default:
        outcome satisfies never;
    }
    this.#drain();
  }

  #rateLimited(ticket: Ticket, now: number, retryAfterMs: number | undefined): void {
    const isNew = this.#rate.refused(ticket.sentAt, now, retryAfterMs);
    if (isNew) this.#pausesInRow++;
    // Without a named time it may be the concurrency that is limited, so that shrinks too.
    if (retryAfterMs === undefined) this.#window.troubled(ticket.sentAt, now);
    if (retryAfterMs === undefined && !isNew) return;
    const asked = retryAfterMs ?? Math.max(100, backoffMs(this.#pausesInRow, this.#random, { baseMs: 1000 }));
    this.#pause("rate-limited", now, asked * (1 + PAUSE_JITTER * this.#random()), isNew);
  }

  #pause(reason: Throttled["reason"], now: number, pauseMs: number, tell = true): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
    if (!tell) return;
    const throttled = { reason, pauseMs, window: this.#window.size, queued: this.#queue.size };
    for (const watcher of this.#watchers) watcher(throttled);
  }

  #wait(ticket: Ticket): void {
    ticket.status = "waiting";
    this.#queue.add(ticket);
    this.#drain();
  }

  #drain(): void {
    for (let ticket = this.#queue.peek(); ticket !== undefined; ticket = this.#queue.peek()) {
      if (this.#inFlight >= this.#window.size) return;
      const now = this.#clock.now();
      const waitMs = this.#waitMs(ticket.tokens, now);
      if (waitMs > 0) {
        this.#wakeIn(waitMs);
        return;
      }
      this.#queue.remove(ticket);
      this.#admit(ticket, now);
    }
  }

  #waitMs(tokens: number, now: number): number {
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    return Math.max(
      this.#rate.waitMs(now),
      this.#requests === undefined ? 0 : this.#requests.waitMs(1, now),
      this.#tokens === undefined ? 0 : this.#tokens.waitMs(tokens, now),
    );
  }

  #admit(ticket: Ticket, now: number): void {
    this.#inFlight++;
    this.#rate.sent(now);
    this.#requests?.spend(1);
    this.#tokens?.spend(ticket.tokens);
    ticket.admit(now);
  }

  #wakeIn(waitMs: number): void {
    // Rounded up: a timer of whole milliseconds that fires early would only be set again.
    const delayMs = Math.ceil(waitMs);
    const wakeAt = this.#clock.now() + delayMs;
    // One that fires sooner will look again; setting it anew for each of 10,000 arrivals would cost more than they do.
    if (this.#timer !== undefined && this.#wakeAt <= wakeAt) return;
    this.#timer?.cancel();
    this.#wakeAt = wakeAt;
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      this.#drain();
    });
  }
}
