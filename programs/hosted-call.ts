// The `Call` of a module that runs in a thread: what it does itself it does there, everything else it asks of the run that it belongs to.
// Knows nothing of how questions are carried.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import { moduleUnknown } from "./errors.ts";
import { hostedUnsupported } from "./hosted-errors.ts";
import { type HostedNote, type HostedOutcome, type HostedRequest, packStep, unpackOutputs } from "./hosted-messages.ts";
import { scopeProblem } from "./known-options.ts";
import type { Call, Module, StepScope } from "./module.ts";
import type { WorkKind } from "./observer.ts";
import { plainFields } from "./plain-fields.ts";
import type { LmRequest, LmResponse, ProgramWarning, TraceStep } from "./ports.ts";
import { type Prediction, toPrediction } from "./prediction.ts";
import type { RemoteRequest, RouteReport } from "./remote-port.ts";
import type { ProgramSettings } from "./settings.ts";
import type { Tool } from "./tool.ts";

/** The way from a thread to the run. */
export interface HostedDesk {
  /** Asks the run; `signal` calls that one request off. Rejects where the run is over. */
  ask(request: HostedRequest, notes: readonly HostedNote[], signal: AbortSignal | undefined): Promise<HostedOutcome>;
  /** Keeps a tool until the run asks for it to be called; answers its number, and forgets it when told. */
  offerTool(tool: Tool): { readonly toolCall: number; withdraw(): void };
}

/** What a hosted call is made of. */
export interface HostedCallParts {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly deadlineAt: number | undefined;
  readonly settings: ProgramSettings;
  /** The module's own parts, by the paths below it. */
  readonly paths: ReadonlyMap<Module, string>;
  readonly desk: HostedDesk;
  readonly now: () => number;
}

export class HostedCall implements Call {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly deadlineAt: number | undefined;
  readonly settings: ProgramSettings;
  /** Its steps are streamed where they run. */
  readonly parts = undefined;
  readonly #paths: ReadonlyMap<Module, string>;
  readonly #desk: HostedDesk;
  readonly #now: () => number;
  #notes: HostedNote[] = [];

  constructor({ path, signal, deadlineAt, settings, paths, desk, now }: HostedCallParts) {
    this.path = path;
    this.signal = signal;
    this.deadlineAt = deadlineAt;
    this.settings = settings;
    this.#paths = paths;
    this.#desk = desk;
    this.#now = now;
  }

  /** What has been made known and not told yet. */
  takeNotes(): readonly HostedNote[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }

  async run<Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    inputs: NoInfer<Inputs>,
    scope: StepScope = {},
  ): Promise<Prediction<Outputs>> {
    const path = this.#paths.get(module);
    if (path === undefined) throw moduleUnknown(this.path, module?.constructor?.name ?? "value");
    const refused = scopeProblem("call.run", scope);
    if (refused !== undefined) throw refused;
    const { settings, timeoutMs, trace, signal } = scope;
    // What is no object of inputs is for the run to refuse, in its words.
    const isPlain = typeof inputs === "object" && inputs !== null && !Array.isArray(inputs);
    const value = await this.#ask(
      {
        type: "run-step",
        path,
        inputs: isPlain ? plainFields(inputs) : inputs,
        settings,
        timeoutMs,
        isTraced: trace !== undefined,
      },
      signal,
      trace,
    );
    // What the step answered is this step's prediction.
    return toPrediction(unpackOutputs(value)) as Prediction<Outputs>;
  }

  async callTool(tool: Tool, args: JsonObject): Promise<JsonValue> {
    const { toolCall, withdraw } = this.#desk.offerTool(tool);
    try {
      // The run answers with the tool's result, which is JSON data.
      return (await this.#ask({ type: "call-tool", toolName: tool.name, toolCall, args })) as JsonValue;
    } finally {
      withdraw();
    }
  }

  async complete(request: LmRequest): Promise<LmResponse> {
    // The run answers with the model's response. Whoever listens hears nothing meanwhile, and has the whole in it.
    return (await this.#ask({ type: "complete", request })) as LmResponse;
  }

  trace(step: TraceStep): void {
    this.#notes.push({ type: "trace", step: packStep(step) });
  }

  warn(warning: ProgramWarning): void {
    this.#notes.push({ type: "warn", warning });
  }

  report(report: RouteReport): void {
    this.#notes.push({ type: "report", report });
  }

  now(): number {
    return this.#now();
  }

  /** Only the module's own work is done here, which nobody listens to. */
  hears(_kind: WorkKind): boolean {
    return false;
  }

  observed<Value>(_kind: WorkKind, _name: string, _inputs: unknown, work: () => Value): Value {
    return work();
  }

  async runRemote({ target }: RemoteRequest): Promise<object> {
    throw hostedUnsupported(
      this.path,
      `Python (${target})`,
      "Make it a step, by python(…): steps run beside the runtime.",
    );
  }

  isRemoteReady(): boolean {
    return false;
  }

  routeRecord(): undefined {
    return undefined;
  }

  async #ask(request: HostedRequest, signal?: AbortSignal, trace?: (step: TraceStep) => void): Promise<unknown> {
    this.signal.throwIfAborted();
    const outcome = await this.#desk.ask(request, this.takeNotes(), signal);
    for (const step of outcome.trace ?? []) trace?.(step);
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }
}
