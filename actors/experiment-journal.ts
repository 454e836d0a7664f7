// The experiment journal: hypotheses, designs, and the runs that test them, one actor for all.
// Knows nothing of optimizers and programs beyond the plan it is handed.
import { BaseError, newId } from "../runtime/base/index.ts";
import { defineActor, reply, replyLater } from "../runtime/index.ts";
import type { ExperimentDesign, ExperimentRecord, HypothesisRecord } from "../stores/index.ts";
import { conductRun } from "./conduct-run.ts";
import type { RunOutcome, RunPlan } from "./run-plan.ts";
import type { RunServices } from "./run-services.ts";
import type { RunTasks } from "./run-tasks.ts";

/** A hypothesis to be registered. */
export interface HypothesisSpec {
  /** The question in words. */
  readonly researchQuestion: string;
  /** What is expected to be seen. */
  readonly prediction: string;
  /** What is varied, such as `demos`. Default none. */
  readonly independentVariables?: readonly string[];
  /** What is measured, such as `accuracy`. Default none. */
  readonly dependentVariables?: readonly string[];
  /** Default `comparative`. */
  readonly hypothesisType?: string;
}

/** An experiment to be designed. */
export interface ExperimentSpec {
  readonly hypothesisId: string;
  /** Name of the program under test. */
  readonly programName: string;
  /** Set-up; what is left out is filled in from the run. */
  readonly design?: Partial<ExperimentDesign>;
  readonly notes?: string;
}

/** A design as the journal is asked for it: whoever has just registered the hypothesis hands it over. */
export interface DesignOrder extends ExperimentSpec {
  readonly hypothesis?: HypothesisRecord;
}

/** What the journal's actor works with. */
export interface JournalParts {
  readonly services: RunServices;
  readonly tasks: RunTasks;
}

interface JournalState extends JournalParts {
  /** Runs of this process that have not ended. */
  readonly active: Set<string>;
}

/**
 * The journal's behaviour.
 *
 * It holds nothing that the store does not: killed, it goes on from there. Runs it has started are not its children and outlive it.
 */
export const experimentJournal = defineActor({
  behaviourName: "experiment-journal",
  init: (parts: JournalParts): JournalState => ({ ...parts, active: new Set() }),
  handleCall: {
    registerHypothesis: async ({ services }: JournalState, spec: HypothesisSpec) => {
      const hypothesis: HypothesisRecord = {
        kind: "hypothesis",
        version: 1,
        hypothesisId: newId("hyp"),
        researchQuestion: spec.researchQuestion,
        prediction: spec.prediction,
        independentVariables: spec.independentVariables ?? [],
        dependentVariables: spec.dependentVariables ?? [],
        hypothesisType: spec.hypothesisType ?? "comparative",
        status: "proposed",
        createdAt: Math.floor(services.clock.wallMs()),
      };
      await services.recorder.record({ records: [hypothesis] });
      return reply(hypothesis);
    },
    designExperiment: ({ services }: JournalState, spec: DesignOrder) => replyLater(design(services, spec)),
    execute: (state: JournalState, plan: RunPlan) => replyLater(execute(state, plan)),
  },
});

async function design({ store, recorder, clock }: RunServices, spec: DesignOrder): Promise<ExperimentRecord> {
  const hypothesis = spec.hypothesis ?? (await store.get("hypothesis", { hypothesisId: spec.hypothesisId }));
  if (hypothesis === undefined) throw hypothesisUnknown(spec.hypothesisId);
  const experiment: ExperimentRecord = {
    kind: "experiment",
    version: 1,
    experimentId: newId("exp"),
    hypothesisId: hypothesis.hypothesisId,
    hypothesisText: hypothesis.researchQuestion,
    design: { controlledVariables: {}, sampleSize: 0, statisticalTests: [], ...spec.design },
    status: "designed",
    programName: spec.programName,
    runIds: [],
    createdAt: Math.floor(clock.wallMs()),
    ...(spec.notes === undefined ? {} : { notes: spec.notes }),
  };
  await recorder.record({ records: [experiment] });
  return experiment;
}

async function execute({ services, tasks, active }: JournalState, plan: RunPlan): Promise<RunOutcome> {
  const { runId } = plan;
  if (active.has(runId)) throw runActive(runId);
  active.add(runId);
  try {
    return await tasks.run(runId, (attempt, signal) =>
      conductRun(services, plan, attempt > 0 && plan.origin === "new" ? "resumed" : plan.origin, signal),
    );
  } finally {
    active.delete(runId);
  }
}

/** No hypothesis of this id is recorded. */
export function hypothesisUnknown(hypothesisId: string): BaseError {
  return new BaseError(
    "EXPERIMENT_HYPOTHESIS_UNKNOWN",
    `Expected the id of a registered hypothesis, got "${hypothesisId}". Register one first: experiments.registerHypothesis({ … }).`,
    { details: { hypothesisId } },
  );
}

function runActive(runId: string): BaseError {
  return new BaseError("RUN_ACTIVE", `Run ${runId} is under way in this process. Wait for it, or cancel it first.`, {
    retryable: true,
    details: { runId },
  });
}
