// The unit programs are composed of, and what it is handed while it runs.
// Knows nothing of signatures, prompts or actors.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import type { WorkKind } from "./observer.ts";
import type { PartSink } from "./part-sink.ts";
import type { LmListener, LmRequest, LmResponse, ProgramWarning, TraceStep } from "./ports.ts";
import type { Prediction } from "./prediction.ts";
import type { RemoteRequest, RouteReport } from "./remote-port.ts";
import type { OperationRecord } from "./router-decision.ts";
import type { ProgramSettings } from "./settings.ts";
import type { Tool } from "./tool.ts";

/** What holds for one step and for everything below it, where it differs from the call's own. */
export interface StepScope {
  /** Goes over the call's settings, setting by setting. */
  readonly settings?: ProgramSettings;
  /** Its abort ends the step with PROGRAM_ABORTED, beside what ends the call. */
  readonly signal?: AbortSignal;
  /** Milliseconds from now; past them the step ends with PROGRAM_DEADLINE_EXCEEDED. Default: the call's deadline alone. */
  readonly timeoutMs?: number;
  /** Is told of the steps below in place of the run's trace. */
  readonly trace?: (step: TraceStep) => void;
}

/** What a module is given while it runs: its place, its time, and the way to everything outside itself. */
export interface Call {
  /** The module's path in the program: `self` for the root. */
  readonly path: string;
  /** Aborts when the run is cancelled, its deadline passes, or whoever runs this module ends. */
  readonly signal: AbortSignal;
  /** In `Clock.now()` milliseconds. */
  readonly deadlineAt: number | undefined;
  readonly settings: ProgramSettings;
  /**
   * Runs a sub-module and answers its prediction.
   *
   * `scope` says what holds for this step alone: other settings, less time, a signal of its own. The module must be reachable from the program's properties. Rejects with PROGRAM_MODULE_UNKNOWN where it is not, with RUN_OPTIONS_INVALID for a scope that has what there is not, and with whatever it fails with.
   */
  run<Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    inputs: NoInfer<Inputs>,
    scope?: StepScope,
  ): Promise<Prediction<Outputs>>;
  /**
   * Calls a tool with arguments that a model gave, in this module's name, and answers its result as plain JSON data.
   *
   * Rejects with PROGRAM_TOOL_FAILED where the arguments do not fit or the tool fails: the one failure that is for the model to know.
   */
  callTool(tool: Tool, args: JsonObject): Promise<JsonValue>;
  /**
   * Asks the language model, in this module's name; `listener` hears the answer while it comes, where the model's side can tell it.
   *
   * Rejects with what the model's side fails with, PROGRAM_ABORTED, PROGRAM_DEADLINE_EXCEEDED.
   */
  complete(request: LmRequest, listener?: LmListener): Promise<LmResponse>;
  /** Where the parts of a streamed run go; undefined where the run is not streamed. */
  readonly parts: PartSink | undefined;
  /** Whether anybody listens to work of this kind. */
  hears(kind: WorkKind): boolean;
  /** Does a piece of work that is over at once, and tells whoever listens of it. */
  observed<Value>(kind: WorkKind, name: string, inputs: unknown, work: () => Value): Value;
  /** Adds a step to the run's trace. */
  trace(step: TraceStep): void;
  /** The run's clock, in milliseconds. */
  now(): number;
  /**
   * Has another runtime do this module's work, and answers its outputs.
   *
   * Rejects with PROGRAM_PYTHON_MISSING where none is set up, and with what the other side fails with.
   */
  runRemote(request: RemoteRequest): Promise<object>;
  /** Whether `runRemote` would find somebody who can do this. */
  isRemoteReady(target: string, pool?: string): boolean;
  /** What has been measured of an operation's sides so far; undefined where nothing is. */
  routeRecord(operation: string): Promise<OperationRecord> | undefined;
  /** Makes known where this module runs. */
  report(report: RouteReport): void;
  /** Reports what `compat` lets pass. */
  warn(warning: ProgramWarning): void;
}

/**
 * A part of a program: predictors are modules, and so is what users compose of them.
 *
 * Keep sub-modules in ordinary properties (also in arrays and plain records): they are found there, named by their path, and replaced
 * in changed copies. A `#private` property is out of reach of both.
 */
export abstract class Module<Inputs extends object = object, Outputs extends object = object> {
  /** The names of its inputs, where it knows them: a pipeline hands it these and no others. Default: it takes whatever it is given. */
  get inputNames(): readonly string[] | undefined {
    return undefined;
  }

  /** Does the module's work; sub-modules are run by `call.run(this.step, inputs)`. */
  abstract forward(inputs: Inputs, call: Call): Promise<Outputs> | Outputs;
}
