// The record of a trial: one candidate on one data set, from proposed to done or failed.
// Knows nothing of what a report holds.
import type { ErrorRecord, JsonObject, JsonValue } from "../../runtime/base/index.ts";
import { count, errorRecord, finite, id, json, jsonObject, oneOf, optional, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** A trial as it is kept. Written when proposed, and again when done or failed. */
export interface TrialRecord extends RecordHead<"trial"> {
  readonly runId: string;
  readonly trialId: string;
  readonly candidateId: string;
  readonly status: "proposed" | "done" | "failed";
  readonly datasetHash?: string;
  readonly proposal?: JsonObject;
  /** The evaluation's report, once done. */
  readonly report?: JsonValue;
  /** The one number by which the optimizer compares. */
  readonly score?: number;
  /** Why it failed, once failed. */
  readonly error?: ErrorRecord;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** The kind `trial`. */
export const trialKind = defineKind<TrialRecord>()({
  kind: "trial",
  version: 1,
  keyFields: ["runId", "trialId"],
  fields: {
    runId: id,
    trialId: text,
    candidateId: text,
    status: oneOf("proposed", "done", "failed"),
    datasetHash: optional(text),
    proposal: optional(jsonObject),
    report: optional(json),
    score: optional(finite),
    error: optional(errorRecord),
    startedAt: count,
    endedAt: optional(count),
  },
});
