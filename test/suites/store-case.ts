// One case of the suite for stores.
// Knows no backend.
import type { ResultStore } from "../../stores/index.ts";

/** One sentence about a store, and the proof of it on an empty, closed store. */
export interface StoreCase {
  readonly name: string;
  prove(store: ResultStore): Promise<void>;
}
