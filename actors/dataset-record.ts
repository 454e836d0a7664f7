// A data set as a payload of the store, so that a run can be resumed without its files.
// Knows nothing of runs.
import type { Dataset } from "../evaluate/index.ts";
import { Example } from "../programs/index.ts";
import type { JsonValue } from "../runtime/base/index.ts";
import { type Payload, toPayload } from "../stores/index.ts";

interface StoredDataset {
  readonly name: string;
  readonly hash: string;
  readonly exampleIds: readonly string[];
  readonly examples: readonly {
    /** As pairs, because a payload's keys are sorted and a demonstration keeps the order its fields were given in. */
    readonly fields: readonly (readonly [name: string, value: JsonValue])[];
    readonly inputs: readonly string[];
  }[];
}

/** A data set as a payload. Field values that JSON cannot say are kept as JSON would write them. */
export function datasetPayload(dataset: Dataset): Payload {
  const stored: StoredDataset = {
    name: dataset.name,
    hash: dataset.hash,
    exampleIds: dataset.exampleIds,
    examples: dataset.examples.map((example) => ({
      fields: plainFields(example.fields),
      inputs: Object.keys(example.inputs()),
    })),
  };
  return toPayload(stored);
}

function plainFields(fields: object): (readonly [name: string, value: JsonValue])[] {
  // Rejected: text and back for all of them. Most fields are texts, and thousands of examples wait for this before the first is run.
  if (Object.values(fields).every((value) => typeof value === "string")) return Object.entries(fields);
  return Object.entries<JsonValue>(JSON.parse(JSON.stringify(fields)));
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
      new Example(Object.fromEntries(fields)).withInputs(...inputs),
    ),
  };
}
