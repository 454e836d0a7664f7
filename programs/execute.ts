// Runs a prepared program: the one place where a `Call` is made, and where time and cancellation are watched.
// Knows no signature.
import { isBaseError, type JsonObject, type JsonValue, systemClock, withinBounds } from "../runtime/base/index.ts";
import { askPort } from "./ask-port.ts";
import { aborted, deadlineExceeded, forwardFailed, inputsNotObject, moduleUnknown } from "./errors.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import { programSourceOf } from "./hosted-source.ts";
import { scopeProblem } from "./known-options.ts";
import type { Call, Module, StepScope } from "./module.ts";
import type { WorkKind } from "./observer.ts";
import type { PartSink } from "./part-sink.ts";
import type { LmListener, LmRequest, LmResponse, ProgramWarning, TraceStep } from "./ports.ts";
import { type Prediction, toPrediction } from "./prediction.ts";
import type { PreparedProgram } from "./prepare.ts";
import type { ProgramPorts } from "./program-ports.ts";
import { ProgramRun } from "./program-run.ts";
import type { RemoteRequest, RouteReport } from "./remote-port.ts";
import type { OperationRecord } from "./router-decision.ts";
import { invokeRemote } from "./run-remote.ts";
import { invokeTool } from "./run-tool.ts";
import type { ProgramSettings } from "./settings.ts";
import type { Tool } from "./tool.ts";
import { kindOf } from "./value-kind.ts";

/**
 * Runs a program on inputs and answers its prediction.
 *
 * The work is the modules'; what they ask of the world goes through the ports. A run that ends by its signal or deadline answers at once:
 * what is still under way below is told by its own signal and its result is dropped.
 *
 * Rejects with RUN_OPTIONS_INVALID, PROGRAM_ABORTED, PROGRAM_DEADLINE_EXCEEDED, PROGRAM_INPUT_INVALID, PROGRAM_FORMAT_FAILED, PROGRAM_PARSE_FAILED,
 * PROGRAM_MODULE_UNKNOWN, PROGRAM_FORWARD_FAILED, and unchanged with what the LM port rejects with.
 */
export function executeProgram<Inputs extends object, Outputs extends object>(
  prepared: PreparedProgram<Inputs, Outputs>,
  inputs: Inputs,
  ports: ProgramPorts,
  options: ExecuteOptions = {},
): Promise<Prediction<Outputs>> {
  const refused = scopeProblem("executeProgram", options);
  if (refused !== undefined) return Promise.reject(refused);
  const run = new ProgramRun(
    prepared.paths,
    ports,
    options.settings ?? NO_SETTINGS,
    options.clock ?? systemClock,
    options.deadlineAt,
  );
  const isUnbounded = options.signal === undefined && options.deadlineAt === undefined;
  if (isUnbounded || options.endedBy === "caller") {
    return invokeModule(run, "self", prepared.root, inputs, options.workSignal ?? NEVER_ABORTED);
  }
  return executeBounded(run, prepared.root, inputs, options);
}

const NEVER_ABORTED = new AbortController().signal;
const NO_SETTINGS: ProgramSettings = {};

class ProgramCall implements Call {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly #run: ProgramRun;
  /** The piece of work that this module's is, where somebody listens. */
  readonly #workId: string | undefined;

  constructor(run: ProgramRun, path: string, signal: AbortSignal, workId: string | undefined) {
    this.#run = run;
    this.path = path;
    this.signal = signal;
    this.#workId = workId;
  }

  get settings(): ProgramSettings {
    return this.#run.settings;
  }

  get deadlineAt(): number | undefined {
    return this.#run.deadlineAt;
  }

  // Not an async function: each would put turns of the microtask queue between a module and those around it.
  run<Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    inputs: NoInfer<Inputs>,
    scope?: StepScope,
  ): Promise<Prediction<Outputs>> {
    const path = this.#run.paths.get(module);
    if (path === undefined) return Promise.reject(moduleUnknown(this.path, module?.constructor?.name ?? "value"));
    const refused = scope === undefined ? undefined : scopeProblem("call.run", scope);
    if (refused !== undefined) return Promise.reject(refused);
    try {
      this.#run.check(path, this.signal);
    } catch (error) {
      return Promise.reject(error);
    }
    return scope === undefined
      ? invokeModule(this.#run, path, module, inputs, this.signal, this.#workId)
      : invokeWithin(this.#run, path, module, inputs, this.signal, scope, this.#workId);
  }

  async callTool(tool: Tool, args: JsonObject): Promise<JsonValue> {
    const run = this.#run;
    const { path, signal } = this;
    run.check(path, signal);
    const { clock, deadlineAt } = run;
    const { runTool } = run.ports;
    const invoke = (callKey?: string) => invokeTool(tool, args, { clock, signal, deadlineAt, callKey });
    const work = () =>
      runTool === undefined ? invoke() : runTool({ modulePath: path, toolName: tool.name, args, signal }, invoke);
    try {
      if (run.log?.hears("tool") !== true) return await work();
      const about = { kind: "tool", path, name: tool.name, inputs: args, parentId: this.#workId } as const;
      return await run.log.tell(about, work);
    } catch (error) {
      run.notePortFailure(error);
      throw error;
    }
  }

  get parts(): PartSink | undefined {
    return this.#run.ports.parts;
  }

  hears(kind: WorkKind): boolean {
    return this.#run.log?.hears(kind) === true;
  }

  observed<Value>(kind: WorkKind, name: string, inputs: unknown, work: () => Value): Value {
    const { log } = this.#run;
    if (log === undefined) return work();
    return log.tellNow({ kind, path: this.path, name, inputs, parentId: this.#workId }, work);
  }

  async complete(request: LmRequest, listener?: LmListener): Promise<LmResponse> {
    const run = this.#run;
    run.check(this.path, this.signal);
    try {
      return await askPort(run, request, this, listener, this.#workId);
    } catch (error) {
      run.notePortFailure(error);
      throw error;
    }
  }

  async runRemote(request: RemoteRequest): Promise<object> {
    const run = this.#run;
    const { path, signal } = this;
    run.check(path, signal);
    try {
      return await invokeRemote(run.ports.remote, request, this);
    } catch (error) {
      run.notePortFailure(error);
      throw error;
    }
  }

  isRemoteReady(target: string, pool?: string): boolean {
    return this.#run.ports.remote?.isReady(target, pool) ?? false;
  }

  routeRecord(operation: string): Promise<OperationRecord> | undefined {
    return this.#run.ports.routeRecord?.(operation);
  }

  now(): number {
    return this.#run.clock.now();
  }

  report(report: RouteReport): void {
    this.#run.ports.report?.(report);
  }

  trace(step: TraceStep): void {
    this.#run.ports.trace?.(step);
  }

  warn(warning: ProgramWarning): void {
    this.#run.ports.warn?.(warning);
  }
}

function invokeModule<Inputs extends object, Outputs extends object>(
  run: ProgramRun,
  path: string,
  module: Module<Inputs, Outputs>,
  inputs: Inputs,
  signal: AbortSignal,
  parentId?: string,
): Promise<Prediction<Outputs>> {
  if (run.log?.hears("module") !== true) return placeModule(run, path, module, inputs, signal, parentId);
  const about = { kind: "module", path, name: module.constructor.name, inputs, parentId } as const;
  return run.log.tell(about, (workId) => placeModule(run, path, module, inputs, signal, workId));
}

/** Has the module do its part where the run's ports say. */
function placeModule<Inputs extends object, Outputs extends object>(
  run: ProgramRun,
  path: string,
  module: Module<Inputs, Outputs>,
  inputs: Inputs,
  signal: AbortSignal,
  workId: string | undefined,
): Promise<Prediction<Outputs>> {
  const { runModule } = run.ports;
  if (runModule === undefined) return forwardModule(run, path, module, inputs, signal, workId);
  return placeElsewhere(runModule, run, path, module, inputs, signal, workId);
}

async function placeElsewhere<Inputs extends object, Outputs extends object>(
  runModule: NonNullable<ProgramPorts["runModule"]>,
  run: ProgramRun,
  path: string,
  module: Module<Inputs, Outputs>,
  inputs: Inputs,
  signal: AbortSignal,
  workId: string | undefined,
): Promise<Prediction<Outputs>> {
  try {
    const invoke = (inner: AbortSignal) => forwardModule(run, path, module, inputs, inner, workId);
    const outputs = await runModule(path, inputs, signal, invoke);
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
  workId: string | undefined,
): Promise<Prediction<Outputs>> {
  try {
    if (typeof inputs !== "object" || inputs === null || Array.isArray(inputs)) {
      throw inputsNotObject(path, kindOf(inputs));
    }
    const own = run.for(module);
    const callUnder = (inner: AbortSignal) => new ProgramCall(own, path, inner, workId);
    const { runHosted } = run.ports;
    const source = runHosted === undefined ? undefined : programSourceOf(module);
    const outputs =
      runHosted === undefined || source === undefined
        ? await module.forward(inputs, callUnder(signal))
        : ((await runHosted(source, module, inputs, signal, callUnder)) as Outputs); // what its forward answered there
    if (typeof outputs !== "object" || outputs === null || Array.isArray(outputs)) {
      throw new TypeError(`forward answered ${kindOf(outputs)}; answer an object of outputs`);
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
  { signal, workSignal, deadlineAt }: ExecuteOptions,
): Promise<Prediction<Outputs>> {
  run.check("self", signal ?? NEVER_ABORTED);
  const bounds = {
    clock: run.clock,
    signals: workSignal === undefined ? [signal] : [signal, workSignal],
    onAbort: (reason: unknown) => aborted("self", reason),
    deadlineAt,
    onDeadline: () => deadlineExceeded("self"),
  };
  return withinBounds(bounds, (inner) => invokeModule(run, "self", root, inputs, inner));
}

/** A step that is bounded or set otherwise than the call that it belongs to. */
async function invokeWithin<Inputs extends object, Outputs extends object>(
  outer: ProgramRun,
  path: string,
  module: Module<Inputs, Outputs>,
  inputs: Inputs,
  signal: AbortSignal,
  scope: StepScope,
  parentId: string | undefined,
): Promise<Prediction<Outputs>> {
  const run = outer.within(scope);
  if (scope.signal === undefined && scope.timeoutMs === undefined) {
    return invokeModule(run, path, module, inputs, signal, parentId);
  }
  const bounds = {
    clock: run.clock,
    signals: [signal, scope.signal],
    onAbort: (reason: unknown) => (isBaseError(reason) ? reason : aborted(path, reason)),
    deadlineAt: scope.timeoutMs === undefined ? undefined : run.deadlineAt,
    onDeadline: () => deadlineExceeded(path),
  };
  return withinBounds(bounds, (inner) => invokeModule(run, path, module, inputs, inner, parentId));
}
