// Stops asking a provider that keeps failing, and probes now and then whether it is back. Built on opossum.
// Knows nothing of HTTP: which errors are the provider's faults is said by their codes.
import { EventEmitter } from "node:events";
import CircuitBreaker from "opossum";
import { type Clock, errorCode, isBaseError, systemClock } from "../runtime/base/index.ts";

/** When a breaker opens and how it recovers. */
export interface BreakerOptions {
  /** Share of failed attempts, in percent, above which it opens. Default 50. */
  readonly failurePercent?: number;
  /** Attempts that the last `windowMs` must hold before it may open. Default 5. */
  readonly minAttempts?: number;
  /** The time that is looked back on. Default 10,000 ms. */
  readonly windowMs?: number;
  /** How long it stays open before it lets a probe through. Default 15,000 ms. */
  readonly resetMs?: number;
  /** Moves the window. Default the machine's. */
  readonly clock?: Clock;
  /** Hears each change of state. */
  readonly onChange?: (state: BreakerState, failures: number) => void;
}

/** `half-open`: one probe is let through, everything else is refused. */
export type BreakerState = "closed" | "half-open" | "open";

const BUCKETS = 10;
const FAULTS: ReadonlySet<string> = new Set(["LM_TRANSPORT_FAILED", "LM_TIMEOUT", "LM_SERVER_FAILED"]);

/** Whether an error speaks against the provider: network, timeout, 5xx. A 4xx, a 429 or an abort does not. */
export function isProviderFault(error: unknown): boolean {
  return FAULTS.has(errorCode(error));
}

const REFUSALS: ReadonlySet<string> = new Set(["EOPENBREAKER", "ESHUTDOWN"]);

/** Whether an attempt was refused by its breaker, which has not asked the provider. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && !isBaseError(error) && REFUSALS.has(String(error.code));
}

/** The breaker of one provider and model. */
export class Breaker {
  readonly resetMs: number;
  readonly #clock: Clock;
  readonly #bucketMs: number;
  readonly #rotation = new EventEmitter();
  readonly #opossum: CircuitBreaker<[() => Promise<unknown>], unknown>;
  #bucketAt: number;

  constructor(options: BreakerOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.resetMs = options.resetMs ?? 15_000;
    const windowMs = options.windowMs ?? 10_000;
    this.#bucketMs = windowMs / BUCKETS;
    this.#bucketAt = this.#clock.now();
    this.#opossum = new CircuitBreaker<[() => Promise<unknown>], unknown>((attempt) => attempt(), {
      name: "lm",
      // Deadlines are the pool's. opossum's timer would double the cost of an attempt.
      timeout: false,
      errorThresholdPercentage: options.failurePercent ?? 50,
      volumeThreshold: options.minAttempts ?? 5,
      rollingCountTimeout: windowMs,
      rollingCountBuckets: BUCKETS,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      resetTimeout: this.resetMs,
      // Given a controller opossum sets no interval of its own; the buckets turn when attempts are made.
      rotateBucketController: this.#rotation,
      errorFilter: (error: unknown) => !this.#speaksAgainst(error),
    });
    const tell = (state: BreakerState) => () => options.onChange?.(state, this.#opossum.stats.failures);
    this.#opossum.on("open", tell("open"));
    this.#opossum.on("halfOpen", tell("half-open"));
    this.#opossum.on("close", tell("closed"));
  }

  get state(): BreakerState {
    if (this.#opossum.opened) return "open";
    return this.#opossum.halfOpen ? "half-open" : "closed";
  }

  /**
   * Makes an attempt unless the breaker refuses it. Rejects with what the attempt rejects with, or with a refusal.
   *
   * Not an async function, which would put a frame and three turns of the microtask queue around every attempt.
   */
  run<T>(attempt: () => Promise<T>): Promise<T> {
    this.#turnBuckets();
    // fire answers with what its action answered, which is `attempt` alone.
    return this.#opossum.fire(attempt) as Promise<T>;
  }

  /** Takes the timers away. A disposed breaker refuses everything. */
  dispose(): void {
    this.#opossum.shutdown();
  }

  #speaksAgainst(error: unknown): boolean {
    // opossum closes on any error it is told to overlook. A probe that was aborted proves nothing: stay open.
    if (this.#opossum.halfOpen && errorCode(error) === "LM_ABORTED") return true;
    return isProviderFault(error);
  }

  #turnBuckets(): void {
    const turns = Math.floor((this.#clock.now() - this.#bucketAt) / this.#bucketMs);
    if (turns <= 0) return;
    this.#bucketAt += turns * this.#bucketMs;
    for (let turn = 0; turn < Math.min(turns, BUCKETS); turn++) this.#rotation.emit("rotate");
  }
}
