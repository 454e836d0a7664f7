// What a metric in a thread is asked: an example and a prediction as plain data, which is all that crosses.
// Knows nothing of threads.
import type { MetricContext } from "../evaluate/index.ts";
import { type Example, type PlainFields, plainFields, type TraceStep } from "../programs/index.ts";

/** What a metric is asked, as it crosses to its thread. */
export interface Judgement {
  readonly fields: PlainFields;
  readonly inputNames: readonly string[] | undefined;
  readonly outputs: PlainFields;
  readonly purpose: MetricContext["purpose"];
  readonly trace: readonly TraceStep[];
}

/** Makes plain data of what a metric is given. Values of classes of their own cross as JSON would write them. */
export function toJudgement(example: Example, prediction: PlainFields, { purpose, trace }: MetricContext): Judgement {
  return {
    fields: plainFields(example.fields),
    inputNames: example.inputNames?.map(String),
    outputs: plainFields(prediction),
    purpose,
    trace: trace.map((step) => ({ ...step, inputs: plainFields(step.inputs), outputs: plainFields(step.outputs) })),
  };
}
