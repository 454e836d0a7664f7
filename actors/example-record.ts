// An example's result as the store keeps it, and back.
// Knows nothing of who ran the example.
import type { ExampleResult } from "../evaluate/index.ts";
import type { ExampleResultRecord } from "../stores/index.ts";
import type { CallPlace } from "./call-scope.ts";

/** The record of a result. `index` is the example's position in the plan. */
export function toResultRecord(place: CallPlace, index: number, result: ExampleResult): ExampleResultRecord {
  return {
    kind: "example-result",
    version: 1,
    ...place,
    index,
    // An outcome is plain JSON: its scores are finite and its details were checked when it was made. The store checks it again.
    outcome: result.outcome as unknown as ExampleResultRecord["outcome"],
    measures: result.measures,
    prediction: result.prediction ?? null,
  };
}

/** The result of a record. */
export function fromResultRecord(record: ExampleResultRecord): ExampleResult {
  const { prediction } = record;
  return {
    exampleId: record.exampleId,
    // Written by `toResultRecord` from an Outcome; the store has checked its shape.
    outcome: record.outcome as ExampleResult["outcome"],
    ...(prediction === null ? {} : { prediction: prediction as NonNullable<ExampleResult["prediction"]> }),
    measures: record.measures,
  };
}
