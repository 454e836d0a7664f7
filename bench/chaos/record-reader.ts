// Reads, after a kill, what the dead job's store holds.
// Knows nothing of what it should hold.
import { callKey } from "../../actors/index.ts";
import { levelStore } from "../../index.ts";

/** What a store holds of one job. */
export interface Recorded {
  /** Keys of the LM calls whose answer (or failure) is recorded. */
  readonly keys: ReadonlySet<string>;
  /** Recorded calls by example and module, for comparison with what the program was given. */
  readonly answers: ReadonlyMap<string, number>;
  /** Recorded example results: `run/trial/example`. */
  readonly results: ReadonlySet<string>;
}

/** Opens the store, reads it and closes it again. */
export async function readRecord(storeFolder: string): Promise<Recorded> {
  await using store = levelStore({ folder: storeFolder });
  await store.open();
  const keys = new Set<string>();
  const answers = new Map<string, number>();
  const results = new Set<string>();
  for await (const call of store.list("lm-call")) {
    keys.add(callKey(call));
    if ("error" in call.outcome) continue;
    const place = placeOf(call.exampleId, call.modulePath);
    answers.set(place, (answers.get(place) ?? 0) + 1);
  }
  for await (const { runId, trialId, exampleId } of store.list("example-result")) {
    results.add(resultOf(runId, trialId, exampleId));
  }
  return { keys, answers, results };
}

/** Where a call was made. */
export function placeOf(exampleId: string, modulePath: string): string {
  return JSON.stringify([exampleId, modulePath]);
}

/** Which result it is. */
export function resultOf(runId: string, trialId: string, exampleId: string): string {
  return JSON.stringify([runId, trialId, exampleId]);
}
