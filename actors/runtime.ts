// What an embedding program holds: the front of the application.
// Only the shape; `create-runtime.ts` makes one.
import type { EvaluationReport } from "../evaluate/index.ts";
import type { Candidate } from "../optimizers/index.ts";
import type { Module, Outcome, ProgramBody, Steps } from "../programs/index.ts";
import type { ActorSystem, EventBus, SystemStopOptions } from "../runtime/index.ts";
import type {
  ExperimentFilters,
  ExperimentPage,
  ExperimentRecord,
  HypothesisRecord,
  PageOptions,
  ResultStore,
  RunRecord,
  RunSource,
} from "../stores/index.ts";
import type { AppEvent } from "./events.ts";
import type { ExperimentSpec, HypothesisSpec } from "./experiment-journal.ts";
import type { ProgramHandle } from "./program-handle.ts";
import type { PythonCalls } from "./python-calls.ts";
import type { RouteHistory } from "./route-desk.ts";
import type { EvaluateOptions, OptimizeOptions, ResumeOptions } from "./run-options.ts";
import type { SavedPrograms } from "./saved-programs.ts";
import type { ScopeSettings, SpawnProgramOptions } from "./scope-settings.ts";

/** A program and its supervision, declared together. */
export interface ProgramTreeSpec<Of extends Steps, Inputs extends object, Result extends object>
  extends SpawnProgramOptions {
  /** The modules, by the names under which `forward` and `supervision` know them. */
  readonly modules: Of;
  /** Routes a call through them. */
  readonly forward: ProgramBody<Of, Inputs, Result>;
}

/** What an evaluation found, and where it is recorded. */
export interface EvaluationResult extends EvaluationReport {
  readonly runId: string;
  readonly experimentId: string;
}

/** What an optimization found, and where it is recorded. */
export interface OptimizationResult<Inputs extends object = object, Outputs extends object = object> {
  readonly runId: string;
  readonly experimentId: string;
  /** The best program: a copy, ready to be spawned, evaluated or optimized further. */
  readonly best: Module<Inputs, Outputs>;
  /** Absent where the optimizer evaluates nothing. */
  readonly bestTrialId?: string;
  readonly bestScore?: number;
  /** Best first. */
  readonly candidates: readonly Candidate[];
}

/** Experiments: hypotheses, designs, runs, and what came of them. */
export interface Experiments {
  /** Registers a hypothesis. */
  registerHypothesis(spec: HypothesisSpec): Promise<HypothesisRecord>;
  /** Finds a hypothesis. */
  getHypothesis(hypothesisId: string): Promise<HypothesisRecord | undefined>;
  /** Designs an experiment for a hypothesis. Rejects with EXPERIMENT_HYPOTHESIS_UNKNOWN. */
  designExperiment(spec: ExperimentSpec): Promise<ExperimentRecord>;
  /** Executes a designed experiment as an evaluation or, with an `optimizer`, an optimization. Rejects with EXPERIMENT_UNKNOWN, EXPERIMENT_EXECUTED. */
  execute<Inputs extends object, Outputs extends object>(
    experimentId: string,
    program: Module<Inputs, Outputs>,
    options: OptimizeOptions,
  ): Promise<OptimizationResult<Inputs, Outputs>>;
  execute(experimentId: string, program: Module, options: EvaluateOptions): Promise<EvaluationResult>;
  /** Finds an experiment, with its results once it is archived. */
  get(experimentId: string): Promise<ExperimentRecord | undefined>;
  /** Lists experiments, newest first; every given filter must apply. */
  list(filters?: ExperimentFilters, page?: PageOptions): Promise<ExperimentPage>;
}

/** A running application: programs, models, evaluations, optimizers and the record under one supervisor. */
export interface Runtime extends AsyncDisposable {
  /** The kernel underneath. */
  readonly system: ActorSystem;
  /** The record, to read from. Written by the recorder alone. */
  readonly store: ResultStore;
  readonly experiments: Experiments;
  /** Where routed modules ran, and why. */
  readonly routes: RouteHistory;
  /** Programs that are kept in the record under an id. */
  readonly programs: SavedPrograms;
  /** Handlers in Python, by name. */
  readonly python: PythonCalls;
  /** Calls a listener for every event whose type fits the pattern (`*` one segment, `#` the rest). */
  readonly on: EventBus<AppEvent>["on"];
  /** The events that fit a pattern as an async iterable with a bounded buffer. */
  readonly events: EventBus<AppEvent>["events"];

  /**
   * Starts a program: a supervisor with one actor per module.
   *
   * Rejects with LM_NOT_CONFIGURED, LM_PROVIDER_UNKNOWN, LM_KEY_MISSING.
   */
  spawnProgram<Inputs extends object, Outputs extends object>(
    program: Module<Inputs, Outputs>,
    options?: SpawnProgramOptions,
  ): Promise<ProgramHandle<Inputs, Outputs>>;

  /**
   * Composes modules into a program and starts it as a supervised tree, in one declaration.
   *
   * Rejects as `spawnProgram` does, and with PROGRAM_STEP_INVALID.
   * @example
   * const qa = await runtime.startTree({
   *   modules: { draft: predict("question -> draft"), polish: predict("draft -> answer") },
   *   supervision: { strategy: "rest_for_one", modules: { polish: { processes: "per-request" } } },
   *   forward: async ({ question }: { question: string }, { draft, polish }) => polish(await draft({ question })),
   * });
   */
  startTree<const Of extends Steps, Inputs extends object, Result extends object>(
    spec: ProgramTreeSpec<Of, Inputs, Result>,
  ): Promise<ProgramHandle<Inputs, Outcome<Result>>>;

  /**
   * Evaluates a program on a data set, as a recorded experiment.
   *
   * Failures of examples are in the report. Rejects with RUN_CANCELLED, RUN_ABANDONED, RUN_OPTIONS_INVALID, EVALUATION_DATASET_EMPTY and what `spawnProgram` rejects with.
   */
  evaluate(program: Module, options: EvaluateOptions): Promise<EvaluationResult>;

  /** Optimizes a program, as a recorded experiment. The program itself is not changed. Rejects as `evaluate` does, and with what the optimizer throws. */
  optimize<Inputs extends object, Outputs extends object>(
    program: Module<Inputs, Outputs>,
    options: OptimizeOptions,
  ): Promise<OptimizationResult<Inputs, Outputs>>;

  /**
   * Goes on with a run that was interrupted, in this process or another: what is recorded answers from the record.
   *
   * Rejects with RUN_UNKNOWN, RUN_ACTIVE, RUN_CODE_CHANGED (unless forced), RUN_DIVERGED, RUN_OPTIMIZER_MISSING, RUN_RECORD_INCOMPLETE,
   * and as `evaluate` and `optimize` do.
   */
  resume<Inputs extends object, Outputs extends object>(
    runId: string,
    options: ResumeOptions & { readonly program: Module<Inputs, Outputs> },
  ): Promise<
    | ({ readonly runKind: "evaluation" } & EvaluationResult)
    | ({ readonly runKind: "optimization" } & OptimizationResult<Inputs, Outputs>)
  >;

  /**
   * The same runtime with other settings, over its own, for whatever is spawned, evaluated and optimized through it. Nothing is changed: who
   * holds the runtime itself, or another scope of it, goes on as before. `stop` stops the runtime.
   *
   * Throws RUN_OPTIONS_INVALID for a setting that there is not.
   * @example
   * const cheap = runtime.with({ lm: "openai/gpt-4o-mini", adapter: jsonAdapter });
   */
  with(settings: ScopeSettings): Runtime;

  /** The newest run that this command started and that has not completed. */
  unfinished(source: RunSource): Promise<RunRecord | undefined>;

  /**
   * Stops everything in order, writes what is still to be written, and closes the store; nothing keeps the process running afterwards.
   * After `timeoutMs` (default 30,000) whatever still runs is killed. A second call waits for the first.
   */
  stop(options?: SystemStopOptions): Promise<void>;
}
