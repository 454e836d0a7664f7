// Where in a run a recorded call was made: what LM calls and calls of tools are kept and found again by.
// Knows nothing of what was asked or answered.
import { count, id, text } from "../checks.ts";

/** The place of a recorded call, which is its key. */
export interface RecordedCallPlace {
  readonly runId: string;
  readonly trialId: string;
  readonly exampleId: string;
  /** Path of the module that asked, such as `self`, `agent` or `step1.predict`. */
  readonly modulePath: string;
  /** Of what was asked: 64 hexadecimal digits. */
  readonly identity: string;
  /** The how-manieth call of this identity at this place, from 0. */
  readonly n: number;
}

/** The key of such a record, outermost first. */
export const callPlaceKey = ["runId", "trialId", "exampleId", "modulePath", "identity", "n"] as const;

/** The checks of its fields. */
export const callPlaceFields = {
  runId: id,
  trialId: text,
  exampleId: text,
  modulePath: text,
  identity: text,
  n: count,
} as const;
