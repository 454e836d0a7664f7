// The record of a decision: why an optimizer did what it did, as it said it.
// Knows nothing of any optimizer.
import type { JsonObject } from "../../runtime/base/index.ts";
import { count, id, jsonObject, optional, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** A decision as it is kept. */
export interface DecisionRecord extends RecordHead<"decision"> {
  readonly runId: string;
  /** Counts the decisions of the run from 0; a replay takes the same again and writes over its own. */
  readonly ordinal: number;
  /** What was decided about, such as `demo-kept`. */
  readonly decisionKind: string;
  readonly facts: JsonObject;
  readonly trialId?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The kind `decision`. */
export const decisionKind = defineKind<DecisionRecord>()({
  kind: "decision",
  version: 1,
  keyFields: ["runId", "ordinal"],
  fields: {
    runId: id,
    ordinal: count,
    decisionKind: text,
    facts: jsonObject,
    trialId: optional(text),
    at: count,
  },
});
