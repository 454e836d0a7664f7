// A list of examples with an id for each and a hash for all: what an evaluation or an optimizer works on.
// Knows nothing of files; `sources/` reads those.
import type { Example } from "../programs/index.ts";

/** Examples in their order. Never changed; `splitDataset`, `sampleDataset` and `withDatasetInputs` give others. */
export interface Dataset {
  readonly name: string;
  readonly examples: readonly Example[];
  /** One per example, unique, in the same order. */
  readonly exampleIds: readonly string[];
  /** Of the content, ids and order; or the caller's own content id. */
  readonly hash: string;
}
