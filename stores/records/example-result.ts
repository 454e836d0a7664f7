// The record of one example's outcome in one trial of one run: what was predicted, what it scored, what it took.
// Knows nothing of metrics or reports.
import type { ErrorRecord, JsonObject, JsonValue } from "../../runtime/base/index.ts";
import {
  type Check,
  cost,
  count,
  eitherOf,
  errorRecord,
  finite,
  id,
  json,
  jsonObject,
  oneOf,
  optional,
  shape,
  text,
} from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** How an example ended. A failure is never a score. */
export type RecordedOutcome =
  | { readonly status: "scored"; readonly scores: JsonValue }
  | { readonly status: "unscored"; readonly reason: string }
  | { readonly status: "failed"; readonly error: ErrorRecord };

/** What an example took. */
export interface RecordedMeasures {
  readonly durationMs: number;
  /** US dollars. */
  readonly costUsd: number | "unknown";
  readonly lmCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** One example's result as it is kept. */
export interface ExampleResultRecord extends RecordHead<"example-result"> {
  readonly runId: string;
  /** The trial it belongs to, or the run's one word where there are no trials. */
  readonly trialId: string;
  /** Any text at all. */
  readonly exampleId: string;
  /** Its position in the plan, from 0. */
  readonly index: number;
  readonly outcome: RecordedOutcome;
  readonly measures: RecordedMeasures;
  /** The program's outputs; null where there were none. */
  readonly prediction: JsonValue;
  /** The example's inputs, where the data set cannot be read again. */
  readonly inputs?: JsonObject;
  /** The steps of the program, where they were kept. */
  readonly trace?: JsonValue;
  /** Milliseconds since 1970. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** The piece of work in the event log. */
  readonly spanId?: string;
}

type Scored = Extract<RecordedOutcome, { status: "scored" }>;
type Unscored = Extract<RecordedOutcome, { status: "unscored" }>;
type Failed = Extract<RecordedOutcome, { status: "failed" }>;

const outcome: Check<RecordedOutcome> = eitherOf(
  shape<Scored>({ status: oneOf("scored"), scores: json }),
  eitherOf(
    shape<Unscored>({ status: oneOf("unscored"), reason: text }),
    shape<Failed>({ status: oneOf("failed"), error: errorRecord }),
  ),
);

/** The kind `example-result`. */
export const exampleResultKind = defineKind<ExampleResultRecord>()({
  kind: "example-result",
  version: 1,
  keyFields: ["runId", "trialId", "exampleId"],
  fields: {
    runId: id,
    trialId: text,
    exampleId: text,
    index: count,
    outcome,
    measures: shape<RecordedMeasures>({
      durationMs: finite,
      costUsd: cost,
      lmCalls: count,
      inputTokens: count,
      outputTokens: count,
    }),
    prediction: json,
    inputs: optional(jsonObject),
    trace: optional(json),
    startedAt: optional(count),
    endedAt: optional(count),
    spanId: optional(text),
  },
});
