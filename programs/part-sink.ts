// Where the parts of a streamed run go while it runs.
// Knows nothing of who takes them.

/** One call of a predictor within a streamed run. */
export interface StreamPlace {
  /** The predictor's path in the program. */
  readonly path: string;
  /** Counts the calls of this path from 0: a predictor in a loop has several, perhaps at once. */
  readonly callNumber: number;
}

/** Why what came so far of a call's answer no longer counts. */
export type RestartReason = "model-failed" | "answer-unreadable";

/** A pipeline's step is over. The pipeline may still be long at work. */
export interface StepComplete {
  readonly type: "step-complete";
  /** Of the step's module. */
  readonly path: string;
  readonly step: string;
  /** What it gave to the steps behind it. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A pipeline's step failed; one that goes on after failures goes on. */
export interface StepFailed {
  readonly type: "step-failed";
  readonly path: string;
  readonly step: string;
  readonly error: unknown;
}

/** What a stream tells of a pipeline's step. */
export type StepPart = StepComplete | StepFailed;

/** Takes the parts of a streamed run. */
export interface PartSink {
  /** Begins a predictor's call; undefined where nobody wants any of these fields. */
  begin(path: string, fields: readonly string[]): StreamPlace | undefined;
  onText(place: StreamPlace, field: string, text: string): void;
  onValue(place: StreamPlace, field: string, value: unknown): void;
  onInvalid(place: StreamPlace, field: string, reason: string): void;
  onRestart(place: StreamPlace, reason: RestartReason): void;
  onStatus(message: string, path: string): void;
  onStep(part: StepPart): void;
  /** Where more parts wait than should: settles when some were taken. */
  whenTaken(): Promise<void> | undefined;
}
