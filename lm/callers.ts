// Those who wait for one flight, each with a deadline and a signal of its own.
// Knows nothing of what they wait for.
import type { BaseError } from "../runtime/base/index.ts";
import type { AbortPlace, AbortWatch } from "./abort-watch.ts";
import type { LmOutcome } from "./call.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import { type LmErrorPlace, lmAborted, lmTimeout } from "./errors.ts";

/** What all callers of a flight get; `now` is when. */
export interface SharedAnswer extends Omit<LmOutcome, "durationMs"> {
  readonly now: number;
}

/** What callers ask of and tell to their flight. */
export interface CallersHost {
  /** Where the call stands, to say in a timeout. */
  stage(): "queued" | "in-flight";
  /** The last caller left, for this reason. */
  onAllLeft(error: BaseError): void;
}

interface Caller {
  readonly resolve: (outcome: LmOutcome) => void;
  readonly reject: (error: BaseError) => void;
  readonly joinedAt: number;
  readonly deadlineAt: number;
  deadline: Deadline | undefined;
  watched: AbortPlace | undefined;
}

/** The callers of one flight. */
export class Callers {
  readonly #deadlines: Deadlines;
  readonly #aborts: AbortWatch;
  readonly #place: LmErrorPlace;
  readonly #host: CallersHost;
  readonly #waiting = new Set<Caller>();

  constructor(deadlines: Deadlines, aborts: AbortWatch, place: LmErrorPlace, host: CallersHost) {
    this.#deadlines = deadlines;
    this.#aborts = aborts;
    this.#place = place;
    this.#host = host;
  }

  /** The time after which nobody waits any more. */
  get latestDeadlineAt(): number {
    let latest = Number.NEGATIVE_INFINITY;
    for (const caller of this.#waiting) latest = Math.max(latest, caller.deadlineAt);
    return latest;
  }

  /** Adds a caller; settles with the flight, or earlier with LM_ABORTED or LM_TIMEOUT. */
  add(signal: AbortSignal | undefined, deadlineAt: number, now: number): Promise<LmOutcome> {
    return new Promise((resolve, reject) => {
      const caller: Caller = {
        resolve,
        reject,
        joinedAt: now,
        deadlineAt,
        deadline: undefined,
        watched: undefined,
      };
      this.#waiting.add(caller);
      if (signal?.aborted === true) {
        this.#leave(caller, lmAborted(this.#place, signal.reason));
        return;
      }
      if (deadlineAt <= now) {
        this.#leave(caller, lmTimeout(this.#place, 0, "queued"));
        return;
      }
      if (signal !== undefined) {
        caller.watched = this.#aborts.add(signal, () => this.#leave(caller, lmAborted(this.#place, signal.reason)));
      }
      if (deadlineAt < Number.POSITIVE_INFINITY) {
        caller.deadline = this.#deadlines.add(deadlineAt, () =>
          this.#leave(caller, lmTimeout(this.#place, deadlineAt - now, this.#host.stage())),
        );
      }
    });
  }

  /** Answers all who wait. Returns how many waited. */
  answer(answer: SharedAnswer): number {
    const count = this.#waiting.size;
    // One caller pays, so that the costs of all calls add up to the bill.
    let from = answer.from;
    for (const caller of this.#waiting) {
      this.#release(caller);
      caller.resolve(outcomeOf(answer, from, caller.joinedAt, answer.now));
      if (from === "provider") from = "flight";
    }
    this.#waiting.clear();
    return count;
  }

  /** Rejects all who wait. Returns how many waited. */
  fail(error: BaseError): number {
    const count = this.#waiting.size;
    for (const caller of this.#waiting) {
      this.#release(caller);
      caller.reject(error);
    }
    this.#waiting.clear();
    return count;
  }

  #leave(caller: Caller, error: BaseError): void {
    if (!this.#waiting.delete(caller)) return;
    this.#release(caller);
    caller.reject(error);
    if (this.#waiting.size === 0) this.#host.onAllLeft(error);
  }

  #release(caller: Caller): void {
    if (caller.deadline !== undefined) this.#deadlines.remove(caller.deadline);
    if (caller.watched !== undefined) this.#aborts.remove(caller.watched);
  }
}

function outcomeOf(answer: SharedAnswer, from: LmOutcome["from"], joinedAt: number, now: number): LmOutcome {
  const durationMs = now - joinedAt;
  return {
    response: answer.response,
    identity: answer.identity,
    from,
    costUsd: from === "provider" ? answer.costUsd : 0,
    attempts: answer.attempts,
    // A caller who joined late has not waited longer than it was there.
    queuedMs: Math.min(answer.queuedMs, durationMs),
    durationMs,
  };
}
