// Records of every kind for tests, with the fields that matter to a test given by it.
// Knows nothing of stores.
import {
  type CandidateRecord,
  type DecisionRecord,
  type EventRecord,
  type ExampleResultRecord,
  type ExperimentRecord,
  type HypothesisRecord,
  type LmCallRecord,
  type ProgramRecord,
  type RunRecord,
  type StoreRecord,
  type ToolCallRecord,
  type TrialRecord,
  toPayload,
} from "../../stores/index.ts";

/** An example's result. */
export function exampleResult(over: Partial<ExampleResultRecord> = {}): ExampleResultRecord {
  return {
    kind: "example-result",
    version: 1,
    runId: "run_1",
    trialId: "main",
    exampleId: "ex1",
    index: 0,
    outcome: { status: "scored", scores: { exactMatch: 1 } },
    measures: { durationMs: 12.5, costUsd: 0.0001, lmCalls: 1, inputTokens: 200, outputTokens: 10 },
    prediction: { answer: "James Joyce", sure: 0.9 },
    ...over,
  };
}

/** An experiment, archived unless told otherwise. */
export function experiment(over: Partial<ExperimentRecord> = {}): ExperimentRecord {
  return {
    kind: "experiment",
    version: 1,
    experimentId: "exp_1",
    hypothesisId: "hyp_1",
    hypothesisText: "Do demos help? The optimized program scores higher.",
    design: { controlledVariables: { seed: 0 }, sampleSize: 100, statisticalTests: ["bootstrap"] },
    status: "completed",
    programName: "router",
    runIds: ["run_1"],
    createdAt: 1_700_000_000_000,
    ...over,
  };
}

/** An LM call, answered unless told otherwise. */
export function lmCall(over: Partial<LmCallRecord> = {}): LmCallRecord {
  return {
    kind: "lm-call",
    version: 1,
    runId: "run_1",
    trialId: "main",
    exampleId: "ex1",
    modulePath: "self",
    identity: "a".repeat(64),
    n: 0,
    request: toPayload({ question: "?" }).payloadHash,
    outcome: { response: toPayload({ text: "!" }).payloadHash },
    from: "provider",
    costUsd: "unknown",
    durationMs: 3,
    ...over,
  };
}

const hypothesis: HypothesisRecord = {
  kind: "hypothesis",
  version: 1,
  hypothesisId: "hyp_1",
  researchQuestion: "Do demos help?",
  prediction: "The optimized program scores higher.",
  independentVariables: ["demos"],
  dependentVariables: ["accuracy"],
  hypothesisType: "comparative",
  status: "proposed",
  createdAt: 1,
};
const run: RunRecord = {
  kind: "run",
  version: 1,
  runId: "run_1",
  runKind: "evaluation",
  status: "running",
  programName: "router",
  programHash: "b".repeat(64),
  metricNames: ["exactMatch"],
  startedAt: 1,
};
const candidate: CandidateRecord = {
  kind: "candidate",
  version: 1,
  runId: "run_1",
  candidateId: "seed -1",
  programHash: "b".repeat(64),
  programState: { self: { demos: [] } },
  parents: [],
  createdAt: 1,
};
const trial: TrialRecord = {
  kind: "trial",
  version: 1,
  runId: "run_1",
  trialId: "seed -1/example 3/round 0",
  candidateId: "seed -1",
  status: "proposed",
  startedAt: 1,
};
const event: EventRecord = {
  kind: "event",
  version: 1,
  logStartedAt: 1,
  logId: "log_1",
  seq: 1,
  type: "program.call.stopped",
  at: 1,
  source: "qa",
  measures: { durationMs: 1 },
  about: { path: "self" },
};
const program: ProgramRecord = {
  kind: "program",
  version: 1,
  programId: "program-1",
  programName: "Hinted",
  programHash: "b".repeat(64),
  file: '{"self": {}}',
  toolNames: ["search"],
  savedAt: 1_760_000_000_000,
};

const decision: DecisionRecord = {
  kind: "decision",
  version: 1,
  runId: "run_1",
  ordinal: 0,
  decisionKind: "demo-kept",
  facts: { score: 1 },
  at: 1,
};

const toolCall: ToolCallRecord = {
  kind: "tool-call",
  version: 1,
  runId: "run_1",
  trialId: "main",
  exampleId: "e1",
  modulePath: "self",
  identity: "c".repeat(64),
  n: 0,
  toolName: "search",
  args: "d".repeat(64),
  outcome: { result: "e".repeat(64) },
  durationMs: 3,
};

/** One record of every kind. */
export const oneOfEach: readonly StoreRecord[] = [
  hypothesis,
  experiment(),
  run,
  exampleResult(),
  candidate,
  trial,
  lmCall(),
  event,
  decision,
  program,
  toolCall,
];
