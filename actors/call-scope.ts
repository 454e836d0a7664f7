// Where a run's LM calls happen and what they add up to: one scope per example (or per call of a program outside any run).
// Knows nothing of stores and pools.
import type { ExampleMeasures } from "../evaluate/index.ts";

/** The place in a run that LM calls are recorded under, and found again by. */
export interface CallPlace {
  readonly runId: string;
  /** Such as `seed -1`; `"-"` outside any trial. */
  readonly trialId: string;
  /** `"-"` outside any data set. */
  readonly exampleId: string;
}

/** What is known of one finished LM call. */
export interface CallCost {
  readonly costUsd: number | "unknown";
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Counts the requests of one identity at one place, and adds up what they cost.
 *
 * The count is what tells two equal requests of one module apart, whatever order parallel calls arrive in.
 */
export class CallScope {
  readonly place: CallPlace;
  readonly #ordinals = new Map<string, number>();
  #lmCalls = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  #costUsd: number | "unknown" = 0;
  #recordingFailure: { readonly error: unknown } | undefined;

  constructor(place: CallPlace) {
    this.place = place;
  }

  /** How many requests of this identity this module has made here before. Counts this one. */
  nextOrdinal(modulePath: string, identity: string): number {
    const key = `${modulePath} ${identity}`;
    const ordinal = this.#ordinals.get(key) ?? 0;
    this.#ordinals.set(key, ordinal + 1);
    return ordinal;
  }

  /** Adds one call, replayed ones at the cost they had. One unknown price makes the sum unknown. */
  add(cost: CallCost): void {
    this.#lmCalls += 1;
    this.#inputTokens += cost.inputTokens;
    this.#outputTokens += cost.outputTokens;
    this.#costUsd =
      this.#costUsd === "unknown" || cost.costUsd === "unknown" ? "unknown" : this.#costUsd + cost.costUsd;
  }

  /**
   * Waits for the record's side of a call, and hands on what it comes to.
   *
   * Its failure is the run's, not the example's: what the program makes of it must not count as its outcome.
   */
  async recorded<Value>(work: Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      this.#recordingFailure ??= { error };
      throw error;
    }
  }

  /** Throws what a call could not be recorded for, if there was such a call. */
  assertRecorded(): void {
    if (this.#recordingFailure !== undefined) throw this.#recordingFailure.error;
  }

  /** What the scope's calls add up to so far. */
  measures(durationMs: number): ExampleMeasures {
    return {
      durationMs,
      costUsd: this.#costUsd,
      lmCalls: this.#lmCalls,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
    };
  }
}
