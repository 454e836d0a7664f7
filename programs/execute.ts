// Runs a prepared program: the one place where a `Call` is made, and where time and cancellation are watched.
// Knows no signature.
import { type Clock, isBaseError, systemClock } from "../runtime/base/index.ts";
import { aborted, deadlineExceeded, forwardFailed, inputsNotObject, moduleUnknown } from "./errors.ts";
import type { Call, Module } from "./module.ts";
import type { LmCallContext, LmRequest, LmResponse, ProgramPorts, ProgramWarning, TraceStep } from "./ports.ts";
import { type Prediction, toPrediction } from "./prediction.ts";
import type { PreparedProgram } from "./prepare.ts";
import type { ProgramSettings } from "./settings.ts";

/** How one run is bounded and set. */
export interface ExecuteOptions {
  /** Aborting it ends the run with PROGRAM_ABORTED. */
  readonly signal?: AbortSignal;
  /** In `clock.now()` milliseconds; past it the run ends with PROGRAM_DEADLINE_EXCEEDED. Default: none. */
  readonly deadlineAt?: number;
  readonly settings?: ProgramSettings;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/**
 * Runs a program on inputs and answers its prediction.
 *
 * The work is the modules'; what they ask of the world goes through the ports. A run that ends by its signal or deadline answers at once:
 * what is still under way below is told by its own signal and its result is dropped.
 *
 * Rejects with PROGRAM_ABORTED, PROGRAM_DEADLINE_EXCEEDED, PROGRAM_INPUT_INVALID, PROGRAM_FORMAT_FAILED, PROGRAM_PARSE_FAILED,
 * PROGRAM_MODULE_UNKNOWN, PROGRAM_FORWARD_FAILED, and unchanged with what the LM port rejects with.
 */
export function executeProgram<Inputs extends object, Outputs extends object>(
  prepared: PreparedProgram<Inputs, Outputs>,
  inputs: Inputs,
  ports: ProgramPorts,
  options: ExecuteOptions = {},
): Promise<Prediction<Outputs>> {
  const run = new ProgramRun(prepared, ports, options);
  if (options.signal === undefined && options.deadlineAt === undefined) {
    return invokeModule(run, "self", prepared.root, inputs, NEVER_ABORTED);
  }
  return executeBounded(run, prepared.root, inputs, options);
}

const NEVER_ABORTED = new AbortController().signal;
const NO_SETTINGS: ProgramSettings = {};

class ProgramRun {
  readonly paths: ReadonlyMap<Module, string>;
  readonly ports: ProgramPorts;
  readonly settings: ProgramSettings;
  readonly clock: Clock;
  readonly deadlineAt: number | undefined;
  /** What the ports rejected with, so that a foreign error of theirs is not taken for one of a module's code. */
  portFailures: WeakSet<object> | undefined;

  constructor(prepared: PreparedProgram, ports: ProgramPorts, options: ExecuteOptions) {
    this.paths = prepared.paths;
    this.ports = ports;
    this.settings = options.settings ?? NO_SETTINGS;
    this.clock = options.clock ?? systemClock;
    this.deadlineAt = options.deadlineAt;
    this.portFailures = undefined;
  }

  notePortFailure(error: unknown): void {
    if (typeof error !== "object" || error === null) return;
    this.portFailures ??= new WeakSet();
    this.portFailures.add(error);
  }

  /** Throws where the run, or this module's part of it, is over. */
  check(path: string, signal: AbortSignal): void {
    if (signal.aborted) throw isBaseError(signal.reason) ? signal.reason : aborted(path, signal.reason);
    if (this.deadlineAt !== undefined && this.clock.now() >= this.deadlineAt) throw deadlineExceeded(path);
  }
}

class ProgramCall implements Call {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly #run: ProgramRun;

  constructor(run: ProgramRun, path: string, signal: AbortSignal) {
    this.#run = run;
    this.path = path;
    this.signal = signal;
  }

  get settings(): ProgramSettings {
    return this.#run.settings;
  }

  get deadlineAt(): number | undefined {
    return this.#run.deadlineAt;
  }

  async run<Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    inputs: NoInfer<Inputs>,
  ): Promise<Prediction<Outputs>> {
    const path = this.#run.paths.get(module);
    if (path === undefined) throw moduleUnknown(this.path, module?.constructor?.name ?? "value");
    this.#run.check(path, this.signal);
    return invokeModule(this.#run, path, module, inputs, this.signal);
  }

  async complete(request: LmRequest): Promise<LmResponse> {
    const run = this.#run;
    run.check(this.path, this.signal);
    const context: LmCallContext =
      run.deadlineAt === undefined
        ? { modulePath: this.path, signal: this.signal }
        : { modulePath: this.path, signal: this.signal, deadlineAt: run.deadlineAt };
    try {
      return await run.ports.lm(request, context);
    } catch (error) {
      run.notePortFailure(error);
      throw error;
    }
  }

  trace(step: TraceStep): void {
    this.#run.ports.trace?.(step);
  }

  warn(warning: ProgramWarning): void {
    this.#run.ports.warn?.(warning);
  }
}

async function invokeModule<Inputs extends object, Outputs extends object>(
  run: ProgramRun,
  path: string,
  module: Module<Inputs, Outputs>,
  inputs: Inputs,
  signal: AbortSignal,
): Promise<Prediction<Outputs>> {
  const { runModule } = run.ports;
  if (runModule === undefined) return forwardModule(run, path, module, inputs, signal);
  try {
    const outputs = await runModule(path, inputs, signal, (inner) => forwardModule(run, path, module, inputs, inner));
    // Whoever runs the module answers what `invoke` answered, which is this module's prediction.
    return outputs as Prediction<Outputs>;
  } catch (error) {
    run.notePortFailure(error);
    throw error;
  }
}

async function forwardModule<Inputs extends object, Outputs extends object>(
  run: ProgramRun,
  path: string,
  module: Module<Inputs, Outputs>,
  inputs: Inputs,
  signal: AbortSignal,
): Promise<Prediction<Outputs>> {
  try {
    if (typeof inputs !== "object" || inputs === null || Array.isArray(inputs)) {
      throw inputsNotObject(path, describe(inputs));
    }
    const outputs = await module.forward(inputs, new ProgramCall(run, path, signal));
    if (typeof outputs !== "object" || outputs === null || Array.isArray(outputs)) {
      throw new TypeError(`forward answered ${describe(outputs)}; answer an object of outputs`);
    }
    return toPrediction(outputs);
  } catch (error) {
    if (isBaseError(error) || (typeof error === "object" && error !== null && run.portFailures?.has(error)))
      throw error;
    throw forwardFailed(path, module.constructor.name, error);
  }
}

async function executeBounded<Inputs extends object, Outputs extends object>(
  run: ProgramRun,
  root: Module<Inputs, Outputs>,
  inputs: Inputs,
  options: ExecuteOptions,
): Promise<Prediction<Outputs>> {
  run.check("self", options.signal ?? NEVER_ABORTED);
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(aborted("self", options.signal?.reason));
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const timer =
    options.deadlineAt === undefined
      ? undefined
      : // Somebody awaits this run: the process must not end before it has been told that the time is up.
        run.clock.setTimer(options.deadlineAt - run.clock.now(), () => controller.abort(deadlineExceeded("self")), {
          holdsProcess: true,
        });
  try {
    return await untilAborted(invokeModule(run, "self", root, inputs, controller.signal), controller.signal);
  } finally {
    timer?.cancel();
    options.signal?.removeEventListener("abort", onAbort);
  }
}

/** Settles as `work` does, or rejects with the signal's reason once it aborts. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
