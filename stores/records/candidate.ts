// The record of a candidate: one version of a program that an optimizer proposed, and where it came from.
// Knows nothing of how candidates are scored.
import type { JsonObject } from "../../runtime/base/index.ts";
import { count, id, jsonObject, listOf, optional, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** A candidate as it is kept. */
export interface CandidateRecord extends RecordHead<"candidate"> {
  readonly runId: string;
  /** Chosen by the optimizer's own position, so that a replay gives the same. */
  readonly candidateId: string;
  /** Content hash of `programState`. */
  readonly programHash: string;
  /** The parameters as JSON, in DSPy's shape. */
  readonly programState: JsonObject;
  /** What was changed and why. */
  readonly proposal?: JsonObject;
  /** Candidates that it was made from; none for the student itself. */
  readonly parents: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** The kind `candidate`. */
export const candidateKind = defineKind<CandidateRecord>()({
  kind: "candidate",
  version: 1,
  keyFields: ["runId", "candidateId"],
  fields: {
    runId: id,
    candidateId: text,
    programHash: text,
    programState: jsonObject,
    proposal: optional(jsonObject),
    parents: listOf(text),
    createdAt: count,
  },
});
