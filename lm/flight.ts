// One request under way for everybody who asks it at the same time: cache look-up, attempts, retries.
// Knows nothing of other flights. It ends early only when its last caller has left.
import { type BaseError, type Clock, isBaseError } from "../runtime/base/index.ts";
import type { AbortWatch } from "./abort-watch.ts";
import type { Admission } from "./admission.ts";
import { AttemptAbort } from "./attempt-abort.ts";
import { type Breaker, isRefusal } from "./breaker.ts";
import type { LmCache } from "./cache.ts";
import type { LmCall, LmOutcome } from "./call.ts";
import { Callers } from "./callers.ts";
import type { Deadlines } from "./deadlines.ts";
import { type LmErrorPlace, lmCircuitOpen, lmProviderFailed, lmQueueFull, lmTimeout } from "./errors.ts";
import type { LmEventSink } from "./events.ts";
import { FlightEvents } from "./flight-events.ts";
import { FlightStream } from "./flight-stream.ts";
import type { ModelPrice } from "./price-table.ts";
import { costOf } from "./prices.ts";
import type { LmProvider, ProviderCallOptions } from "./provider.ts";
import type { LmRequest, LmResponse } from "./request.ts";
import { admissionOutcome, type RetryOptions, retryPlan } from "./retry-policy.ts";
import type { Ticket } from "./ticket-queue.ts";
import { estimateTokens } from "./token-estimate.ts";

/** What flights of one pool share. */
export interface FlightWorld {
  readonly provider: LmProvider;
  readonly place: LmErrorPlace;
  readonly cache: LmCache | undefined;
  readonly admission: Admission;
  readonly breaker: Breaker;
  readonly deadlines: Deadlines;
  readonly aborts: AbortWatch;
  readonly retries: RetryOptions;
  readonly attemptTimeoutMs: number;
  readonly price: ModelPrice | "unknown";
  readonly clock: Clock;
  readonly random: () => number;
  readonly events: LmEventSink | undefined;
  /** Told when nobody may join this flight any more. */
  landed(flight: Flight): void;
}

/** A request under way. */
export class Flight {
  readonly identity: string;
  readonly #world: FlightWorld;
  readonly #request: LmRequest;
  readonly #headers: Readonly<Record<string, string>> | undefined;
  readonly #callers: Callers;
  readonly #events: FlightEvents;
  /** Absent where the first caller wants the answer whole. */
  readonly #stream: FlightStream | undefined;
  readonly #startedAt: number;
  #status: "looking-up" | "queued" | "asking" | "pausing" | "over" = "looking-up";
  #ticket: Ticket | undefined;
  #attempt: AttemptAbort | undefined;
  #wake: (() => void) | undefined;
  #attempts = 0;
  #queuedMs = 0;

  constructor(world: FlightWorld, identity: string, call: LmCall, now: number) {
    this.#world = world;
    this.identity = identity;
    this.#request = call.request;
    this.#headers = call.headers;
    this.#startedAt = now;
    const isStreamed = call.listener !== undefined && world.provider.stream !== undefined;
    this.#stream = isStreamed ? new FlightStream(() => world.clock.now()) : undefined;
    this.#events = new FlightEvents(world.events, world.place, identity, call.parentSpanId);
    this.#callers = new Callers(world.deadlines, world.aborts, world.place, {
      stage: () => (this.#status === "asking" ? "in-flight" : "queued"),
      onAllLeft: (error) => this.end(error),
    });
  }

  /** Adds a caller. Its promise settles with the flight, or earlier with LM_ABORTED or LM_TIMEOUT. */
  join({ signal, listener }: LmCall, deadlineAt: number, now: number): Promise<LmOutcome> {
    const outcome = this.#callers.add(signal, deadlineAt, now);
    this.#stream?.join(listener, outcome);
    return outcome;
  }

  /** Sets out. Called once, after the first caller joined. */
  start(): void {
    if (this.#status === "over") return;
    this.#run().catch((error: unknown) => this.#fail(error));
  }

  /** Ends the flight with an error for all who still wait, and the socket under it. */
  end(error: BaseError): void {
    if (this.#status === "over") return;
    const ticket = this.#ticket;
    const attempt = this.#attempt;
    const outcome = this.#status === "asking" ? admissionOutcome(error) : ({ type: "neutral" } as const);
    this.#fail(error);
    this.#wake?.();
    attempt?.abort(error);
    if (ticket === undefined) return;
    this.#world.admission.leave(ticket);
    // Given back here and not when the provider has noticed: one that ignores the signal must not keep the place.
    this.#world.admission.release(ticket, outcome);
  }

  /** Ends the flight if it waits to be sent. */
  endIfQueued(error: BaseError): void {
    if (this.#status === "queued") this.end(error);
  }

  async #run(): Promise<void> {
    const { admission, cache, clock, price } = this.#world;
    if (cache?.mayHold(this.identity) === true) {
      const known = await cache.get(this.identity);
      if (this.#isOver()) return;
      if (known !== undefined) {
        this.#hit(known);
        return;
      }
    }
    this.#events.started(
      () => admission.status.inFlight,
      () => admission.status.queued,
    );
    const response = await this.#askUntilAnswered();
    if (response === undefined) return;
    // Before the callers hear of it: whoever asks the same right after must find it in the cache.
    cache?.set(this.identity, response);
    this.#status = "over";
    this.#world.landed(this);
    const costUsd = costOf(price, response.usage);
    const now = clock.now();
    const { identity } = this;
    const flown = { attempts: this.#attempts, queuedMs: this.#queuedMs };
    const callers = this.#callers.answer({ response, identity, from: "provider", costUsd, ...flown, now });
    this.#events.stopped({ durationMs: now - this.#startedAt, ...flown, callers }, response.usage, costUsd);
  }

  /** Undefined when the flight was ended meanwhile. */
  async #askUntilAnswered(): Promise<LmResponse | undefined> {
    const { admission, breaker, clock, place } = this.#world;
    let faults = 0;
    let lastError: BaseError | undefined;
    for (;;) {
      if (breaker.state === "open") throw lmCircuitOpen(place, breaker.resetMs, lastError);
      this.#status = "queued";
      const ticket = this.#enter();
      if (ticket.status === "waiting") {
        const queuedAt = clock.now();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          ticket.whenAdmitted(resolve);
        });
        this.#wake = undefined;
        if (this.#isOver()) {
          admission.release(ticket, { type: "neutral" });
          return undefined;
        }
        this.#queuedMs += clock.now() - queuedAt;
      }
      this.#status = "asking";
      let error: BaseError;
      try {
        const response = await this.#ask(ticket, lastError);
        return this.#isOver() ? undefined : response;
      } catch (failure) {
        if (this.#isOver()) return undefined;
        error = this.#translated(failure);
      }
      if (error.code === "LM_CIRCUIT_OPEN") throw error;
      if (error.code !== "LM_RATE_LIMITED") faults++;
      lastError = error;
      const leftMs = this.#callers.latestDeadlineAt - clock.now();
      const plan = retryPlan(error, faults, leftMs, this.#world.random, this.#world.retries);
      if (plan.type === "give-up") throw error;
      this.#events.retried(this.#attempts, plan.delayMs, error);
      if (plan.delayMs > 0) await this.#pause(plan.delayMs);
      if (this.#isOver()) return undefined;
    }
  }

  #enter(): Ticket {
    const { admission, place } = this.#world;
    if (this.#ticket !== undefined) {
      admission.enterAgain(this.#ticket);
      return this.#ticket;
    }
    const ticket = admission.enter(admission.countsTokens ? estimateTokens(this.#request) : 0);
    if (ticket === undefined) throw lmQueueFull(place, admission.status.queued);
    this.#ticket = ticket;
    return ticket;
  }

  async #ask(ticket: Ticket, lastError: BaseError | undefined): Promise<LmResponse> {
    const { admission, breaker, clock, deadlines, place, provider, attemptTimeoutMs } = this.#world;
    const attempt = new AttemptAbort();
    this.#attempt = attempt;
    const giveUp = (): void => attempt.abort(lmTimeout(place, attemptTimeoutMs, "in-flight"));
    const limit =
      this.#stream === undefined
        ? deadlines.add(clock.now() + attemptTimeoutMs, giveUp)
        : this.#stream.limit(deadlines, attemptTimeoutMs, giveUp);
    const options = new AttemptOptions(attempt, this.#headers);
    try {
      const response = await breaker.run(async () => {
        this.#attempts++;
        try {
          return await (this.#stream === undefined
            ? provider.complete(this.#request, options)
            : this.#stream.ask(provider, this.#request, options));
        } catch (error) {
          // Translated before the breaker sees it, which judges by codes.
          throw attempt.isAborted && isBaseError(attempt.reason) ? attempt.reason : this.#translated(error);
        }
      });
      const { usage } = response;
      const tokens = usage === undefined ? {} : { tokens: usage.inputTokens + usage.outputTokens };
      admission.release(ticket, { type: "answered", ...tokens });
      return response;
    } catch (failure) {
      const error = isRefusal(failure) ? lmCircuitOpen(place, breaker.resetMs, lastError) : failure;
      admission.release(ticket, admissionOutcome(error));
      throw error;
    } finally {
      deadlines.remove(limit);
      this.#attempt = undefined;
    }
  }

  #pause(delayMs: number): Promise<void> {
    this.#status = "pausing";
    return new Promise((resolve) => {
      const timer = this.#world.clock.setTimer(delayMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #translated(error: unknown): BaseError {
    return isBaseError(error) ? error : lmProviderFailed(this.#world.place, error);
  }

  #isOver(): boolean {
    return this.#status === "over";
  }

  #hit(response: LmResponse): void {
    this.#status = "over";
    this.#world.landed(this);
    const now = this.#world.clock.now();
    const answer = {
      response,
      identity: this.identity,
      from: "cache",
      costUsd: 0,
      attempts: 0,
      queuedMs: 0,
      now,
    } as const;
    const callers = this.#callers.answer(answer);
    this.#events.hit(now - this.#startedAt, callers);
  }

  #fail(failure: unknown): void {
    if (this.#isOver()) return;
    const error = this.#translated(failure);
    const wasAsked = this.#status !== "looking-up";
    this.#status = "over";
    this.#world.landed(this);
    const callers = this.#callers.fail(error);
    if (!wasAsked) return;
    const durationMs = this.#world.clock.now() - this.#startedAt;
    this.#events.failed({ durationMs, queuedMs: this.#queuedMs, attempts: this.#attempts, callers }, error);
  }
}

/** What a provider is told of an attempt; a signal is made only for one that asks for it. */
class AttemptOptions implements ProviderCallOptions {
  readonly end: AttemptAbort;
  readonly headers?: Readonly<Record<string, string>>;

  constructor(end: AttemptAbort, headers: Readonly<Record<string, string>> | undefined) {
    this.end = end;
    if (headers !== undefined) this.headers = headers;
  }

  get signal(): AbortSignal {
    return this.end.signal;
  }
}
