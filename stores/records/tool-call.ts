// The record of one call of a tool: where in a run it was made, with what, and what came back or how it failed.
// Holds references to arguments and result, never their text.
import type { ErrorRecord } from "../../runtime/base/index.ts";
import { type Check, count, eitherOf, errorRecord, finite, hash, optional, shape, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";
import { callPlaceFields, callPlaceKey, type RecordedCallPlace } from "./call-place.ts";

/** What a program saw of a call of a tool: the payload hash of its result, or the failure. */
export type ToolCallOutcome = { readonly result: string } | { readonly error: ErrorRecord };

/** A call of a tool as it is kept. */
export interface ToolCallRecord extends RecordHead<"tool-call">, RecordedCallPlace {
  readonly toolName: string;
  /** Payload hash of the arguments. */
  readonly args: string;
  readonly outcome: ToolCallOutcome;
  readonly durationMs: number;
  /** Milliseconds since 1970. */
  readonly startedAt?: number;
}

const outcome: Check<ToolCallOutcome> = eitherOf(
  shape<{ readonly result: string }>({ result: hash }),
  shape<{ readonly error: ErrorRecord }>({ error: errorRecord }),
);

/** The kind `tool-call`. */
export const toolCallKind = defineKind<ToolCallRecord>()({
  kind: "tool-call",
  version: 1,
  keyFields: callPlaceKey,
  fields: {
    ...callPlaceFields,
    toolName: text,
    args: hash,
    outcome,
    durationMs: finite,
    startedAt: optional(count),
  },
});
