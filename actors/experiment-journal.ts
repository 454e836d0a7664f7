// The experiment journal: hypotheses, designs, and the runs that test them, one actor for all.
// Knows nothing of optimizers and programs beyond the plan it is handed.
import { BaseError, newId } from "../runtime/base/index.ts";
import { defineActor, replyLater } from "../runtime/index.ts";
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
  /** Set-up; sample size, seed, window and model are filled in from the run where they are left out. */
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
  /** When the last experiment was designed: the next one gets a later time, so that lists keep their order within a millisecond. */
  readonly lastDesignedMs: number;
}

/** A run that was begun: what it comes to is told to whoever awaits `outcome`, also if the journal dies meanwhile. */
export interface BegunRun {
  readonly outcome: Promise<RunOutcome>;
}

/**
 * The journal's behaviour.
 *
 * It holds nothing that store and tasks do not: killed, it goes on from there. Runs it has started are not its children and outlive it.
 * All its work is answered later, so that a request the recorder refuses fails its caller and not the journal.
 */
export const experimentJournal = defineActor({
  behaviourName: "experiment-journal",
  init: (parts: JournalParts): JournalState => ({ ...parts, lastDesignedMs: 0 }),
  handleCall: {
    registerHypothesis: ({ services }: JournalState, spec: HypothesisSpec) => replyLater(register(services, spec)),
    designExperiment: (state: JournalState, spec: DesignOrder) => {
      const designedMs = Math.max(Math.floor(state.services.clock.wallMs()), state.lastDesignedMs + 1);
      return replyLater(design(state.services, spec, designedMs), { ...state, lastDesignedMs: designedMs });
    },
    execute: (parts: JournalState, plan: RunPlan) => replyLater(begin(parts, plan)),
  },
});

async function register({ recorder, clock }: RunServices, spec: HypothesisSpec): Promise<HypothesisRecord> {
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
    createdAt: Math.floor(clock.wallMs()),
  };
  await recorder.record({ records: [hypothesis] });
  return hypothesis;
}

async function design(
  { store, recorder }: RunServices,
  spec: DesignOrder,
  createdAt: number,
): Promise<ExperimentRecord> {
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
    createdAt,
    ...(spec.notes === undefined ? {} : { notes: spec.notes }),
  };
  await recorder.record({ records: [experiment] });
  return experiment;
}

async function begin({ services, tasks }: JournalParts, plan: RunPlan): Promise<BegunRun> {
  const { runId, experiment, origin } = plan;
  const { experimentId } = experiment;
  const stored = origin === "new" ? await services.store.getExperiment(experimentId) : undefined;
  const status = stored?.status ?? experiment.status;
  // Asked after the look into the store, with no pause until the run is held: of two that came at once one is refused.
  if (tasks.isHeld(runId)) throw runActive(runId);
  if (origin === "new" && (status !== "designed" || tasks.isHeld(experimentId))) {
    throw experimentExecuted({ ...experiment, status });
  }
  const outcome = tasks.run(runId, [experimentId], (attempt, signal) =>
    conductRun(services, plan, attempt > 0 && origin === "new" ? "resumed" : origin, signal),
  );
  // Told to whoever awaits it; if the caller is gone, the record says it.
  outcome.catch(() => {});
  return { outcome };
}

/** No hypothesis of this id is recorded. */
function hypothesisUnknown(hypothesisId: string): BaseError {
  return new BaseError(
    "EXPERIMENT_HYPOTHESIS_UNKNOWN",
    `Expected the id of a registered hypothesis, got "${hypothesisId}". Register one first: experiments.registerHypothesis({ … }).`,
    { details: { hypothesisId } },
  );
}

/** An experiment is executed once. */
export function experimentExecuted({ experimentId, status }: ExperimentRecord): BaseError {
  return new BaseError(
    "EXPERIMENT_EXECUTED",
    `Expected an experiment that has not been executed, but ${experimentId} ${status === "designed" ? "is under way" : `is ${status}`}. ` +
      "Resume its run, or design another experiment.",
    { details: { experimentId, status } },
  );
}

function runActive(runId: string): BaseError {
  return new BaseError("RUN_ACTIVE", `Run ${runId} is under way in this process. Wait for it, or cancel it first.`, {
    retryable: true,
    details: { runId },
  });
}
