// Learns from 429 answers how many requests per second a provider takes, and paces by it.
// Knows nothing of queues, timers or concurrency. Times come in as milliseconds of one clock.
import { SendLog } from "./send-log.ts";

// Limit: 6 % below what was measured. At 20 per second it takes 59 ms of jitter on the way to bring 21 requests into one window.
const MARGIN = 0.94;
// How much of the pace is kept at least, and at most, each time the provider refuses it: less where it was refused again soon.
const MIN_KEPT = 0.5;
const MAX_KEPT = 0.95;
const MAX_KEPT_SOON = 0.85;
const SOON_WINDOWS = 5;
// A refusal that names no time is measured over this window; a named one over at least this.
const MIN_WINDOW_MS = 1000;
// Time without a refusal before a faster pace is tried, doubled whenever the trial is refused.
const FIRST_HOLD_MS = 15_000;
const MAX_HOLD_MS = 300_000;
const GROWTH_PER_SECOND = 1.1;
// Sends that a late timer may catch up on, in seconds of the pace.
const CATCH_UP_SECONDS = 0.005;

/**
 * A pace that is learned.
 *
 * Refusals of requests that were under way together are one refusal (an *epoch*). At an epoch's end the pace becomes what the
 * provider was seen to take in the window that Retry-After names. Where the pace was refused before such a window was over,
 * it becomes what was taken since the epoch before, pause included: a bucket that refills had been filled by the pause alone.
 */
export class LearnedRate {
  readonly #log = new SendLog();
  #perSecond = Number.POSITIVE_INFINITY;
  #tokens = 1;
  #tokensAt = 0;
  #epochAt = Number.NEGATIVE_INFINITY;
  #previousEpochAt = Number.NEGATIVE_INFINITY;
  #resumedAt = Number.NEGATIVE_INFINITY;
  #refusedInEpoch = 0;
  #sentSincePreviousEpoch = 0;
  #sentSinceEpoch = 0;
  #windowMs = MIN_WINDOW_MS;
  #learning = false;
  #holdMs = FIRST_HOLD_MS;
  #grownTo = 0;

  /** Requests per second that are let through, as of the last send; Infinity until a limit was met. */
  get perSecond(): number {
    return this.#perSecond;
  }

  /** Milliseconds from `now` until the next send keeps the pace; 0 for at once. */
  waitMs(now: number): number {
    if (this.#learning) this.#learn(now);
    if (this.#perSecond === Number.POSITIVE_INFINITY) return 0;
    this.#refill(now);
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) / this.#perSecond) * 1000;
  }

  /** Notes that a request is sent. */
  sent(now: number): void {
    this.#log.add(now);
    this.#sentSinceEpoch++;
    if (this.#perSecond !== Number.POSITIVE_INFINITY) this.#tokens -= 1;
  }

  /**
   * Notes that a request sent at `sentAt` was refused for its rate; tells whether this is a new epoch.
   * `retryAfterMs` is what the provider named, if it did.
   */
  refused(sentAt: number, now: number, retryAfterMs: number | undefined): boolean {
    if (sentAt <= this.#epochAt) {
      this.#refusedInEpoch++;
      if (retryAfterMs !== undefined) this.#windowMs = Math.max(this.#windowMs, retryAfterMs);
      return false;
    }
    if (this.#learning) this.#learn(now);
    // A refusal while the pace was being raised: the limit is where it was, so it is tried less often.
    if (this.#grownTo > this.#epochAt + this.#holdMs) this.#holdMs = Math.min(MAX_HOLD_MS, this.#holdMs * 2);
    this.#previousEpochAt = this.#epochAt;
    this.#epochAt = now;
    this.#sentSincePreviousEpoch = this.#sentSinceEpoch;
    this.#sentSinceEpoch = 0;
    this.#refusedInEpoch = 1;
    this.#windowMs = Math.max(MIN_WINDOW_MS, retryAfterMs ?? 0);
    this.#learning = true;
    return true;
  }

  // Runs at the first look after the pause, not at the refusal: only then are the answers of those sent together known.
  #learn(now: number): void {
    this.#learning = false;
    const before = this.#perSecond;
    const activeMs = this.#epochAt - this.#resumedAt;
    const isFirst = before === Number.POSITIVE_INFINITY;
    let pace: number;
    if (!isFirst && activeMs < this.#windowMs) {
      const accepted = Math.max(0, this.#sentSincePreviousEpoch - this.#refusedInEpoch);
      pace = accepted / ((this.#epochAt - this.#previousEpochAt) / 1000);
    } else {
      const { sends, spanMs } = this.#log.countIn(this.#windowMs, this.#epochAt);
      pace = (MARGIN * Math.max(1, sends - this.#refusedInEpoch)) / (spanMs / 1000);
    }
    const maxKept = activeMs < SOON_WINDOWS * this.#windowMs ? MAX_KEPT_SOON : MAX_KEPT;
    const kept = isFirst ? pace : Math.min(before * maxKept, Math.max(before * MIN_KEPT, pace));
    // Once per named time may always be asked: it is what the provider offers, and without it a long storm would end in silence.
    this.#perSecond = Math.max(1000 / this.#windowMs, kept);
    this.#tokens = 1;
    this.#tokensAt = now;
    this.#grownTo = now;
    this.#resumedAt = now;
  }

  #refill(now: number): void {
    const growFrom = Math.max(this.#grownTo, this.#epochAt + this.#holdMs);
    if (now > growFrom) {
      this.#perSecond *= GROWTH_PER_SECOND ** ((now - growFrom) / 1000);
      this.#grownTo = now;
    }
    const capacity = 1 + this.#perSecond * CATCH_UP_SECONDS;
    this.#tokens = Math.min(capacity, this.#tokens + ((now - this.#tokensAt) / 1000) * this.#perSecond);
    this.#tokensAt = now;
  }
}
