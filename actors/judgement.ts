// What a metric in a thread is asked: an example and a prediction as plain data, which is all that crosses.
// Knows nothing of threads.
import type { MetricContext } from "../evaluate/index.ts";
import type { Example, TraceStep } from "../programs/index.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a metric is asked, as it crosses to its thread. */
export interface Judgement {
  readonly fields: Fields;
  readonly inputNames: readonly string[] | undefined;
  readonly outputs: Fields;
  readonly purpose: MetricContext["purpose"];
  readonly trace: readonly TraceStep[];
}

/** Makes plain data of what a metric is given. Values of classes of their own cross as JSON would write them. */
export function toJudgement(example: Example, prediction: Fields, { purpose, trace }: MetricContext): Judgement {
  return {
    fields: plainFields(example.fields),
    inputNames: example.inputNames?.map(String),
    outputs: plainFields(prediction),
    purpose,
    trace: trace.map((step) => ({ ...step, inputs: plainFields(step.inputs), outputs: plainFields(step.outputs) })),
  };
}

function plainFields(fields: object): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return plainFields(value);
  if (value instanceof Date || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) return value;
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}
