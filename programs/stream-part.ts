// What a streamed run tells while it runs.
// Only the shapes.
import type { RestartReason, StepPart, StreamPlace } from "./part-sink.ts";
import type { Prediction } from "./prediction.ts";
import type { UsageByModel } from "./usage.ts";

/** More of a field's text: of a text what it says, of any other value how it is written. */
export interface FieldDelta extends StreamPlace {
  readonly type: "field-delta";
  readonly field: string;
  readonly text: string;
}

/** A field is whole, was held against its type, and holds this value. Should the whole answer say otherwise, it is told again, and the last one holds. */
export interface FieldComplete extends StreamPlace {
  readonly type: "field-complete";
  readonly field: string;
  readonly value: unknown;
}

/** A field is whole and cannot be read. The answer will be asked for again where its adapter does that. */
export interface FieldInvalid extends StreamPlace {
  readonly type: "field-invalid";
  readonly field: string;
  readonly reason: string;
}

/** What came of this call's fields does not count: the model failed in the middle and is asked again, or its answer could not be read and is asked for otherwise. */
export interface AnswerRestarted extends StreamPlace {
  readonly type: "restarted";
  readonly reason: RestartReason;
}

/** What is being done, in words for whoever waits. */
export interface StatusPart {
  readonly type: "status";
  readonly message: string;
  /** Of the module that does it. */
  readonly path: string;
}

/** The end of every stream that does not fail. */
export interface PredictionPart<Outputs extends object = object> {
  readonly type: "prediction";
  readonly prediction: Prediction<Outputs>;
  /** What all requests of the run cost, by model. */
  readonly usage: UsageByModel;
}

/** One part of a streamed run. */
export type StreamPart<Outputs extends object = object> =
  | FieldDelta
  | FieldComplete
  | FieldInvalid
  | AnswerRestarted
  | StatusPart
  | StepPart
  | PredictionPart<Outputs>;
