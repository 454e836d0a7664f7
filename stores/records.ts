// All kinds of records in one table, and the types that follow from it.
// Knows nothing of where records are kept.
import type { AnyKind } from "./record-kind.ts";
import { type CandidateRecord, candidateKind } from "./records/candidate.ts";
import { type DecisionRecord, decisionKind } from "./records/decision.ts";
import { type EventRecord, eventKind } from "./records/event.ts";
import { type ExampleResultRecord, exampleResultKind } from "./records/example-result.ts";
import { type ExperimentRecord, experimentKind } from "./records/experiment.ts";
import { type HypothesisRecord, hypothesisKind } from "./records/hypothesis.ts";
import { type LmCallRecord, lmCallKind } from "./records/lm-call.ts";
import { type ProgramRecord, programKind } from "./records/program.ts";
import { type RunRecord, runKind } from "./records/run.ts";
import { type ToolCallRecord, toolCallKind } from "./records/tool-call.ts";
import { type TrialRecord, trialKind } from "./records/trial.ts";

/** Every kind's record type, by its name. */
export interface RecordByKind {
  readonly hypothesis: HypothesisRecord;
  readonly experiment: ExperimentRecord;
  readonly run: RunRecord;
  readonly "example-result": ExampleResultRecord;
  readonly candidate: CandidateRecord;
  readonly trial: TrialRecord;
  readonly "lm-call": LmCallRecord;
  readonly "tool-call": ToolCallRecord;
  readonly event: EventRecord;
  readonly decision: DecisionRecord;
  readonly program: ProgramRecord;
}

/** The name of a kind of record. */
export type RecordKind = keyof RecordByKind;

/** Any record that a store keeps. */
export type StoreRecord = RecordByKind[RecordKind];

/** The definition of every kind, by its name. */
export const recordKinds = {
  hypothesis: hypothesisKind,
  experiment: experimentKind,
  run: runKind,
  "example-result": exampleResultKind,
  candidate: candidateKind,
  trial: trialKind,
  "lm-call": lmCallKind,
  "tool-call": toolCallKind,
  event: eventKind,
  decision: decisionKind,
  program: programKind,
} as const satisfies { readonly [Kind in RecordKind]: AnyKind };

/** The fields that find one record of a kind; a record itself will do. */
export type KeyOf<Kind extends RecordKind> = Pick<
  RecordByKind[Kind],
  (typeof recordKinds)[Kind]["keyFields"][number] & keyof RecordByKind[Kind]
>;
