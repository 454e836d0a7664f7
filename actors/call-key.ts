// The key of one LM call of a run: where in the run it was made, and which request it was.
// Knows nothing of how calls are made.
import type { LmCallRecord } from "../stores/index.ts";

/** What a call is recorded under, and found again by. */
export type CallKeyPlace = Pick<LmCallRecord, "runId" | "trialId" | "exampleId" | "modulePath" | "identity" | "n">;

/** A call's key in one text, as it is sent along where a provider is set up to be told (tests and proofs). */
export function callKey({ runId, trialId, exampleId, modulePath, identity, n }: CallKeyPlace): string {
  return [runId, trialId, exampleId, modulePath, identity, String(n)].map(encodeURIComponent).join("/");
}
