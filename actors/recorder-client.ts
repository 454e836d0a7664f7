// How everybody but the recorder itself sees it: something that takes records and answers once they are written.
// Knows nothing of batches, retries or the store.
import type { StoreBatch } from "../stores/index.ts";

/** The way to the recorder. */
export interface RecorderClient {
  /**
   * Hands over records and waits until they are as durable as the runtime was told to make them.
   *
   * Rejects with RECORDER_UNAVAILABLE where the store stayed away, STORE_RECORD_INVALID, STORE_EXPERIMENT_EXISTS, ACTOR_DOWN.
   */
  record(batch: StoreBatch): Promise<void>;
}
