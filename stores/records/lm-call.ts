// The record of one LM call: where in a run it was asked, what was asked, what came back or how it failed, and what it cost.
// Holds references to prompt and response, never their text.
import type { ErrorRecord } from "../../runtime/base/index.ts";
import {
  type Check,
  cost,
  count,
  eitherOf,
  errorRecord,
  finite,
  hash,
  oneOf,
  optional,
  shape,
  text,
} from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";
import { callPlaceFields, callPlaceKey, type RecordedCallPlace } from "./call-place.ts";

/** What a program saw of its LM call: the payload hash of the response, or the failure. */
export type LmCallOutcome = { readonly response: string } | { readonly error: ErrorRecord };

/** Tokens as the provider counted them. */
export interface RecordedUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
}

/** An LM call as it is kept. */
export interface LmCallRecord extends RecordHead<"lm-call">, RecordedCallPlace {
  /** Payload hash of the request. */
  readonly request: string;
  readonly outcome: LmCallOutcome;
  readonly from: "provider" | "cache" | "flight";
  readonly providerName?: string;
  readonly modelName?: string;
  /** US dollars. 0 where nothing was asked of the provider. */
  readonly costUsd: number | "unknown";
  readonly usage?: RecordedUsage;
  readonly attempts?: number;
  readonly queuedMs?: number;
  readonly durationMs: number;
  /** Milliseconds since 1970. */
  readonly startedAt?: number;
  /** The piece of work in the event log. */
  readonly spanId?: string;
}

const outcome: Check<LmCallOutcome> = eitherOf(
  shape<{ readonly response: string }>({ response: hash }),
  shape<{ readonly error: ErrorRecord }>({ error: errorRecord }),
);

/** The kind `lm-call`. */
export const lmCallKind = defineKind<LmCallRecord>()({
  kind: "lm-call",
  version: 1,
  keyFields: callPlaceKey,
  fields: {
    ...callPlaceFields,
    request: hash,
    outcome,
    from: oneOf("provider", "cache", "flight"),
    providerName: optional(text),
    modelName: optional(text),
    costUsd: cost,
    usage: optional(
      shape<RecordedUsage>({ inputTokens: count, outputTokens: count, cachedInputTokens: optional(count) }),
    ),
    attempts: optional(count),
    queuedMs: optional(finite),
    durationMs: finite,
    startedAt: optional(count),
    spanId: optional(text),
  },
});
