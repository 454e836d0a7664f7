// The record of a hypothesis: what somebody wants to know, before any experiment.
// Knows nothing of how it is tested.
import type { JsonObject } from "../../runtime/base/index.ts";
import { count, id, jsonObject, listOf, oneOf, optional, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** A hypothesis as it is kept. Written again when its status changes. */
export interface HypothesisRecord extends RecordHead<"hypothesis"> {
  readonly hypothesisId: string;
  /** The question in words: "Does bootstrapping demos beat no demos on tickets?" */
  readonly researchQuestion: string;
  /** What is expected to be seen, in words. */
  readonly prediction: string;
  /** What is varied, such as `demos` or `instructions`. */
  readonly independentVariables: readonly string[];
  /** What is measured, such as `accuracy` or `latency`. */
  readonly dependentVariables: readonly string[];
  /** Such as `comparative` or `exploratory`. */
  readonly hypothesisType: string;
  readonly status: "proposed" | "active" | "validated" | "rejected";
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly metadata?: JsonObject;
}

/** The kind `hypothesis`. */
export const hypothesisKind = defineKind<HypothesisRecord>()({
  kind: "hypothesis",
  version: 1,
  keyFields: ["hypothesisId"],
  fields: {
    hypothesisId: id,
    researchQuestion: text,
    prediction: text,
    independentVariables: listOf(text),
    dependentVariables: listOf(text),
    hypothesisType: text,
    status: oneOf("proposed", "active", "validated", "rejected"),
    createdAt: count,
    metadata: optional(jsonObject),
  },
});
