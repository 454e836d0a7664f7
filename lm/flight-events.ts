// What one flight tells of itself. With nobody listening each telling costs one comparison.
// Knows nothing of how a flight proceeds.
import { type BaseError, newId } from "../runtime/base/index.ts";
import type { LmErrorPlace } from "./errors.ts";
import type { LmCallAbout, LmEventSink } from "./events.ts";
import type { Cost } from "./prices.ts";
import type { LmUsage } from "./request.ts";

/** How long a flight took. */
export interface FlightTimes {
  readonly durationMs: number;
  readonly queuedMs: number;
  readonly attempts: number;
  readonly callers: number;
}

/** The events of one flight; started, stopped and failed share a span. */
export class FlightEvents {
  readonly #sink: LmEventSink | undefined;
  readonly #place: LmErrorPlace;
  readonly #identity: string;
  readonly #parentSpanId: string | undefined;
  #spanId: string | undefined;

  constructor(sink: LmEventSink | undefined, place: LmErrorPlace, identity: string, parentSpanId: string | undefined) {
    this.#sink = sink;
    this.#place = place;
    this.#identity = identity;
    this.#parentSpanId = parentSpanId;
  }

  started(inFlight: () => number, queued: () => number): void {
    if (this.#sink?.has("lm.call.started") !== true) return;
    this.#sink.emit("lm.call.started", { inFlight: inFlight(), queued: queued() }, this.#about(), this.#span());
  }

  retried(attempt: number, delayMs: number, error: BaseError): void {
    if (this.#sink?.has("lm.call.retried") !== true) return;
    this.#sink.emit("lm.call.retried", { attempt, delayMs }, { ...this.#about(), code: error.code }, this.#span());
  }

  stopped(times: FlightTimes, usage: LmUsage | undefined, costUsd: Cost): void {
    if (this.#sink?.has("lm.call.stopped") !== true) return;
    const tokens = usage === undefined ? {} : { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens };
    const cost = costUsd === "unknown" ? {} : { costUsd };
    this.#sink.emit("lm.call.stopped", { ...times, ...tokens, ...cost }, this.#about(), this.#span());
  }

  failed(times: FlightTimes, error: BaseError): void {
    if (this.#sink?.has("lm.call.failed") !== true) return;
    this.#sink.emit("lm.call.failed", { ...times }, { ...this.#about(), code: error.code }, this.#span());
  }

  hit(durationMs: number, callers: number): void {
    if (this.#sink?.has("lm.cache.hit") !== true) return;
    this.#sink.emit("lm.cache.hit", { durationMs, callers }, this.#about(), this.#span());
  }

  #about(): LmCallAbout {
    return { provider: this.#place.provider, model: this.#place.model, identity: this.#identity };
  }

  #span(): { readonly spanId: string; readonly parentSpanId?: string } {
    this.#spanId ??= newId("lmcall");
    const spanId = this.#spanId;
    return this.#parentSpanId === undefined ? { spanId } : { spanId, parentSpanId: this.#parentSpanId };
  }
}
