// Everything between a caller and one provider and model: cache, single-flight, admission, breaker, retries, deadlines.
// Knows nothing of actors: the pool actor gives it a sink for events and answers from its promises.
import { type BaseError, type Clock, KeepAlive, systemClock, thrownText } from "../runtime/base/index.ts";
import { AbortWatch } from "./abort-watch.ts";
import { Admission, type AdmissionStatus } from "./admission.ts";
import { Breaker, type BreakerOptions, type BreakerState } from "./breaker.ts";
import { LmCache, type LmCacheOptions } from "./cache.ts";
import type { LmCall, LmOutcome } from "./call.ts";
import { Deadlines } from "./deadlines.ts";
import { lmAborted, lmCircuitOpen, lmPoolClosed, lmTimeout } from "./errors.ts";
import type { LmEventSink } from "./events.ts";
import { Flight, type FlightWorld } from "./flight.ts";
import { FlightEvents } from "./flight-events.ts";
import { requestIdentity } from "./identity.ts";
import type { ModelPrice } from "./price-table.ts";
import { priceOf } from "./prices.ts";
import type { LmProvider } from "./provider.ts";
import type { RetryOptions } from "./retry-policy.ts";

/** Settings of a pool. */
export interface LmPoolOptions {
  readonly provider: LmProvider;
  /** Default: in memory, 10,000 entries. An LmCache may be shared between pools. */
  readonly cache?: "off" | LmCache | LmCacheOptions;
  /** Shared by all that send to this provider and model. Default: one of the pool's own. */
  readonly admission?: Admission;
  readonly breaker?: Omit<BreakerOptions, "clock" | "onChange">;
  readonly retries?: RetryOptions;
  /** Deadline of a call that names none, queue included. Default 120,000 ms. */
  readonly timeoutMs?: number;
  /** Longest that one attempt may take before it counts as hung and is made again. Default 60,000 ms. */
  readonly attemptTimeoutMs?: number;
  /** Prices by `provider/model`, looked at before the built-in table. */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
  /** Closes the provider's connections with the pool. Default false: the provider may be shared. */
  readonly ownsProvider?: boolean;
  readonly clock?: Clock;
  /** Chance for jitter, in [0, 1). Default Math.random. */
  readonly random?: () => number;
  readonly events?: LmEventSink;
}

/** How a pool stands, for people and dashboards. */
export interface LmPoolStatus extends AdmissionStatus {
  readonly provider: string;
  readonly model: string;
  readonly breaker: BreakerState;
}

/** A pool of calls to one provider and model. */
export class LmPool {
  readonly #provider: LmProvider;
  readonly #place: { readonly provider: string; readonly model: string };
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #flights = new Map<string, Flight>();
  readonly #keepAlive = new KeepAlive();
  readonly #world: FlightWorld;
  readonly #ownsProvider: boolean;
  readonly #unwatch: () => void;
  #status: "open" | "closed" = "open";

  constructor(options: LmPoolOptions) {
    const { provider, events } = options;
    this.#provider = provider;
    this.#place = { provider: provider.providerName, model: provider.modelName };
    this.#clock = options.clock ?? systemClock;
    this.#timeoutMs = options.timeoutMs ?? 120_000;
    this.#ownsProvider = options.ownsProvider ?? false;
    const random = options.random ?? Math.random;
    const { cache: given = {} } = options;
    const cache = given === "off" ? undefined : given instanceof LmCache ? given : new LmCache(given);
    const admission = options.admission ?? new Admission({ clock: this.#clock, random });
    this.#world = {
      provider,
      place: this.#place,
      cache,
      admission,
      breaker: new Breaker({
        ...options.breaker,
        clock: this.#clock,
        onChange: (state, failures) => this.#breakerChanged(state, failures, events),
      }),
      deadlines: new Deadlines(this.#clock),
      aborts: new AbortWatch(),
      retries: options.retries ?? {},
      attemptTimeoutMs: options.attemptTimeoutMs ?? 60_000,
      price: priceOf(`${provider.providerName}/${provider.modelName}`, options.prices),
      clock: this.#clock,
      random,
      events,
      landed: (flight) => {
        if (this.#flights.get(flight.identity) === flight) this.#flights.delete(flight.identity);
        if (this.#flights.size === 0) this.#keepAlive.release();
      },
    };
    const unwatchCache = cache?.watch((error, tier) => {
      if (events?.has("lm.cache.failed") !== true) return;
      const message = thrownText(error);
      events.emit("lm.cache.failed", {}, { ...this.#place, tier, message });
    });
    const unwatchAdmission = admission.watch(({ reason, ...measures }) => {
      if (events?.has("lm.admission.throttled") !== true) return;
      events.emit("lm.admission.throttled", measures, { ...this.#place, reason });
    });
    this.#unwatch = () => {
      unwatchCache?.();
      unwatchAdmission();
    };
  }

  get status(): LmPoolStatus {
    return { ...this.#place, breaker: this.#world.breaker.state, ...this.#world.admission.status };
  }

  /**
   * Answers a request: from the cache, from the same request already under way, or from the provider.
   *
   * Rejects with the codes of `docs/reference/errors/lm.md`.
   */
  complete(call: LmCall): Promise<LmOutcome> {
    if (this.#status === "closed") return Promise.reject(lmPoolClosed(this.#place));
    const now = this.#clock.now();
    let identity: string;
    try {
      identity = call.identity ?? requestIdentity(this.#provider, call.request);
    } catch (error) {
      // A request that is no JSON is the caller's mistake, told in the way that all failures of a call are told.
      return Promise.reject(error);
    }
    const { cache } = this.#world;
    if (cache?.mayRecall(identity) === true && !this.#flights.has(identity)) {
      return this.#recall(cache, call, identity, now);
    }
    return this.#fly(call, identity, now);
  }

  /**
   * Answers from memory without a flight: nothing is shared, and neither deadline nor signal has time to pass.
   * Rejected: a flight for every call. It costs a hit as much as all the rest of its way.
   */
  async #recall(cache: LmCache, call: LmCall, identity: string, startedAt: number): Promise<LmOutcome> {
    const { deadlineAt } = call;
    this.#throwIfAborted(call);
    if (deadlineAt !== undefined && deadlineAt <= startedAt) throw lmTimeout(this.#place, 0, "queued");
    const response = await cache.recall(identity);
    if (this.#status === "closed") throw lmPoolClosed(this.#place);
    if (response === undefined) return this.#fly(call, identity, startedAt);
    this.#throwIfAborted(call);
    const durationMs = this.#clock.now() - startedAt;
    const { events } = this.#world;
    if (events?.has("lm.cache.hit") === true) {
      new FlightEvents(events, this.#place, identity, call.parentSpanId).hit(durationMs, 1);
    }
    return { response, identity, from: "cache", costUsd: 0, attempts: 0, queuedMs: 0, durationMs };
  }

  #throwIfAborted({ signal }: LmCall): void {
    if (signal?.aborted === true) throw lmAborted(this.#place, signal.reason);
  }

  #fly(call: LmCall, identity: string, now: number): Promise<LmOutcome> {
    let flight = this.#flights.get(identity);
    const isNew = flight === undefined;
    if (flight === undefined) {
      flight = new Flight(this.#world, identity, call, now);
      this.#flights.set(identity, flight);
      if (this.#flights.size === 1) this.#keepAlive.hold();
    }
    const outcome = flight.join(call, call.deadlineAt ?? now + this.#timeoutMs, now);
    if (isNew) flight.start();
    return outcome;
  }

  /** Ends every call with `reason` (LM_POOL_CLOSED if none), destroys their sockets and gives the timers back. A second time does nothing. */
  close(reason?: BaseError): void {
    if (this.#status === "closed") return;
    this.#status = "closed";
    this.#unwatch();
    const error = reason ?? lmPoolClosed(this.#place);
    for (const flight of [...this.#flights.values()]) flight.end(error);
    this.#world.deadlines.clear();
    this.#keepAlive.dispose();
    this.#world.breaker.dispose();
    if (this.#ownsProvider) void this.#provider.close?.();
  }

  #breakerChanged(state: BreakerState, failures: number, events: LmEventSink | undefined): void {
    const { resetMs } = this.#world.breaker;
    if (state === "open") {
      const error = lmCircuitOpen(this.#place, resetMs);
      for (const flight of [...this.#flights.values()]) flight.endIfQueued(error);
    }
    if (state === "open" && events?.has("lm.breaker.opened")) {
      events.emit("lm.breaker.opened", { failures, resetMs }, this.#place);
    }
    if (state === "half-open" && events?.has("lm.breaker.half-opened"))
      events.emit("lm.breaker.half-opened", {}, this.#place);
    if (state === "closed" && events?.has("lm.breaker.closed")) events.emit("lm.breaker.closed", {}, this.#place);
  }
}
