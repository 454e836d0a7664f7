// The record of one event: a line of the event log.
// Knows nothing of the bus it was heard on.
import type { JsonObject } from "../../runtime/base/index.ts";
import { count, id, jsonObject, optional, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** An event as it is kept. One log belongs to one life of one recorder, since `seq` starts again with each system. */
export interface EventRecord extends RecordHead<"event"> {
  /** When the log was begun, milliseconds since 1970. First in the key, so that logs lie in the order of their beginnings. */
  readonly logStartedAt: number;
  readonly logId: string;
  /** The event's own number in its system. */
  readonly seq: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly source: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly measures: JsonObject;
  readonly about: JsonObject;
}

/** The kind `event`. */
export const eventKind = defineKind<EventRecord>()({
  kind: "event",
  version: 1,
  keyFields: ["logStartedAt", "logId", "seq"],
  fields: {
    logStartedAt: count,
    logId: id,
    seq: count,
    type: text,
    at: count,
    source: text,
    spanId: optional(text),
    parentSpanId: optional(text),
    measures: jsonObject,
    about: jsonObject,
  },
});
