// The record of a run: one evaluation, one optimization or one stretch of a program's own calls. Written before its first call.
// Knows nothing of how runs are resumed.
import type { ErrorRecord, JsonObject, JsonValue } from "../../runtime/base/index.ts";
import { count, errorRecord, id, json, jsonObject, listOf, oneOf, optional, shape, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** Where a run's program was taken from, so that another process can take it again. */
export interface RunSource {
  readonly modulePath: string;
  readonly exportName: string;
  readonly args: readonly string[];
  /** Hash over the module and its relative imports. */
  readonly moduleHash: string;
}

/** A run as it is kept. Written again when its status changes. */
export interface RunRecord extends RecordHead<"run"> {
  readonly runId: string;
  readonly runKind: "evaluation" | "optimization" | "program";
  readonly experimentId?: string;
  readonly status: "running" | "completed" | "failed" | "cancelled";
  readonly programName: string;
  /** Content hash of the program's state at the start. */
  readonly programHash: string;
  readonly programState?: JsonObject;
  /** A caller's own word for the version of its code; compared on resume. */
  readonly programVersion?: string;
  readonly source?: RunSource;
  readonly datasetName?: string;
  readonly datasetHash?: string;
  readonly exampleCount?: number;
  readonly metricNames: readonly string[];
  readonly optimizerName?: string;
  readonly optimizerOptions?: JsonObject;
  readonly seed?: number;
  /** `provider/model` of the LMs in use. Never a key. */
  readonly lmNames?: readonly string[];
  /** Everything else that must be equal for a resume: window, failure policy, compat. */
  readonly settings?: JsonObject;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** The evaluation's report or the optimizer's result. */
  readonly report?: JsonValue;
  readonly error?: ErrorRecord;
  readonly metadata?: JsonObject;
}

/** The kind `run`. */
export const runKind = defineKind<RunRecord>()({
  kind: "run",
  version: 1,
  keyFields: ["runId"],
  fields: {
    runId: id,
    runKind: oneOf("evaluation", "optimization", "program"),
    experimentId: optional(id),
    status: oneOf("running", "completed", "failed", "cancelled"),
    programName: text,
    programHash: text,
    programState: optional(jsonObject),
    programVersion: optional(text),
    source: optional(shape<RunSource>({ modulePath: text, exportName: text, args: listOf(text), moduleHash: text })),
    datasetName: optional(text),
    datasetHash: optional(text),
    exampleCount: optional(count),
    metricNames: listOf(text),
    optimizerName: optional(text),
    optimizerOptions: optional(jsonObject),
    seed: optional(count),
    lmNames: optional(listOf(text)),
    settings: optional(jsonObject),
    startedAt: count,
    endedAt: optional(count),
    report: optional(json),
    error: optional(errorRecord),
    metadata: optional(jsonObject),
  },
});
