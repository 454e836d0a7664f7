// What became of one example: scored, unscored or failed, as plain JSON that can be stored.
// Knows nothing of who ran the program, of retries, or of how outcomes add up.
import type { ErrorRecord, JsonObject } from "../runtime/base/index.ts";

/** What one metric said about one prediction. */
export interface Score {
  /** Finite; larger is better. `true` reads 1 and `false` 0. */
  readonly score: number;
  /** Why, in words an optimizer may show to a model. */
  readonly feedback?: string;
  /** Whatever else the metric found out. */
  readonly details?: JsonObject;
}

/**
 * What became of one example. A failure is never a score of 0, and a score is never NaN.
 *
 * `scored`: the primary metric gave a score. `unscored`: the program answered, but the primary metric abstained.
 * `failed`: the program or a metric threw, or the deadline passed.
 */
export type Outcome =
  | {
      readonly status: "scored";
      /** By metric name. A metric other than the primary that abstained is absent. */
      readonly scores: Readonly<Record<string, Score>>;
    }
  | {
      readonly status: "unscored";
      readonly reason: string;
      /** What the other metrics said. Absent where there is one metric only. */
      readonly scores?: Readonly<Record<string, Score>>;
    }
  | { readonly status: "failed"; readonly error: ErrorRecord };

/** What one example cost. Differs from run to run, so it stands apart from the outcome. */
export interface ExampleMeasures {
  /** From the start of the program to its answer, queues included. */
  readonly durationMs: number;
  /** `"unknown"` as soon as one call's price is unknown; never 0 for it. */
  readonly costUsd: number | "unknown";
  readonly lmCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** One line of an evaluation's record: an example, what the program said, and what that was worth. */
export interface ExampleResult {
  readonly exampleId: string;
  readonly outcome: Outcome;
  /** The prediction's outputs. Absent where the program failed. */
  readonly prediction?: JsonObject;
  readonly measures: ExampleMeasures;
}

/** The measures of an example that never ran. */
export const noMeasures: ExampleMeasures = { durationMs: 0, costUsd: 0, lmCalls: 0, inputTokens: 0, outputTokens: 0 };
