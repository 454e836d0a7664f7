// Evaluations and optimizations as callers see them: every one is an experiment that the journal executes.
// Knows nothing of how a plan is run.
import type { Module } from "../programs/index.ts";
import { BaseError } from "../runtime/base/index.ts";
import type { ActorSystem } from "../runtime/index.ts";
import type { ExperimentRecord, RunRecord } from "../stores/index.ts";
import { JOURNAL } from "./application.ts";
import {
  type DesignOrder,
  experimentExecuted,
  type experimentJournal,
  type HypothesisSpec,
} from "./experiment-journal.ts";
import { checkOptionNames } from "./option-names.ts";
import type { EvaluateOptions, OptimizeOptions, ResumeOptions } from "./run-options.ts";
import type { EvaluationPlan, OptimizationPlan, RunPlan } from "./run-plan.ts";
import { planRun, programNameOf } from "./run-planning.ts";
import { planResume } from "./run-resume.ts";
import type { RunServices } from "./run-services.ts";
import type { EvaluationResult, Experiments, OptimizationResult, Runtime } from "./runtime.ts";
import { living } from "./supervisors.ts";

/** The experiments of one runtime, and the short ways to them. */
export interface ExperimentDesk extends Pick<Runtime, "evaluate" | "optimize" | "resume"> {
  readonly experiments: Experiments;
}

/** Makes the desk. */
export function createExperiments(system: ActorSystem, services: RunServices): ExperimentDesk {
  const { store, routes, clock } = services;
  const journal = () => living<typeof experimentJournal>(system, JOURNAL);
  const patient = { timeoutMs: Number.POSITIVE_INFINITY };
  const planning = { routes, wallMs: () => clock.wallMs() };

  const register = async (spec: HypothesisSpec) => (await journal()).call("registerHypothesis", spec, patient);
  const design = async (spec: DesignOrder) => (await journal()).call("designExperiment", spec, patient);

  async function execute(plan: RunPlan): Promise<EvaluationResult | OptimizationResult> {
    const begun = await (await journal()).call("execute", plan, patient);
    const outcome = await begun.outcome;
    const ids = { runId: plan.runId, experimentId: plan.experiment.experimentId };
    return outcome.runKind === "evaluation" ? { ...outcome.report, ...ids } : { ...outcome.result, ...ids };
  }

  /** Designs the experiment of a run that nobody designed one for. */
  async function explore(program: Module, options: EvaluateOptions | OptimizeOptions): Promise<ExperimentRecord> {
    const programName = options.programName ?? programNameOf(program);
    const { hypothesisId } = options;
    if (hypothesisId !== undefined) return design({ hypothesisId, programName });
    const hypothesis = await register(exploratory(programName, options));
    return design({ hypothesisId: hypothesis.hypothesisId, hypothesis, programName });
  }

  /** The experiment that a resumed run goes on with; an archived one never changes, so its run gets a new one. */
  async function experimentFor(run: RunRecord, origin: RunPlan["origin"]): Promise<ExperimentRecord> {
    const known = run.experimentId === undefined ? undefined : await store.getExperiment(run.experimentId);
    if (known === undefined) throw experimentUnknown(run.experimentId ?? "");
    if (origin === "completed" || known.status === "running" || known.status === "designed") return known;
    const { hypothesisId, programName } = known;
    const notes = `Goes on with run ${run.runId} of ${known.experimentId}.`;
    return design({ hypothesisId, programName, design: known.design, notes });
  }

  const evaluate = async (program: Module, options: EvaluateOptions, designed?: ExperimentRecord) => {
    checkOptionNames("evaluate", options);
    const plan = await planRun(planning, async () => designed ?? explore(program, options), program, options);
    // A plan made of evaluation options is executed as an evaluation.
    return (await execute(plan as EvaluationPlan)) as EvaluationResult;
  };
  const optimize = async <Inputs extends object, Outputs extends object>(
    program: Module<Inputs, Outputs>,
    options: OptimizeOptions,
    designed?: ExperimentRecord,
  ) => {
    checkOptionNames("optimize", options);
    const plan = await planRun(planning, async () => designed ?? explore(program, options), program, options);
    // An optimizer answers copies of the student, which have the student's inputs and outputs.
    return (await execute(plan as OptimizationPlan)) as OptimizationResult<Inputs, Outputs>;
  };

  async function executeDesigned(experimentId: string, program: Module, options: EvaluateOptions | OptimizeOptions) {
    const designed = await store.getExperiment(experimentId);
    if (designed === undefined) throw experimentUnknown(experimentId);
    if (designed.status !== "designed") throw experimentExecuted(designed);
    // As it was designed, so that run and experiment call the program alike.
    const programName = options.programName ?? designed.programName;
    return "optimizer" in options
      ? optimize(program, { ...options, programName }, designed)
      : evaluate(program, { ...options, programName }, designed);
  }

  return {
    evaluate: (program, options) => evaluate(program, options),
    optimize: (program, options) => optimize(program, options),
    async resume<Inputs extends object, Outputs extends object>(
      runId: string,
      options: ResumeOptions & { readonly program: Module<Inputs, Outputs> },
    ) {
      checkOptionNames("resume", options);
      const plan = await planResume(planning, store, runId, options.program, options, experimentFor);
      const result = await execute(plan);
      // The kind of a run decides what it comes to; an optimizer answers copies of the student.
      return plan.runKind === "evaluation"
        ? { runKind: "evaluation" as const, ...(result as EvaluationResult) }
        : { runKind: "optimization" as const, ...(result as OptimizationResult<Inputs, Outputs>) };
    },
    experiments: {
      registerHypothesis: register,
      getHypothesis: (hypothesisId) => store.get("hypothesis", { hypothesisId }),
      designExperiment: design,
      // The overloads of `Experiments.execute` pair each kind of options with its result.
      execute: executeDesigned as Experiments["execute"],
      get: (experimentId) => store.getExperiment(experimentId),
      list: (filters, page) => store.queryExperiments(filters, page),
    },
  };
}

/** The hypothesis of a run whose caller has none: it explores. */
function exploratory(programName: string, options: EvaluateOptions | OptimizeOptions): HypothesisSpec {
  const isSearch = "optimizer" in options;
  return {
    researchQuestion: isSearch
      ? `Does ${options.optimizer.optimizerName} improve ${programName} on ${(options.valset ?? options.trainset).name}?`
      : `How well does ${programName} do on ${options.dataset.name}?`,
    prediction: isSearch ? "At least one candidate scores above the program as it is." : "None: the run explores.",
    independentVariables: isSearch ? ["program"] : [],
    dependentVariables: ["score"],
    hypothesisType: "exploratory",
  };
}

function experimentUnknown(experimentId: string): BaseError {
  return new BaseError(
    "EXPERIMENT_UNKNOWN",
    `Expected the id of a recorded experiment, got "${experimentId}". List them: experiments.list().`,
    {
      details: { experimentId },
    },
  );
}
