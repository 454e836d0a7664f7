// The unit programs are composed of, and what it is handed while it runs.
// Knows nothing of signatures, prompts or actors.
import type { LmRequest, LmResponse, ProgramWarning, TraceStep } from "./ports.ts";
import type { Prediction } from "./prediction.ts";
import type { ProgramSettings } from "./settings.ts";

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
   * The module must be reachable from the program's properties. Rejects with PROGRAM_MODULE_UNKNOWN where it is not, and with whatever it fails with.
   */
  run<Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    inputs: NoInfer<Inputs>,
  ): Promise<Prediction<Outputs>>;
  /** Asks the language model, in this module's name. Rejects with what the model's side fails with, PROGRAM_ABORTED, PROGRAM_DEADLINE_EXCEEDED. */
  complete(request: LmRequest): Promise<LmResponse>;
  /** Adds a step to the run's trace. */
  trace(step: TraceStep): void;
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
  /** Does the module's work; sub-modules are run by `call.run(this.step, inputs)`. */
  abstract forward(inputs: Inputs, call: Call): Promise<Outputs> | Outputs;
}
