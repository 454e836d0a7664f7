// A data set as a payload of the store, so that a run can be resumed without its files.
// Knows nothing of runs.
import type { Dataset } from "../evaluate/index.ts";
import { Example } from "../programs/index.ts";
import type { JsonValue } from "../runtime/base/index.ts";
import { type Payload, toOrderedPayload } from "../stores/index.ts";

interface StoredDataset {
  readonly name: string;
  readonly hash: string;
  readonly exampleIds: readonly string[];
  readonly examples: readonly {
    readonly fields: object;
    readonly inputs: readonly string[];
  }[];
}

/**
 * A data set as a payload. Field values that JSON cannot say are kept as JSON would write them.
 *
 * In the order of its fields: a demonstration keeps the order in which they were given.
 */
export function datasetPayload(dataset: Dataset): Payload {
  const stored: StoredDataset = {
    name: dataset.name,
    hash: dataset.hash,
    exampleIds: dataset.exampleIds,
    examples: dataset.examples.map((example) => ({
      fields: example.fields,
      inputs: Object.keys(example.inputs()),
    })),
  };
  return toOrderedPayload(stored);
}

/** The data set of a payload that `datasetPayload` made. */
export function fromDatasetPayload(payload: JsonValue): Dataset {
  // The store has checked the payload against its hash, so it is what `datasetPayload` wrote.
  const stored = payload as unknown as StoredDataset;
  return {
    name: stored.name,
    hash: stored.hash,
    exampleIds: stored.exampleIds,
    examples: stored.examples.map(({ fields, inputs }) =>
      new Example(fields as Readonly<Record<string, unknown>>).withInputs(...inputs),
    ),
  };
}
